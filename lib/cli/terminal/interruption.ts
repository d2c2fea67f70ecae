import { interruptedExitCode } from './program.ts'

/** npm forwards a signal that the terminal has also sent to the command itself. */
const sameSignalMillis = 1000

/**
 * Aborted by the first SIGINT or SIGTERM, so that a command can finish what it has begun before it ends. A terminal is told
 * so: `doing` is what the command does then. A later signal ends the process at once.
 */
export function interruption(doing: string): AbortSignal {
  const controller = new AbortController()
  let endsAfter = Number.POSITIVE_INFINITY
  const interrupt = () => {
    if (Date.now() > endsAfter) process.exit(interruptedExitCode)
    if (controller.signal.aborted) return
    endsAfter = Date.now() + sameSignalMillis
    if (process.stderr.isTTY) process.stderr.write(`${doing}; press Ctrl-C again to end at once\n`)
    controller.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt)
  return controller.signal
}
