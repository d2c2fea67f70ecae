import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import * as z from 'zod'

const lineSchema = z.object({
  recordId: z.string().optional(),
  outcome: z.string().optional(),
  latencyMs: z.number().nullish(),
})
type LogLine = z.infer<typeof lineSchema>

/** Reads what the functions have logged, from one call of `next` to the following one. */
export function readLogLines(file: string): { next(): readonly LogLine[] } {
  let position = 0
  let rest = ''
  return {
    next() {
      if (!existsSync(file)) return []
      const descriptor = openSync(file, 'r')
      const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - position))
      position += readSync(descriptor, bytes, 0, bytes.length, position)
      closeSync(descriptor)
      const lines = `${rest}${bytes.toString('utf8')}`.split('\n')
      rest = lines.pop() ?? ''
      return lines.filter((line) => line.startsWith('{')).map((line) => lineSchema.parse(JSON.parse(line)))
    },
  }
}
