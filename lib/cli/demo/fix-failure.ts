import colors from 'picocolors'
import { type DeadLetter, sweep } from '../../core/dead-letters/dead-letter.ts'
import { diagnosed, sendBack } from '../../core/dead-letters/redrive.ts'
import { type DeadLetterRow, toDeadLetterRow } from '../../operator/dead-letters/dead-letter-row.ts'
import { putRecord } from '../../operator/samples/load-records.ts'
import { type Column, formatTable } from '../terminal/table.ts'
import { meantToFail } from './meant-to-fail.ts'
import { type DemoParts, plural } from './show.ts'
import type { DemoWorld } from './world.ts'

/** The contact that is dead-lettered because it has no e-mail address, and what an operator fixes in HubSpot. */
const fixed = {
  recordId: '701000000103',
  record: { object: 'contacts', id: '701000000103', properties: { email: 'jb.mbarga@example.cm' } },
}

const columns: readonly Column[] = [
  { heading: 'DEAD LETTER', paint: colors.bold, shortening: 'last' },
  { heading: 'CODE', paint: colors.red, shortening: 'last' },
  { heading: 'REASON', shortening: 'first' },
]

/** Fixes a record in the CRM as an operator would, and redrives its dead letter. */
export async function fixFailure({ info, world, show }: DemoParts): Promise<void> {
  show.act(3, 'A customer that Notch Pay cannot accept yet')
  const letters = await readLetters(world)
  const rows = (await Promise.all(letters.map((letter) => diagnosed(letter, world.links)))).map(
    toDeadLetterRow,
  )
  show.text(`${formatTable(columns, rows.map(toLetterCells))}\n`)
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

/** The other dead letters would be fixed in the same way; the demo drops them, as an operator may decide to. */
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
