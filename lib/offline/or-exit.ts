import { BadSettings } from './environment.ts'

/** Reports an error in one line, without the framework's report, and ends the command. */
export async function orExit<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(error instanceof BadSettings ? 2 : 1)
  }
}
