import type { Figure } from '../figure.ts'
import { peers } from './peer-tables.ts'
import type { Report } from './report.ts'
import { faults, kills, load, scale } from './stack-tables.ts'
import type { Table } from './table.ts'

/** The report as tables, in the order of its sections. */
export function tablesOf(report: Report): readonly Table[] {
  return [
    handlers(report),
    calls(report),
    coldStarts(report),
    faults(report),
    kills(report),
    peers(report),
    load(report),
    scale(report),
    dollars(report),
    memory(report),
  ].flatMap((table) => table ?? [])
}

const spread = ({ median, least, most }: Figure) => `${median} (${least}–${most})`
const money = (dollars: number) => `$${dollars.toFixed(2)}`
const kilobytes = (bytes: number) => (bytes < 1000 ? `${bytes} B` : `${Math.round(bytes / 1000)} kB`)

function handlers({ handlers: measured, rounds }: Report): Table | null {
  if (!measured) return null
  return {
    title: 'CPU and wall time per change',
    note: `Milliseconds: median of ${rounds} interleaved rounds (least–most). The bundles run in processes of their own; the embedded services and the sandboxes do not count. syncCustomer held ${measured.syncMemoryMb} MB.`,
    head: ['change', 'CPU', 'wall', 'log'],
    rows: measured.costs.map(({ what, cpuMs, wallMs, logBytes }) => [
      what,
      spread(cpuMs),
      spread(wallMs),
      `${logBytes} B`,
    ]),
  }
}

function calls({ calls: measured }: Report): Table | null {
  if (!measured) return null
  return {
    title: 'Calls per change',
    note: 'Counted at the wire, with the request units of DynamoDB (index writes included).',
    head: ['change', 'calls', 'read units', 'write units'],
    rows: measured.map(({ what, calls, readUnits, writeUnits }) => [
      what,
      Object.entries(calls)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ') || 'none',
      String(readUnits),
      String(writeUnits),
    ]),
  }
}

function coldStarts({ coldStarts: measured }: Report): Table | null {
  if (!measured) return null
  return {
    title: 'Cold start',
    note: 'CPU milliseconds: median (least–most). What Node.js itself needs to start is not included.',
    head: ['function', 'bundle', 'import', 'first answer', 'sum', 'largest packages'],
    rows: measured.map(({ what, bytes, importMs, firstAnswerMs, totalMs, packages }) => [
      what,
      kilobytes(bytes),
      spread(importMs),
      spread(firstAnswerMs),
      spread(totalMs),
      Object.entries(packages)
        .slice(0, 4)
        .map(([name, size]) => `${name} ${kilobytes(size)}`)
        .join(', '),
    ]),
  }
}

function dollars({ dollars: computed }: Report): Table | null {
  if (!computed) return null
  return {
    title: 'Dollars per million changes',
    note: `Public prices of us-east-1 as of ${computed.pricesAsOf}, without free tiers, at ${computed.memoryMb} MB; a provider that answers in 300 ms. Dense: 100 changes a webhook. Floor: without the HTTP API, logs and CPU time.`,
    head: [
      'change',
      'traffic',
      'HTTP API',
      'invocations',
      'function time',
      'queue',
      'table',
      'logs',
      'total',
      'floor',
    ],
    rows: computed.rows.map((row) => [
      row.what,
      row.traffic,
      ...[row.http, row.requests, row.functionTime, row.queue, row.table, row.logs, row.total, row.floor].map(
        money,
      ),
    ]),
  }
}

function memory({ dollars: computed }: Report): Table | null {
  if (!computed) return null
  return {
    title: 'Memory of the functions',
    note: 'Dollars per million changes, a third each created, updated and unchanged. First answer: the CPU part of the first invocation of a new environment, after the import.',
    head: ['memory', 'sparse', 'dense', 'first answer of receiveWebhook', 'of syncCustomer'],
    rows: computed.memory.map((row) => [
      `${row.memoryMb} MB`,
      money(row.sparse),
      money(row.dense),
      `${row.doorFirstAnswerMs} ms`,
      `${row.syncFirstAnswerMs} ms`,
    ]),
  }
}
