import type { Report } from './report.ts'

/** A chart for uPlot: the values of the first axis, and a line for each series. */
export type Chart = {
  readonly title: string
  /** The unit of the lower axis. */
  readonly below: string
  readonly values: readonly number[]
  /** `labels`: the values of the lower axis are places of these. */
  readonly labels?: readonly string[]
  readonly bars?: true
  readonly logarithmic?: true
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

/** The charts of the sections that were measured. */
export function chartsOf(report: Report): readonly Chart[] {
  return [cpu(report), load(report), scaleCpu(report), scaleMemory(report), memory(report)].flatMap(
    (chart) => chart ?? [],
  )
}

function cpu({ handlers }: Report): Chart | null {
  if (!handlers) return null
  const { costs } = handlers
  return {
    title: 'CPU time per change, ms (median)',
    below: '',
    values: costs.map((_, index) => index),
    labels: costs.map(({ what }) => what),
    bars: true,
    series: [{ name: 'CPU, ms', values: costs.map(({ cpuMs }) => cpuMs.median) }],
  }
}

function load({ load: points }: Report): Chart | null {
  if (!points) return null
  return {
    title: 'Latency against load, ms',
    below: 'webhooks per second',
    values: points.map(({ offeredPerSecond }) => offeredPerSecond),
    logarithmic: true,
    series: [
      { name: 'door p50', values: points.map(({ doorP50Ms }) => doorP50Ms) },
      { name: 'door p99', values: points.map(({ doorP99Ms }) => doorP99Ms) },
      { name: 'sync p50', values: points.map(({ syncP50Ms }) => syncP50Ms) },
      { name: 'sync p99', values: points.map(({ syncP99Ms }) => syncP99Ms) },
    ],
  }
}

function scaleCpu({ scale }: Report): Chart | null {
  if (!scale) return null
  return {
    title: 'CPU time per change as changes accumulate, ms',
    below: 'changes',
    values: scale.map(({ changes }) => changes),
    series: [{ name: 'CPU, ms', values: scale.map(({ cpuMsPerChange }) => cpuMsPerChange) }],
  }
}

function scaleMemory({ scale }: Report): Chart | null {
  if (!scale) return null
  return {
    title: 'Memory as changes accumulate, MB',
    below: 'changes',
    values: scale.map(({ changes }) => changes),
    series: [
      { name: 'heap', values: scale.map(({ heapMb }) => heapMb) },
      { name: 'resident', values: scale.map(({ rssMb }) => rssMb) },
    ],
  }
}

function memory({ dollars }: Report): Chart | null {
  if (!dollars) return null
  return {
    title: 'Dollars per million changes by the memory of the functions',
    below: 'MB',
    values: dollars.memory.map(({ memoryMb }) => memoryMb),
    series: [
      { name: 'sparse', values: dollars.memory.map(({ sparse }) => sparse) },
      { name: 'dense', values: dollars.memory.map(({ dense }) => dense) },
    ],
  }
}
