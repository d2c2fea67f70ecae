import { SingleBar } from 'cli-progress'
import colors from 'picocolors'
import type { Sample } from '../../operator/samples/samples.ts'
import { type Column, formatTable } from '../terminal/table.ts'
import { onePerRecord } from './claims.ts'
import { meantToFail } from './meant-to-fail.ts'
import { toCells } from './outcomes.ts'
import { type SentSample, sendInRounds } from './samples.ts'
import { type DemoParts, plural } from './show.ts'

const columns: readonly Column[] = [
  { heading: 'EVENT', shortening: 'first' },
  { heading: 'CRM RECORD', paint: colors.bold, shortening: 'last' },
  { heading: 'PROVIDER' },
  { heading: 'CUSTOMER', paint: colors.cyan, shortening: 'last' },
  { heading: 'OUTCOME', paint: paintOutcome, shortening: 'last' },
]

/** Sends every sample, those of a CRM one after the other, and prints a table of the outcomes. */
export async function sendSamples(
  samples: readonly Sample[],
  { info, world, show }: DemoParts,
): Promise<void> {
  show.act(1, 'Every sample in events/, signed as its CRM signs it, through the HTTP door')
  const bar = process.stderr.isTTY
    ? new SingleBar({ clearOnComplete: true, format: '{bar} {value}/{total}' })
    : null
  bar?.start(samples.length, 0)
  const sent = await sendInRounds(samples, info, world, (count) => bar?.increment(count))
  bar?.stop()
  show.text(`${formatTable(columns, sent.flatMap(toRows))}\n`)
  const refused = sent.filter(({ accepted }) => !accepted).map(({ event }) => event)
  const count = plural(sent.length, 'webhook')
  show.check(
    refused.length === 0,
    refused.length === 0 ? `${count} accepted` : `refused: ${refused.join(', ')}`,
  )
  const failing = sent.filter(({ outcomes }) =>
    outcomes.some(({ outcome }) => /^(failed|dead-)/.test(outcome)),
  )
  const differences = new Set(failing.map(({ event }) => event)).symmetricDifference(
    new Set(Object.keys(meantToFail)),
  )
  show.check(
    differences.size === 0,
    differences.size === 0
      ? `every change arrived except the ${failing.length} that are meant to fail`
      : `should have arrived, or failed: ${[...differences].join(', ')}`,
  )
  show.check(...onePerRecord(await world.customers()))
}

function toRows({ event, outcomes }: SentSample) {
  return outcomes.map((outcome, index) => [index === 0 ? event : ' ', ...toCells(outcome)])
}

function paintOutcome(outcome: string): string {
  if (/^(created|adopted|updated)/.test(outcome)) return colors.green(outcome)
  return /^(failed|dead-)/.test(outcome) ? colors.red(outcome) : colors.yellow(outcome)
}
