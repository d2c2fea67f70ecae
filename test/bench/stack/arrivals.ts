import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchStack } from './bench-stack.ts'
import { readLogLines } from './read-log-lines.ts'

const arrived = new Set(['created', 'adopted', 'updated', 'unchanged'])

/** Tells which records have arrived at a provider, as the log of the stack says. */
export function watchArrivals({ logFile }: BenchStack) {
  const lines = readLogLines(logFile)
  /** Record → milliseconds from the webhook to the provider's answer. */
  const latencies = new Map<string, number>()
  return {
    latencies,
    /** Waits until so many have arrived, or the time is over. */
    async until(count: number, limitMs: number): Promise<void> {
      const endsAt = Date.now() + limitMs
      while (latencies.size < count && Date.now() < endsAt) {
        await sleep(200)
        for (const { recordId, outcome, latencyMs } of lines.next()) {
          if (recordId && latencyMs != null && arrived.has(outcome ?? '')) latencies.set(recordId, latencyMs)
        }
      }
    },
  }
}
