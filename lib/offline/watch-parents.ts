import { isAlive, readProcess } from './process-alive.ts'

const pollMs = 250
let isWatching = false

/**
 * From now on this process gets a SIGTERM when the one that started it has ended. Where npm runs a shell in between (npx
 * does; `npm start` has it replaced by `exec`), that is npm, too: the shell may outlive it, and passes no signals on.
 */
export function watchParents(): void {
  if (isWatching) return
  isWatching = true
  const { ppid } = process
  const npm = npmBehind(ppid)
  const timer = setInterval(() => {
    const isUp = process.ppid === ppid && isAlive(ppid) && (npm === null || isAlive(npm))
    if (isUp) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, pollMs)
  timer.unref()
}

/** The npm that runs our script by this shell; null where no shell is in between, or the system does not tell. */
function npmBehind(shell: number): number | null {
  const script = process.env['npm_lifecycle_script']
  const entry = script === undefined ? null : readProcess(shell)
  return entry?.command.includes(` -c ${script}`) ? entry.parent : null
}
