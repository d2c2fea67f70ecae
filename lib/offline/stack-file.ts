import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { isAlive } from './process-alive.ts'

const stackInfoSchema = z.object({
  pid: z.int(),
  /** The HTTP door, an origin without a path. */
  url: z.string(),
  /** Lambda's Invoke API: `POST /2015-03-31/functions/<name>/invocations`. */
  lambdaUrl: z.string(),
  dynamodbUrl: z.string(),
  sqsUrl: z.string(),
  region: z.string(),
  linksTable: z.string(),
  changesQueueUrl: z.string(),
  deadLettersQueueUrl: z.string(),
  manualDeadLettersQueueUrl: z.string(),
  /** The sandbox APIs by name; those given by `*_API_URL` are not among them. */
  sandboxes: z.record(z.string(), z.string()),
  /** What the functions log, one JSON line each. */
  logFile: z.string().optional(),
  /** The environment of the functions, secrets included. */
  environment: z.record(z.string(), z.string()),
})
/** Where a running offline stack is, for other processes that talk to it. */
export type StackInfo = z.infer<typeof stackInfoSchema>

export const stackFolder = (root: string) => join(root, '.offline')
const fileOf = (port: number, root: string) => join(stackFolder(root), `${port}.json`)

/**
 * Writes the stack file, readable by its owner only. The returned function removes it, unless a later stack on the same
 * port has replaced it.
 */
export function writeStackFile(port: number, info: StackInfo, root = process.cwd()): () => void {
  mkdirSync(stackFolder(root), { recursive: true })
  const file = fileOf(port, root)
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, file)
  return () => {
    if (readOwner(file) === info.pid) rmSync(file, { force: true })
  }
}

/** The running stack with this HTTP port. Null when there is none, or when its process has ended. */
export function readStackFile(port: number, root = process.cwd()): StackInfo | null {
  const info = stackInfoSchema.safeParse(readJson(fileOf(port, root)))
  return info.success && isAlive(info.data.pid) ? info.data : null
}

/** Every running stack of the project. */
export function findRunningStacks(root: string): readonly StackInfo[] {
  const ports = readdirSync(stackFolder(root)).flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
  return ports.flatMap((port) => readStackFile(Number(port), root) ?? [])
}

/** The process id in a stack file. Null when the file is missing or unreadable. */
export function readOwner(file: string): number | null {
  const { success, data } = z.object({ pid: z.int() }).safeParse(readJson(file))
  return success ? data.pid : null
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}
