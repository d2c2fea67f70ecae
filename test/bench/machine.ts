import { arch, availableParallelism, cpus, platform } from 'node:os'

/** What the figures were measured on. */
export function machine(): string {
  const [cpu] = cpus()
  return `${availableParallelism()} cores, ${cpu?.model ?? 'unknown CPU'}, ${platform()} ${arch()}, Node.js ${process.version}`
}
