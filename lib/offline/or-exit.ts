import { BadSettings } from './environment.ts'

/** A mistake ends the command with one plain line instead of the framework's report. */
export async function orExit<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(error instanceof BadSettings ? 2 : 1)
  }
}
