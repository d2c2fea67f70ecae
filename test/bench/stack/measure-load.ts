import { setTimeout as sleep } from 'node:timers/promises'
import { quantile } from '../figure.ts'
import { setFaults } from '../world/sandbox.ts'
import { watchArrivals } from './arrivals.ts'
import { type BenchStack, startStack } from './bench-stack.ts'

/** Latencies in milliseconds while webhooks are sent at a fixed rate, whatever the answers take. */
export type LoadPoint = {
  readonly offeredPerSecond: number
  readonly acceptedPerSecond: number
  /** Answered 503: the CRM would send them again. */
  readonly refused: number
  readonly doorP50Ms: number
  readonly doorP99Ms: number
  /** From the webhook to the provider's answer. */
  readonly syncP50Ms: number
  readonly syncP99Ms: number
}

/** What a provider takes to answer. Without it, the only waiting in the latencies would be that for a processor. */
export const providerMs = 20

const rates = [25, 50, 100, 200, 400]
const secondsPerRate = 4
const limitMs = 60_000

/** Sends new contacts to one stack at increasing rates; each rate begins when everything before it has arrived. */
export async function measureLoad(): Promise<readonly LoadPoint[]> {
  const stack = await startStack()
  try {
    await setFaults(stack, [{ effect: 'slow', delayMs: providerMs }])
    const arrivals = watchArrivals(stack)
    const points: LoadPoint[] = []
    let sent = 0
    // Unhurried first, as the functions are cold.
    for (const [index, rate] of [rates[0] ?? 25, ...rates].entries()) {
      const count = rate * secondsPerRate
      const startedAt = Date.now()
      const answers = await sendAtRate(stack, sent, count, rate)
      const seconds = (Date.now() - startedAt) / 1000
      sent += count
      const before = arrivals.latencies.size
      const accepted = answers.filter(({ isAccepted }) => isAccepted).length
      await arrivals.until(before + accepted, limitMs)
      const latencies = [...arrivals.latencies.values()].slice(before)
      const answeredMs = answers.map(({ millis }) => millis)
      if (index === 0) continue
      points.push({
        offeredPerSecond: rate,
        acceptedPerSecond: Math.round(accepted / seconds),
        refused: count - accepted,
        doorP50Ms: Math.round(quantile(answeredMs, 0.5)),
        doorP99Ms: Math.round(quantile(answeredMs, 0.99)),
        syncP50Ms: Math.round(quantile(latencies, 0.5)),
        syncP99Ms: Math.round(quantile(latencies, 0.99)),
      })
    }
    return points
  } finally {
    await stack.stop()
  }
}

/** The latency of a webhook counts from when it was due, so that a slow answer is not hidden by the sender's waiting. */
async function sendAtRate(
  stack: BenchStack,
  first: number,
  count: number,
  rate: number,
): Promise<readonly { readonly isAccepted: boolean; readonly millis: number }[]> {
  const startedAt = performance.now()
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const dueAt = startedAt + (index * 1000) / rate
      await sleep(Math.max(0, dueAt - performance.now()))
      const isAccepted = await stack.sendContact(first + index)
      return { isAccepted, millis: performance.now() - dueAt }
    }),
  )
}
