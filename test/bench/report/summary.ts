import { table } from '../../../lib/docs/markdown.ts'
import { BadInput } from '../../../lib/operator/errors.ts'
import type { Report } from './report.ts'

export type Summary = {
  /** Paragraphs for docs/performance.md. */
  readonly lines: readonly string[]
  /** Two lines for README.md. */
  readonly readme: string
  /** The table of docs/cost.md. */
  readonly cost: string
}

const kinds = ['created', 'updated', 'unchanged'] as const

/** What a complete run says in a few sentences. Throws BadInput when a section is missing. */
export function summaryOf({ handlers, coldStarts, dollars, faults, load }: Report): Summary {
  if (!handlers || !coldStarts || !dollars || !faults || !load)
    throw new BadInput('the pages need a complete run: leave out --only')
  const cpu = (what: string) => find(handlers.costs, what).cpuMs.median
  const created = kinds.map((kind) => `${cpu(`${kind}, batch of 10`)} ms ${kind}`).join(', ')
  const bare = kinds.map((kind) => `${cpu(`bare HTTP work of ${kind}`)} ms`).join(', ')
  const cold = (name: string) => find(coldStarts, name).totalMs.median
  const random = find(faults.scenarios, 'fails at random')
  const total = (what: string, traffic: string) => {
    const row = dollars.rows.find((each) => each.what === what && each.traffic === traffic)
    return `$${(row?.total ?? 0).toFixed(2)}`
  }
  const range = (traffic: string) => `${total('unchanged', traffic)} to ${total('created', traffic)}`
  const settled = `${random.settled} of ${random.changes} new customers arrive at a provider that answers every seventh call with 503 and loses the answer of every tenth create, both at random: ${random.lost} lost, ${random.duplicates} duplicates, half within ${random.p50Seconds} s, 99 % within ${random.p99Seconds} s, all within ${random.longestSeconds} s.`
  return {
    lines: [
      `CPU time of a change in a warm function, batches of ten: ${created}. The same HTTP requests without anything else: ${bare}.`,
      `CPU time of a cold start up to the first answer, without Node.js itself: ${cold('receiveWebhook')} ms for \`receiveWebhook\`, ${cold('syncCustomer')} ms for \`syncCustomer\`.`,
      settled,
      `Functions that are killed with SIGKILL ${faults.kills.kills} times while they work: ${faults.kills.settled} of ${faults.kills.changes} settled, ${faults.kills.lost} lost, ${faults.kills.duplicates} duplicates.`,
      `A million changes cost ${range('sparse')} when they come one by one, ${range('dense')} in bulk, at the public prices of ${dollars.pricesAsOf} without free tiers.`,
    ],
    readme: [
      `${settled}`,
      `A change takes ${created} of CPU time; a million cost ${range('sparse')} one by one, ${range('dense')} in bulk. [Performance](docs/performance.md) has all figures, how they were measured, and where others are faster.`,
    ].join('\n'),
    cost: table(
      ['changes', ...kinds],
      [
        ['that come one by one', ...kinds.map((kind) => `${total(kind, 'sparse')} per million`)],
        ['that come in bulk', ...kinds.map((kind) => `${total(kind, 'dense')} per million`)],
      ],
    ),
  }
}

function find<Row extends { readonly what: string }>(rows: readonly Row[], what: string): Row {
  const found = rows.find((row) => row.what === what)
  if (!found) throw new Error(`the report has no row "${what}"`)
  return found
}
