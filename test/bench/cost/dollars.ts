import type { CallCost } from '../calls/measure-calls.ts'
import type { ColdStart } from '../cold-start/measure-cold-start.ts'
import type { HandlerCost } from '../handlers/measure-handlers.ts'
import { kinds } from '../world/kinds.ts'
import { prices } from './prices.ts'

/** Dollars per million changes, by what is charged. */
export type Dollars = {
  readonly what: string
  readonly traffic: 'dense' | 'sparse'
  readonly http: number
  readonly requests: number
  readonly functionTime: number
  readonly queue: number
  readonly table: number
  readonly logs: number
  readonly total: number
  /** What cannot be avoided: the total without the HTTP API, logs and CPU time, waiting with the least memory. */
  readonly floor: number
}
export type MemoryRow = {
  readonly memoryMb: number
  /** Dollars per million changes: a third each created, updated and unchanged. */
  readonly sparse: number
  readonly dense: number
  /** CPU part of the first answer of a new environment, in milliseconds. */
  readonly doorFirstAnswerMs: number
  readonly syncFirstAnswerMs: number
}
export type Measured = {
  readonly calls: readonly CallCost[]
  readonly handlers: readonly HandlerCost[]
}

/** Dense: 100 changes a webhook, as in an import. Sparse: they come one by one. */
const shapes = {
  dense: { perWebhook: 100, batchSize: 10, door: 'an event of a storm of 100 about 20 contacts, door' },
  sparse: { perWebhook: 1, batchSize: 1, door: 'a webhook of one change, door' },
} as const

/** Assumed: how long a provider and a call of AWS take to answer, in milliseconds. */
const providerMs = 300
const awsMs = 5
/** Lambda gives a function one full virtual CPU at this memory, and less in proportion below. */
const fullCpuMb = 1769
const leastMemoryMb = 128

/** At this memory, of both functions. */
export function dollarsOf(measured: Measured, memoryMb: number): readonly Dollars[] {
  return kinds.flatMap((kind) =>
    (['dense', 'sparse'] as const).map((traffic) => oneRow(kind, traffic, measured, memoryMb)),
  )
}

function oneRow(what: string, traffic: 'dense' | 'sparse', measured: Measured, memoryMb: number): Dollars {
  const { perWebhook, batchSize, door } = shapes[traffic]
  const cost = find(measured.calls, what)
  const sync = find(measured.handlers, `${what}, batch of ${batchSize}`)
  const receive = find(measured.handlers, door)
  // Of one invocation. The records of a batch wait in parallel.
  const waitMs = (cost.calls['provider'] ?? 0) * providerMs + tableCalls(cost) * awsMs
  const time = (memory: number, share: number) =>
    millisToDollars((waitMs + share * batchSize * sync.cpuMs.median * slowdown(memory)) / batchSize, memory) +
    millisToDollars(awsMs / perWebhook + share * receive.cpuMs.median * slowdown(memory), memory)
  const messages = 1 / Math.min(10, perWebhook)
  const parts = {
    http: prices.httpApiRequest / perWebhook,
    requests: prices.lambdaRequest * (1 / perWebhook + 1 / batchSize),
    functionTime: time(memoryMb, 1),
    // Sent by the door; received and deleted by Lambda's poller.
    queue: prices.sqsFifoRequest * (messages + 2 / batchSize),
    table: prices.tableReadUnit * cost.readUnits + prices.tableWriteUnit * cost.writeUnits,
    logs: (prices.logGb * (sync.logBytes + receive.logBytes)) / 1000,
  }
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0)
  const floor = parts.requests + parts.queue + parts.table + time(leastMemoryMb, 0)
  return { what, traffic, ...parts, total, floor }
}

/** What the memory of the functions decides: the price of their time, and how long a cold start takes. */
export function memoryTable(measured: Measured, coldStarts: readonly ColdStart[]): readonly MemoryRow[] {
  return [128, 192, 256, 512, 1024].map((memoryMb) => {
    const rows = dollarsOf(measured, memoryMb)
    const mean = (traffic: 'dense' | 'sparse') => {
      const totals = rows.filter((row) => row.traffic === traffic).map(({ total }) => total)
      return totals.reduce((sum, total) => sum + total, 0) / totals.length
    }
    const firstAnswer = (name: string) =>
      Math.round(find(coldStarts, name).firstAnswerMs.median * slowdown(memoryMb))
    return {
      memoryMb,
      sparse: mean('sparse'),
      dense: mean('dense'),
      doorFirstAnswerMs: firstAnswer('receiveWebhook'),
      syncFirstAnswerMs: firstAnswer('syncCustomer'),
    }
  })
}

const slowdown = (memoryMb: number) => Math.max(1, fullCpuMb / memoryMb)

/** Of a million. */
function millisToDollars(millis: number, memoryMb: number): number {
  return millis * 1000 * (memoryMb / 1024) * prices.gbSecond
}

function tableCalls({ calls }: CallCost): number {
  return Object.entries(calls).reduce((sum, [name, count]) => sum + (name.startsWith('table') ? count : 0), 0)
}

function find<Row extends { readonly what: string }>(rows: readonly Row[], what: string): Row {
  const found = rows.find((row) => row.what === what)
  if (!found) throw new Error(`the report has no row "${what}"`)
  return found
}
