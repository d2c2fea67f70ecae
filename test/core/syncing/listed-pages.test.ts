import { toPages } from '../../../lib/core/messages/listed-page.ts'
import { recordKey } from '../../../lib/core/model/change.ts'
import { Rejected, RetryLater } from '../../../lib/core/model/errors.ts'
import { syncBatch } from '../../../lib/core/syncing/sync-batch.ts'
import { aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const refs = Array.from({ length: 40 }, (_, index) => ({ ...ref, recordId: `r${index}` }))
const [page] = toPages(refs, { walkId: 'walk-1', size: 100, now: new Date(crmTime(0)) })
const message = {
  messageId: 'm1',
  receives: 1,
  firstReceivedAt: null,
  group: 'g1',
  body: JSON.stringify(page),
}

/** A CRM with these records, each a customer of their own. */
function importWorld() {
  const world = aWorld()
  for (const each of refs) {
    world.source.put(each, aCustomer({ email: `${each.recordId}@example.cm` }), crmTime(0))
  }
  const sync = () => syncBatch([message], () => 60_000, world.deps)
  const fail = (index: number, error: Error) =>
    world.source.records.set(recordKey(refs[index] ?? ref), { kind: 'failed', error })
  return { ...world, sync, fail }
}

const later = () => new RetryLater('CRM_BUSY', 'the record is locked')

describe('a page of listed records', () => {
  it('is read from the CRM in one call, and each record gets its customer', async () => {
    const world = importWorld()
    expect(await world.sync()).toEqual([])
    expect(world.source.reads.map((read) => read.length)).toEqual([40])
    expect(world.notchpay.customers.size).toBe(40)
  })

  it('makes ten provider calls at a time', async () => {
    const world = importWorld()
    let running = 0
    let most = 0
    const { createCustomer } = world.notchpay
    world.notchpay.createCustomer = async (...args) => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      try {
        return await createCustomer(...args)
      } finally {
        running -= 1
      }
    }
    await world.sync()
    expect(most).toBe(10)
    expect(world.notchpay.customers.size).toBe(40)
  })

  it('is done when some of its records are: the others go on as messages of their own', async () => {
    const world = importWorld()
    world.fail(3, later())
    world.fail(7, later())
    expect(await world.sync()).toEqual([])
    expect(world.listed.map(({ recordId }) => recordId)).toEqual(['r3', 'r7'])
    expect(world.listed[0]).toMatchObject({
      kind: 'changed',
      listed: true,
      eventId: expect.stringMatching(/r3$/),
    })
    expect(world.sent).toEqual([])
    expect(world.notchpay.customers.size).toBe(38)
    expect(world.link(null, 'r3')?.failure).toMatchObject({ code: 'CRM_BUSY', attempts: 1 })
  })

  it('is tried again as it is when the CRM fails as a whole', async () => {
    const world = importWorld()
    world.source.failNext = later()
    const [postponed, ...others] = await world.sync()
    expect(others).toEqual([])
    expect(postponed).toMatchObject({ messageId: 'm1' })
    expect(world.listed).toEqual([])
    expect(await world.sync()).toEqual([])
    expect(world.notchpay.customers.size).toBe(40)
  })

  it('is tried again as it is when the queue does not take its rest', async () => {
    const world = importWorld()
    world.fail(3, later())
    const deps = {
      ...world.deps,
      listedQueue: { send: () => Promise.reject(new RetryLater('QUEUE_UNAVAILABLE', 'no answer')) },
    }
    expect(await syncBatch([message], () => 60_000, deps)).toMatchObject([{ messageId: 'm1' }])
    expect(world.notchpay.customers.size).toBe(39)
  })

  it('dead-letters a record of its own, never the page', async () => {
    const world = importWorld()
    world.fail(5, new Rejected('CRM_REFUSED', 'it is not readable'))
    expect(await world.sync()).toEqual([])
    expect(world.parked).toMatchObject([{ change: { recordId: 'r5' }, failure: { code: 'CRM_REFUSED' } }])
    expect(world.listed).toEqual([])
  })

  it('leaves a function that runs out of time what it has done, and queues the rest', async () => {
    const world = importWorld()
    const remaining = () => 60_000 - world.notchpay.customers.size * 2_000
    expect(await syncBatch([message], remaining, world.deps)).toEqual([])
    expect(world.notchpay.customers.size).toBeGreaterThan(0)
    expect(world.listed.length + world.notchpay.customers.size).toBe(40)
  })
})
