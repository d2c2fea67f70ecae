import * as z from 'zod'
import type { SandboxRequest } from './sandbox.ts'

const effects = [
  'answer',
  'commit-then-answer',
  'reset',
  'commit-then-reset',
  'hang',
  'commit-then-hang',
  'slow',
] as const

const pattern = z.string().refine(isPattern, 'expected a regular expression').optional()
const count = z.int('expected a whole number from 1').min(1, 'expected a whole number from 1').optional()

/**
 * An injected fault. `effect`: `answer` sends `status`, `headers` and `body` without doing the work; `commit-then-answer`
 * does the work first; `reset` cuts the connection without the work; `commit-then-reset` after it; `hang` never answers,
 * `commit-then-hang` neither, though it does the work; `slow` does the work and answers as it would without a fault.
 * All wait `delayMs` before the answer or the cut; `slow` needs it.
 */
const faultSchema = z
  .strictObject({
    effect: z.enum(effects, { error: 'unknown effect' }),
    method: z.string().optional(),
    /** A regular expression on the path. */
    path: pattern,
    /** A regular expression on the request body. */
    sent: pattern,
    /** How many matching requests it hits; every one when absent. */
    times: count,
    /** Hits every n-th matching request only. */
    every: count,
    /** Hits this part of the matching requests only, from 0 to 1, chosen at random. */
    share: z
      .number('expected a number from 0 to 1')
      .min(0, 'expected a number from 0 to 1')
      .max(1, 'expected a number from 0 to 1')
      .optional(),
    status: z.int('expected an HTTP status').min(200, 'expected an HTTP status').max(599).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.unknown().optional(),
    delayMs: count,
  })
  .refine(({ effect, delayMs }) => effect !== 'slow' || delayMs !== undefined, {
    path: ['delayMs'],
    error: 'expected a whole number from 1',
  })
export type SandboxFault = z.input<typeof faultSchema>

export type Faults = {
  /** Replaces all faults. Throws a one-line error that lists the effects when one is invalid. */
  set(faults: unknown): void
  /** The faults in force, and how many requests each has hit. */
  list(): readonly (SandboxFault & { readonly hits: number })[]
  /** The fault that applies to this request; counts as a hit. */
  next(request: SandboxRequest): SandboxFault | undefined
}

export function injectableFaults(random: () => number = Math.random): Faults {
  let faults: { readonly fault: SandboxFault; seen: number; hits: number }[] = []
  return {
    set(list) {
      faults = readFaults(list).map((fault) => ({ fault, seen: 0, hits: 0 }))
    },
    list: () => faults.map(({ fault, hits }) => ({ ...fault, hits })),
    next(request) {
      for (const entry of faults) {
        const { fault } = entry
        if (!matches(fault, request)) continue
        entry.seen += 1
        if (entry.seen % (fault.every ?? 1) !== 0) continue
        if (fault.share !== undefined && random() >= fault.share) continue
        if (entry.hits >= (fault.times ?? Number.POSITIVE_INFINITY)) continue
        entry.hits += 1
        return fault
      }
      return undefined
    },
  }
}

function readFaults(list: unknown): readonly SandboxFault[] {
  const parsed = z.array(faultSchema, 'expected a list of faults').safeParse(list)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = ['faults', ...(issue?.path ?? [])].join('.')
  throw new Error(`${where}: ${issue?.message} (effects: ${effects.join(', ')})`)
}

function matches({ method, path, sent }: SandboxFault, request: SandboxRequest): boolean {
  if (method && method !== request.method) return false
  if (path && !new RegExp(path).test(request.path)) return false
  return !sent || new RegExp(sent).test(request.body)
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}
