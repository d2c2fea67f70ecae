import { dynamodbClient } from '../../lib/aws/clients.ts'
import { dynamodbWalks } from '../../lib/aws/walks.ts'
import { sourceNames } from '../../lib/sources/registry.ts'
import { aChangeWebhook } from '../support/a-change-webhook.ts'
import { aSource, halvesOf } from '../support/a-source.ts'
import { aPerson } from '../support/canaries.ts'
import { testAws } from '../support/embedded.ts'
import { type FunctionWorld, startFunctionWorld } from '../support/function-world.ts'
import { turnClock } from '../support/turned-clock.ts'

/** The CRMs that can list what changed. */
const names = sourceNames.filter((name) => {
  const { offline } = halvesOf(name)
  const isAsked = Object.values(offline.sandboxes).some(({ isDefault }) => isDefault)
  const variables = Object.fromEntries(
    Object.keys(offline.sandboxes).map((url) => [url, 'http://127.0.0.1:1']),
  )
  return isAsked && aSource(name, { variables }).listChanged !== undefined
})

let world: FunctionWorld
beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream)
    jest
      .spyOn(stream, 'write')
      .mockImplementation(
        (chunk, ...rest) => /^\{"(level|_aws)/.test(String(chunk)) || write(chunk, ...(rest as [])),
      )
  }
  world = await startFunctionWorld()
  // The first run only notes from when on the CRMs are listed: here, it was an hour ago.
  await world.reconcile()
  const { failed } = await world.reconcile()
  // Some CRMs tell which account they are in their webhooks only.
  for (const [index, name] of failed.entries()) {
    const person = aPerson(930_000 + index)
    await world.post(aChangeWebhook(name, person, { eventId: `e${person.id}`, at: new Date(), whole: true }))
  }
  await world.drainFully()
  await world.reconcile()
  const dynamodb = dynamodbClient(testAws())
  const walks = dynamodbWalks(dynamodb, process.env['LINKS_TABLE'] ?? '')
  for (const name of names) {
    const walk = await walks.findWalk(name)
    if (walk?.watermark == null) throw new Error(`${name} was not noted`)
    await walks.saveWalk({ ...walk, watermark: new Date(Date.now() - 3_600_000).toISOString() })
  }
  dynamodb.destroy()
})
afterAll(async () => {
  await world.close()
})

/** How many contacts of a source are linked. Their companies may be, too. */
async function linkedOf(name: string): Promise<number> {
  const links = await Array.fromAsync(world.links.listLinks())
  const linked = links.filter(
    ({ ref, state }) => ref.source === name && ref.recordType === 'contact' && state === 'linked',
  )
  return new Set(linked.map(({ ref }) => ref.recordId)).size
}

describe('after an outage in which every webhook was lost', () => {
  it('there are CRMs that can list what changed', () => {
    expect(names.length).toBeGreaterThan(1)
  })

  it.each(names)('every customer of %s arrives, although runs failed and were cut off', async (name) => {
    const { sandbox, setFaults } = world.sandboxOf(name)
    const before = await linkedOf(name)
    const people = Array.from({ length: 12 }, (_, index) =>
      aPerson(940_000 + names.indexOf(name) * 100 + index),
    )
    for (const person of people) {
      const at = new Date()
      const { records } = halvesOf(name).offline.tell(person, { eventId: `e${person.id}`, at, whole: true })
      for (const record of records) sandbox.putRecord?.(record)
    }
    // Some lists show a change only after a while.
    turnClock(Date.now() + 1_200_000)
    expect((await world.reconcile(0)).unfinished).toContain(name)
    setFaults([{ effect: 'answer', status: 503 }])
    expect((await world.reconcile()).failed).toContain(name)
    setFaults([])
    // Where the request for an access token failed, there is another one after a minute.
    turnClock(Date.now() + 61_000)
    expect((await world.reconcile()).complete).toContain(name)
    const { ledger } = world.sandboxOf(name)
    ledger.length = 0
    await world.drainFully()
    // Those of this test, and what else the CRM lists as changed.
    if (name === 'hubspot')
      expect(ledger.map(({ path }) => path)).toContain('/crm/v3/objects/contacts/batch/read')
    if (name === 'hubspot') expect(ledger.length).toBeLessThan(people.length / 2)
    expect((await linkedOf(name)) - before).toBe(people.length)
  })
})
