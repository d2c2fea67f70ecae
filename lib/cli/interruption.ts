/**
 * Aborted by the first SIGINT or SIGTERM, so that a command can give back what it holds before it ends; the second one
 * ends the process at once.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  return controller.signal
}
