import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BenchStack, startStack } from './bench-stack.ts'
import { readLogLines } from './read-log-lines.ts'

/** What became of a burst of changes. Null where the system does not tell. */
export type StackFigures = {
  readonly acceptedPerSecond: number
  readonly doorP99Ms: number
  readonly settled: number
  /** Accepted, but not at the provider within the time limit. */
  readonly lost: number
  /** Customers at the providers beyond one per record. */
  readonly duplicates: number
  /** From the webhook to the provider's answer, of those that settled. */
  readonly p50Seconds: number
  readonly p99Seconds: number
  readonly longestSeconds: number
  readonly cpuMsPerChange: number | null
  readonly peakMemoryMb: number | null
}

const concurrency = 50
const limitMs = 240_000

/** Creates so many customers through a stack of its own, half of them at each provider, whose sandboxes have these faults. */
export async function measureStack(changes: number, faults: readonly object[]): Promise<StackFigures> {
  const stack = await startStack()
  try {
    await stack.setFaults(faults)
    const cpuBefore = cpuSeconds(stack.pid)
    const startedAt = Date.now()
    const answeredMs = await sendAll(stack, changes)
    const acceptedPerSecond = Math.round(changes / ((Date.now() - startedAt) / 1000))
    const latencies = await untilSettled(stack, changes, startedAt)
    const cpu = cpuSeconds(stack.pid)
    const customers = await stack.countCustomers()
    return {
      acceptedPerSecond,
      doorP99Ms: Math.round(quantile(answeredMs, 0.99)),
      settled: latencies.length,
      lost: changes - latencies.length,
      duplicates: Math.max(0, customers - changes),
      p50Seconds: inSeconds(quantile(latencies, 0.5)),
      p99Seconds: inSeconds(quantile(latencies, 0.99)),
      longestSeconds: inSeconds(quantile(latencies, 1)),
      cpuMsPerChange:
        cpu === null || cpuBefore === null ? null : Math.round(((cpu - cpuBefore) * 10_000) / changes) / 10,
      peakMemoryMb: peakMemoryMb(stack.pid),
    }
  } finally {
    await stack.stop()
  }
}

/** Returns how long each webhook took to be answered, in milliseconds. */
async function sendAll(stack: BenchStack, changes: number): Promise<readonly number[]> {
  const answeredMs: number[] = []
  let next = 0
  const sender = async () => {
    while (next < changes) {
      const sentAt = performance.now()
      await stack.sendContact(next++)
      answeredMs.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, sender))
  return answeredMs
}

const arrived = new Set(['created', 'adopted', 'updated', 'unchanged'])

/** The latencies of the records that have arrived, in milliseconds. */
async function untilSettled(
  { logFile }: BenchStack,
  changes: number,
  startedAt: number,
): Promise<readonly number[]> {
  const latencies = new Map<string, number>()
  const lines = readLogLines(logFile)
  while (latencies.size < changes && Date.now() - startedAt < limitMs) {
    await sleep(200)
    for (const { recordId, outcome, latencyMs } of lines.next()) {
      if (recordId && latencyMs != null && arrived.has(outcome ?? '')) latencies.set(recordId, latencyMs)
    }
  }
  return [...latencies.values()]
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

const inSeconds = (millis: number) => Math.round(millis / 100) / 10

/** Of all threads of the process, user and system. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuSeconds(pid: number): number | null {
  const stat = readProc(pid, 'stat')
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function peakMemoryMb(pid: number): number | null {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readProc(pid, 'status') ?? '') ?? []
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024)
}

/** Null on systems without /proc. */
function readProc(pid: number, file: string): string | null {
  if (process.platform !== 'linux') return null
  return readFileSync(`/proc/${pid}/${file}`, 'utf8')
}
