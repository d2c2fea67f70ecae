import { readFileSync } from 'node:fs'

/** Whether the process runs, be it somebody else's. One that has ended and waits for its parent to notice does not. */
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
  /** One letter, as ps shows it. */
  readonly state: string
  readonly parent: number
  readonly command: string
}

/** What Linux tells about the process; null where it is gone, and on systems without /proc. */
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
