import { interruptedExitCode } from './program.ts'

/** npm sends on to the command the signal that the terminal has sent to both. */
const sameSignalMillis = 1000

/**
 * Aborted by the first SIGINT or SIGTERM, so that a command can give back what it holds before it ends; another one
 * after that ends the process at once.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  let endsAfter = Number.POSITIVE_INFINITY
  const interrupt = () => {
    if (Date.now() > endsAfter) process.exit(interruptedExitCode)
    if (controller.signal.aborted) return
    endsAfter = Date.now() + sameSignalMillis
    if (process.stderr.isTTY) process.stderr.write('giving back what is held; Ctrl-C again ends at once\n')
    controller.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt)
  return controller.signal
}
