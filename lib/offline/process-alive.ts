import { readFileSync } from 'node:fs'

/** Whether the process is running, under any user. Zombies count as ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const state = readProcess(pid)?.state
  return state !== 'Z' && state !== 'X'
}

export type ProcessEntry = {
  /** The state letter of ps. */
  readonly state: string
  readonly parent: number
  readonly command: string
}

/** Reads the process from /proc. Null when it does not exist, or on systems without /proc. */
export function readProcess(pid: number): ProcessEntry | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { state, parent: Number(parent), command }
  } catch {
    return null
  }
}
