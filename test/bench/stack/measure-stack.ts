import { setTimeout as sleep } from 'node:timers/promises'
import { quantile } from '../figure.ts'
import { countCustomers, setFaults } from '../world/sandbox.ts'
import { watchArrivals } from './arrivals.ts'
import { type BenchStack, startStack } from './bench-stack.ts'
import { cpuSeconds, peakMemoryMb } from './process-usage.ts'

/** What became of a burst of changes. Null where the system does not tell. */
export type StackFigures = {
  readonly changes: number
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
    await setFaults(stack, faults)
    const cpuBefore = cpuSeconds(stack.pid)
    const startedAt = Date.now()
    const answeredMs = await sendAll(stack, changes)
    const acceptedPerSecond = Math.round(changes / ((Date.now() - startedAt) / 1000))
    const arrivals = watchArrivals(stack)
    await arrivals.until(changes, limitMs)
    const cpu = cpuSeconds(stack.pid)
    const { customers, people } = await countCustomers(stack)
    const latencies = [...arrivals.latencies.values()]
    return {
      changes,
      acceptedPerSecond,
      doorP99Ms: Math.round(quantile(answeredMs, 0.99)),
      settled: latencies.length,
      lost: changes - latencies.length,
      duplicates: customers - people,
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
      const index = next++
      // As a CRM does, until it is accepted.
      while (!(await stack.sendContact(index))) await sleep(1000)
      answeredMs.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, sender))
  return answeredMs
}

const inSeconds = (millis: number) => Math.round(millis / 100) / 10
