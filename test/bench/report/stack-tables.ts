import { providerMs } from '../stack/measure-load.ts'
import type { Report } from './report.ts'
import type { Table } from './table.ts'

/** A figure that some systems do not tell. */
export const orUnknown = (value: number | null, unit: string) =>
  value === null ? 'not known' : `${value} ${unit}`

export function faults({ faults: measured }: Report): Table | null {
  if (!measured) return null
  return {
    title: 'New customers through a local stack',
    note: 'A burst of webhooks, 50 at a time, with the default settings, half of the customers at each provider. Lost: accepted, but not at the provider after four minutes.',
    head: [
      'provider',
      'settled',
      'lost',
      'duplicates',
      'p50',
      'p99',
      'longest',
      'accepted',
      'door p99',
      'CPU',
      'memory',
    ],
    rows: measured.scenarios.map((row) => [
      row.what,
      `${row.settled} of ${row.changes}`,
      String(row.lost),
      String(row.duplicates),
      `${row.p50Seconds} s`,
      `${row.p99Seconds} s`,
      `${row.longestSeconds} s`,
      `${row.acceptedPerSecond}/s`,
      `${row.doorP99Ms} ms`,
      orUnknown(row.cpuMsPerChange, 'ms'),
      orUnknown(row.peakMemoryMb, 'MB'),
    ]),
  }
}

export function kills({ faults: measured }: Report): Table | null {
  if (!measured) return null
  const { changes, kills: times, settled, lost, duplicates, seconds } = measured.kills
  return {
    title: 'kill -9',
    note: 'The process of syncCustomer is ended with SIGKILL again and again while it works. A visibility timeout of 10 s and leases of 8 s keep the run short; deployed, they are 360 s and 75 s.',
    head: ['changes', 'kills', 'settled', 'lost', 'duplicates', 'all settled within'],
    rows: [[changes, times, settled, lost, duplicates, `${seconds} s`].map(String)],
  }
}

export function load({ load: measured }: Report): Table | null {
  if (!measured) return null
  return {
    title: 'Latency against load',
    note: `New customers at a fixed rate through a local stack, at a provider that answers in ${providerMs} ms. In milliseconds; sync: from the webhook to the answer of the provider.`,
    head: ['offered', 'accepted', 'refused', 'door p50', 'door p99', 'sync p50', 'sync p99'],
    rows: measured.map((point) => [
      `${point.offeredPerSecond}/s`,
      `${point.acceptedPerSecond}/s`,
      String(point.refused),
      ...[point.doorP50Ms, point.doorP99Ms, point.syncP50Ms, point.syncP99Ms].map(String),
    ]),
  }
}

export function scale({ scale: measured }: Report): Table | null {
  if (!measured) return null
  return {
    title: 'Many changes through one process',
    note: 'A fifth create customers, two fifths update them, two fifths alter nothing. Heap: after a garbage collection.',
    head: ['changes', 'CPU per change', 'heap', 'resident memory'],
    rows: measured.map(({ changes, cpuMsPerChange, heapMb, rssMb }) => [
      changes.toLocaleString('en'),
      `${cpuMsPerChange} ms`,
      `${heapMb} MB`,
      `${rssMb} MB`,
    ]),
  }
}
