import { SingleBar } from 'cli-progress'

/** On standard error when that is a terminal, else nowhere; `from` is how many one likes to watch without a bar. */
export function startBar(total: number, from: number): SingleBar | undefined {
  if (total < from || !process.stderr.isTTY) return undefined
  const bar = new SingleBar({
    format: '{bar} {value}/{total} {eta_formatted}',
    stream: process.stderr,
    clearOnComplete: true,
    gracefulExit: false,
  })
  bar.start(total, 0)
  return bar
}
