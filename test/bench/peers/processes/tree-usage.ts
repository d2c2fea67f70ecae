import { readdirSync, readFileSync } from 'node:fs'
import { cpuSeconds, peakMemoryMb } from '../../stack/process-usage.ts'

export type TreeUsage = { readonly cpuMs: number; readonly peakMemoryMb: number }

/** Of the processes and all that they have started, added up; null on systems without /proc. Each process's peak counts. */
export function treeUsage(pids: readonly number[]): TreeUsage | null {
  if (process.platform !== 'linux') return null
  const all = withDescendants(pids)
  const sum = (read: (pid: number) => number | null) =>
    all.reduce((total, pid) => total + (read(pid) ?? 0), 0)
  return { cpuMs: sum(cpuSeconds) * 1000, peakMemoryMb: sum(peakMemoryMb) }
}

function withDescendants(pids: readonly number[]): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => parentOf(Number(name)))
  const found = [...pids]
  // The list grows while it is read: children are followed by theirs.
  for (const pid of found) {
    found.push(...parents.filter(({ parent }) => parent === pid).map((child) => child.pid))
  }
  return found
}

function parentOf(pid: number): readonly { readonly pid: number; readonly parent: number }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return [{ pid, parent: Number(parent) }]
  } catch {
    // It has ended.
    return []
  }
}
