import { SingleBar } from 'cli-progress'
import colors from 'picocolors'
import { type DeadLetter, sweep } from '../../core/dead-letters/dead-letter.ts'
import { diagnosed, sendBack } from '../../core/dead-letters/redrive.ts'
import type { StackInfo } from '../../offline/stack-file.ts'
import { type DeadLetterRow, toDeadLetterRow } from '../dead-letters/view.ts'
import { localDoor } from '../replay/find-door.ts'
import { putRecord } from '../replay/load-records.ts'
import { isAccepted, postSamples } from '../replay/post-samples.ts'
import type { Sample } from '../replay/samples.ts'
import { type Column, formatTable } from '../terminal/table.ts'
import { describeLinks, held, onePerRecord } from './claims.ts'
import { toCells } from './outcomes.ts'
import { type SentSample, sendInTurn } from './samples.ts'
import { plural, type Show } from './show.ts'
import type { DemoWorld } from './world.ts'

export type DemoParts = { readonly info: StackInfo; readonly world: DemoWorld; readonly show: Show }

/** Samples that are meant to fail, and with which code. */
const meantToFail: Readonly<Record<string, string>> = {
  'hubspot/contact.creation-unreachable': 'CONTACT_MISSING',
  'standard-webhooks/contact.updated-thin': 'CANNOT_FETCH',
}
/** The contact of the first of them, and what an operator fixes in HubSpot. */
const fixed = {
  recordId: '701000000103',
  record: { object: 'contacts', id: '701000000103', properties: { email: 'jb.mbarga@example.cm' } },
}

const columns: readonly Column[] = [
  { heading: 'EVENT' },
  { heading: 'CRM RECORD', paint: colors.bold },
  { heading: 'PROVIDER' },
  { heading: 'CUSTOMER', paint: colors.cyan },
  { heading: 'OUTCOME', paint: paintOutcome },
]

const letterColumns: readonly Column[] = [
  { heading: 'DEAD LETTER', paint: colors.bold },
  { heading: 'CODE', paint: colors.red },
  { heading: 'REASON' },
]

/** Every sample in turn, and a table of what became of each. */
export async function sendSamples(
  samples: readonly Sample[],
  { info, world, show }: DemoParts,
): Promise<void> {
  show.act(1, 'Every sample in events/, signed as its CRM signs it, through the HTTP door')
  const bar = process.stderr.isTTY
    ? new SingleBar({ clearOnComplete: true, format: '{bar} {value}/{total}' })
    : null
  bar?.start(samples.length, 0)
  const sent = await sendInTurn(samples, info, world, () => bar?.increment())
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

/** The same samples once more, in the other order and side by side. */
export async function sendAgain(samples: readonly Sample[], { info, world, show }: DemoParts): Promise<void> {
  show.act(2, 'The same samples again, freshly signed, in parallel and in reverse order')
  const linksBefore = await describeLinks(world)
  const customersBefore = await world.customers()
  const createsBefore = await world.creates()
  const posted = await postSamples(samples.toReversed(), localDoor(info))
  await world.untilIdle()
  const created = (await world.creates()) - createsBefore
  const customers = await world.customers()
  show.check(
    posted.every(isAccepted),
    `${plural(posted.filter(isAccepted).length, 'webhook')} accepted again`,
  )
  show.check(
    created === 0 && customers.length === customersBefore.length,
    `${created === 0 ? 'nothing' : plural(created, 'customer')} was created: ${held(customers)}`,
  )
  show.check(...onePerRecord(customers))
  show.check((await describeLinks(world)) === linksBefore, 'the table of links is unchanged')
}

/** From the dead-letter queue to the provider: an operator fixes the record in the CRM, and the change is redriven. */
export async function mendFailure({ info, world, show }: DemoParts): Promise<void> {
  show.act(3, 'A customer that Notch Pay cannot accept yet')
  const letters = await readLetters(world)
  const rows = (await Promise.all(letters.map((letter) => diagnosed(letter, world.links)))).map(
    toDeadLetterRow,
  )
  show.text(`${formatTable(letterColumns, rows.map(toLetterCells))}\n`)
  const letter = letters.find(({ change }) => change?.recordId === fixed.recordId)
  const codes = new Set(rows.map(({ code }) => code))
  const expected = new Set(Object.values(meantToFail))
  show.check(
    codes.symmetricDifference(expected).size === 0,
    'what failed waits in the dead-letter queue with its reason, and nothing else does',
  )
  if (!letter) return show.check(false, `contact ${fixed.recordId} is in the dead-letter queue`)
  await putRecord(info.sandboxes['hubspot'] ?? '', fixed.record, 'the fixed contact')
  const { redriven } = await sendBack(new Set([letter.id]), world)
  await world.untilIdle()
  show.check(
    redriven.length === 1,
    'the contact got an e-mail address in HubSpot, and its dead letter was redriven',
  )
  const link = (await Array.fromAsync(world.links.listLinks())).find(
    ({ ref, state }) => ref.recordId === fixed.recordId && state === 'linked',
  )
  const customer = (await world.customers()).find(({ id }) => id === link?.providerCustomerId)
  show.check(
    customer?.['email'] === fixed.record.properties.email,
    `contact ${fixed.recordId} is ${link?.providerCustomerId} at Notch Pay now, with the e-mail address`,
  )
  await dropRest(letters, letter, { info, world, show })
}

/** The others would want the same care; here they are dropped, as a person may decide. */
async function dropRest(
  letters: readonly DeadLetter[],
  done: DeadLetter,
  { world, show }: DemoParts,
): Promise<void> {
  const useless = new Set(letters.filter(({ id }) => id !== done.id).map(({ id }) => id))
  await sweep(world.deadLetters, async (batch) =>
    batch.map(({ id }) => (useless.has(id) ? 'remove' : 'keep')),
  )
  show.check(
    (await world.countDeadLetters()) === 0,
    `the other ${plural(useless.size, 'dead letter')} dropped: the dead-letter queue is empty`,
  )
}

async function readLetters({ deadLetters }: DemoWorld): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = []
  await sweep(deadLetters, async (batch) => {
    letters.push(...batch)
    return batch.map(() => 'keep')
  })
  return letters
}

function toLetterCells({ source, recordType, recordId, code, reason }: DeadLetterRow) {
  return [`${source} ${recordType} ${recordId}`, code, reason]
}

function toRows({ event, outcomes }: SentSample) {
  return outcomes.map((outcome, index) => [index === 0 ? event : ' ', ...toCells(outcome)])
}

function paintOutcome(outcome: string): string {
  if (/^(created|adopted|updated)/.test(outcome)) return colors.green(outcome)
  return /^(failed|dead-)/.test(outcome) ? colors.red(outcome) : colors.yellow(outcome)
}
