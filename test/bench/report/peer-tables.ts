import type { Report } from './report.ts'
import { orUnknown } from './stack-tables.ts'
import type { Table } from './table.ts'

export function peers({ peers: measured }: Report): Table | null {
  if (!measured) return null
  return {
    title: 'Peers',
    note: [
      'New contacts, 10 webhooks at a time, each sent once, after 200 that do not count. CPU and memory are of all processes of the peer; the provider and the sender do not count.',
      'Settled: at the provider at the end. Refused: not answered 2xx. Times: from the webhook until the provider answers that the customer is created.',
      'What cannot be compared: plain Node, Node-RED and n8n keep nothing durable, answer after the work, give up after 3 tries, do no ordering and keep no ids; n8n also saves a record of every execution, with which nothing is resumed. Restate stores the webhook before it answers, orders the events of a contact and tries for ever; as its answers do not wait for the work, the same senders send faster, and its times contain the waiting in its queue. No peer checks signatures or searches for a create whose answer was lost: duplicates are creates that were carried out, but whose answer was lost.',
    ].join('\n'),
    head: [
      'peer',
      'provider',
      'durable',
      'settled',
      'refused',
      'lost',
      'duplicates',
      'p50',
      'p99',
      'all',
      'CPU',
      'memory',
    ],
    rows: measured.map((row) => [
      `${row.peer} ${row.version}`,
      row.pattern,
      row.isDurable ? 'yes' : 'no',
      `${row.settled} of ${row.changes}`,
      String(row.refused),
      String(row.lost),
      String(row.duplicates),
      `${row.p50Ms} ms`,
      `${row.p99Ms} ms`,
      `${row.seconds} s`,
      orUnknown(row.cpuMsPerChange, 'ms'),
      orUnknown(row.peakMemoryMb, 'MB'),
    ]),
  }
}
