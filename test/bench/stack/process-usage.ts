import { readFileSync } from 'node:fs'

/**
 * CPU time of all threads of the process, user and system, in seconds; null on systems without /proc.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function cpuSeconds(pid: number): number | null {
  const stat = readProc(pid, 'stat')
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

export function peakMemoryMb(pid: number): number | null {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readProc(pid, 'status') ?? '') ?? []
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024)
}

function readProc(pid: number, file: string): string | null {
  if (process.platform !== 'linux') return null
  return readFileSync(`/proc/${pid}/${file}`, 'utf8')
}
