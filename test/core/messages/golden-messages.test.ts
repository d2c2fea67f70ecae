import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { changesOf } from '../../../lib/core/messages/listed-page.ts'
import { readQueue } from '../../../lib/core/messages/queued-change.ts'
import { openSnapshot } from '../../../lib/core/messages/sealed-snapshot.ts'
import type { CustomerChange } from '../../../lib/core/model/change.ts'
import { syncBatch } from '../../../lib/core/syncing/sync-batch.ts'
import { keySealer } from '../../../lib/support/sealer.ts'
import { aCustomer, aWorld, crmTime } from '../../fakes/world.ts'
import { writtenMessages } from '../../support/written-messages.ts'

/**
 * test/golden/messages holds message bodies as releases wrote them to the queue of changes, one file per format. The
 * files are never changed: such a message can stay on a queue for two weeks, and as a dead letter for another two. A
 * new format needs a new file, with the entries that the last test here lists.
 */
type Golden = { readonly sealing: 'webhook secret' | 'SEALING_KEYS'; readonly bodies: readonly string[] }

const folder = join(__dirname, '../../golden/messages')
const golden = readdirSync(folder).map((name) => {
  return [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden] as const
})

/** The key that the golden messages are sealed with. */
const sealingKey = Buffer.from('the key of all golden messages !').toString('base64')
const readKey = async () => sealingKey
const sealer = keySealer({ read: readKey, readAgain: readKey })

const records = (bodies: readonly string[]) =>
  bodies.map((body, index) => ({
    messageId: `m${index}`,
    receives: 1,
    firstReceivedAt: null,
    group: `g${index}`,
    body,
  }))

describe.each(golden)('the messages of %s', (_, { sealing, bodies }) => {
  const { messages, unreadable } = readQueue(records(bodies))
  const snapshots = messages.flatMap(({ change }) => change.sealedSnapshot ?? [])

  it('are all read, without losing anything', () => {
    expect(unreadable).toEqual([])
    const whole = bodies.flatMap((body) => {
      const json = JSON.parse(body)
      return json.kind === 'listed' ? changesOf(json) : [json]
    })
    expect(messages.map(({ change }) => change)).toEqual(whole)
  })

  if (sealing === 'SEALING_KEYS') {
    it('open with the key they were sealed with', async () => {
      expect(snapshots).not.toHaveLength(0)
      for (const sealed of snapshots) {
        expect(await openSnapshot(sealed, sealer)).toMatchObject({
          customer: {},
          version: expect.any(String),
        })
      }
    })
  }

  if (sealing === 'webhook secret') {
    it('keep their sealed text in the dead letters where the CRM cannot be asked', async () => {
      const sealed = messages.filter(({ change }) => change.sealedSnapshot !== undefined)
      expect(sealed).not.toHaveLength(0)
      for (const { change } of sealed) {
        const world = aWorld({ sealer, canFetch: false })
        expect(await world.sync(change)).toEqual([])
        expect(world.parked).toMatchObject([{ change, failure: { code: 'SEALED_DATA_DAMAGED' } }])
      }
    })
  }

  it('are all processed where the CRM can be asked', async () => {
    const world = aWorld({ sealer })
    for (const { change } of messages) world.source.put(change, aCustomer(), crmTime(0))
    const source = await world.deps.source('hubspot')
    const deps = { ...world.deps, source: async () => ({ ...source, expand: async () => [] }) }
    expect(await syncBatch(records(bodies), () => 60_000, deps)).toEqual([])
    // The sealed customer of some messages cannot be reached by any means.
    expect(world.parked.filter(({ failure }) => failure.code !== 'CONTACT_MISSING')).toEqual([])
  })
})

it('are written today without names, types or kinds that none of them has', async () => {
  const known = new Set((await Promise.all(golden.flatMap(([, { bodies }]) => bodies.map(formatOf)))).flat())
  const written = await Promise.all(
    (await writtenMessages(sealer)).map(async (body) => ({ body, format: await formatOf(body) })),
  )
  const isNew = (name: string) => !known.has(name)
  expect(written.filter(({ format }) => format.some(isNew)).map(({ body }) => body)).toEqual([])
})

/** Names and types of everything in a body, its snapshot opened where possible, and the keywords a release must know. */
async function formatOf(body: string): Promise<readonly string[]> {
  const { sealedSnapshot, ...change } = JSON.parse(body) as CustomerChange
  const format = [...namesIn(change), `v ${change.v}`, `kind ${change.kind}`]
  if (sealedSnapshot === undefined) return format
  const seal = sealedSnapshot.split('.')[0]
  return [...format, `${seal}`, ...(seal === 'v2' ? namesIn(await sealer.open(sealedSnapshot), 'v2') : [])]
}

function namesIn(value: unknown, path = ''): string[] {
  if (value === null) return []
  if (typeof value !== 'object') return [`${path} ${typeof value}`]
  const isOpen = Array.isArray(value) || path.endsWith('.metadata')
  return Object.entries(value).flatMap(([name, item]) => namesIn(item, `${path}.${isOpen ? '*' : name}`))
}
