import { SingleBar } from 'cli-progress'

/** A progress bar on standard error, if that is a terminal and `total` is at least `from`. */
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
