import { isAlive, readProcess } from './process-alive.ts'

const pollMs = 250
let isWatching = false

/**
 * Sends SIGTERM to this process once its parent has ended. When npm runs it through a shell (as npx does; `npm start`
 * replaces the shell with `exec`), npm is watched as well: the shell does not forward signals and can outlive npm.
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

/** The process id of npm when `shell` runs its script. Null without such a shell, or on systems without /proc. */
function npmBehind(shell: number): number | null {
  const script = process.env['npm_lifecycle_script']
  const entry = script === undefined ? null : readProcess(shell)
  return entry?.command.includes(` -c ${script}`) ? entry.parent : null
}
