import { type Bucket, type Counts, type Figures, type Latency, type Range, ranges } from './figures.ts'
import type { MetricId } from './metric-queries.ts'
import type { Metrics } from './read-metrics.ts'
import { addCounts, noCounts, spanOf } from './span.ts'

/** Figures of a range made of metrics. They do not tell sources and providers apart. */
export function toMetricFigures(metrics: Metrics, range: Range, now: Date): Figures {
  const { bucketSeconds } = ranges[range]
  const { from, starts } = spanOf(range, now)
  const buckets = starts.map((start): Bucket => {
    const at = (id: MetricId) => valueBetween(metrics, id, start, start + bucketSeconds * 1000)
    return {
      at: new Date(start).toISOString(),
      ...countsOf((id) => at(id) ?? 0),
      latency: latencyOf(at('measured'), at('p50'), at('p95'), at('within2s')),
      oldestSeconds: at('oldest'),
    }
  })
  return {
    range,
    bucketSeconds,
    from: new Date(from).toISOString(),
    to: now.toISOString(),
    buckets,
    totals: buckets.reduce<Counts>(addCounts, noCounts),
    latency: wholeLatency(metrics, buckets),
    sources: null,
    providers: null,
  }
}

function countsOf(of: (id: MetricId) => number): Counts {
  const deadLettered = of('deadLettered')
  return {
    changed: of('created') + of('adopted') + of('updated'),
    same: of('unchanged') + of('superseded'),
    // The metric counts every try that failed, also the last one.
    retried: Math.max(0, of('failed') - deadLettered),
    deadLettered,
    closed: of('closed') + of('erased'),
    notRouted: of('notRouted'),
    webhooksAccepted: of('accepted'),
    webhooksRefused: of('refused'),
  }
}

function latencyOf(
  measured: number | null,
  p50Ms: number | null,
  p95Ms: number | null,
  percent: number | null,
): Latency | null {
  if (!measured || p50Ms === null || p95Ms === null) return null
  return { measured, p50Ms, p95Ms, within2s: percent === null ? null : percent / 100 }
}

/** The share is that of all buckets by their size. Where CloudWatch divides the range in two, the slower part counts. */
function wholeLatency(metrics: Metrics, buckets: readonly Bucket[]): Latency | null {
  const most = (id: MetricId) => Math.max(...(metrics.get(id)?.values() ?? []))
  const known = buckets.flatMap(({ latency }) => latency ?? [])
  const measured = known.reduce((sum, it) => sum + it.measured, 0)
  const within = known.reduce((sum, it) => sum + (it.within2s ?? 0) * it.measured, 0)
  const [p50Ms, p95Ms] = [most('wholeP50'), most('wholeP95')]
  if (measured === 0 || !Number.isFinite(p95Ms)) return null
  return { measured, p50Ms, p95Ms, within2s: within / measured }
}

function valueBetween(metrics: Metrics, id: MetricId, from: number, until: number): number | null {
  for (const [time, value] of metrics.get(id) ?? []) if (time >= from && time < until) return value
  return null
}
