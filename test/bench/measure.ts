import { measureCalls } from './calls/measure-calls.ts'
import { measureColdStarts } from './cold-start/measure-cold-start.ts'
import { dollarsOf, memoryTable } from './cost/dollars.ts'
import { prices } from './cost/prices.ts'
import { measureKills } from './faults/measure-kills.ts'
import { faultPatterns } from './faults/patterns.ts'
import { measureHandlers } from './handlers/measure-handlers.ts'
import { machine } from './machine.ts'
import type { Report, Section } from './report/report.ts'
import { measureScale } from './scale/measure-scale.ts'
import { measureLoad } from './stack/measure-load.ts'
import { measureStack } from './stack/measure-stack.ts'
import { type Bundle, buildBundles } from './world/bundles.ts'
import { functionMemoryMb } from './world/function-memory.ts'
import { startServices } from './world/services.ts'

export type Sizes = {
  readonly rounds: number
  /** New customers in each scenario of the local stack. */
  readonly changes: number
  readonly scale: number
}

const killedChanges = 400

/** Measures the sections one after the other. `progress` gets one line for each step. */
export async function measure(
  wanted: ReadonlySet<Section>,
  { rounds, changes, scale }: Sizes,
  progress: (line: string) => void,
): Promise<Report> {
  let report: Report = { version: 1, date: new Date().toISOString(), machine: machine(), rounds }
  progress('building the functions')
  const bundles = await buildBundles()
  const { services, close } = await startServices()
  try {
    if (wanted.has('calls') || wanted.has('handlers')) {
      progress('counting calls')
      const { costs: calls, wires } = await measureCalls(bundles, services)
      report = { ...report, calls }
      if (wanted.has('handlers')) {
        progress(`CPU time of the functions, ${rounds} rounds`)
        report = { ...report, handlers: await measureHandlers(bundles, services, wires, rounds) }
      }
    }
    if (wanted.has('cold-start')) {
      progress('cold starts')
      report = { ...report, coldStarts: await measureColdStarts(bundles, services, 2 * rounds + 1) }
    }
    if (wanted.has('scale')) {
      const percent = (done: number) => progress(`${scale} changes: ${Math.round(done * 100)} %`)
      percent(0)
      report = { ...report, scale: await measureScale(bundles, services, scale, percent) }
    }
  } finally {
    close()
  }
  if (wanted.has('load')) {
    progress('latency against load')
    report = { ...report, load: await measureLoad() }
  }
  if (wanted.has('faults')) {
    report = { ...report, faults: await measureFaults(bundles, changes, progress) }
  }
  return withDollars(report)
}

/** What fails waits most of the time, so those runs share the machine. */
async function measureFaults(
  bundles: readonly Bundle[],
  changes: number,
  progress: (line: string) => void,
): Promise<NonNullable<Report['faults']>> {
  const [healthy, ...failing] = faultPatterns.map(({ what, faults }) => async () => ({
    what,
    ...(await measureStack(changes, faults)),
  }))
  progress(`${changes} new customers, healthy providers`)
  const scenarios = healthy ? [await healthy()] : []
  progress(`${changes} new customers each, failing providers; kill -9`)
  const [kills, ...failed] = await Promise.all([
    measureKills(bundles, killedChanges),
    ...failing.map((run) => run()),
  ])
  return { scenarios: [...scenarios, ...failed], kills }
}

function withDollars(report: Report): Report {
  const { calls, handlers, coldStarts } = report
  if (!calls || !handlers || !coldStarts) return report
  const measured = { calls, handlers: handlers.costs }
  const memoryMb = functionMemoryMb()
  const dollars = {
    pricesAsOf: prices.asOf,
    memoryMb,
    rows: dollarsOf(measured, memoryMb),
    memory: memoryTable(measured, coldStarts),
  }
  return { ...report, dollars }
}
