import { toBook } from '../../../lib/core/model/record-book.ts'
import { eraseRecord } from '../../../lib/core/removing/erase-record.ts'
import { mergeRecords } from '../../../lib/core/removing/merge-records.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const ids = Array.from({ length: 1000 }, (_, index) => `${10_000 + index}`)

describe('a merge of a thousand records', () => {
  it('is processed in slices within the function’s timeout, each continuing where the last one stopped', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    const merged = aChange({ kind: 'merged', mergedIds: ids })
    const { syncBatch } = await import('../../../lib/core/syncing/sync-batch.ts')
    let slices = 0
    for (;;) {
      slices += 1
      const startedAt = world.links.calls.writes
      const remaining = () => 60_000 - (world.links.calls.writes - startedAt) * 20
      const records = [
        {
          messageId: 'm1',
          receives: slices,
          firstReceivedAt: null,
          group: 'g1',
          body: JSON.stringify(merged),
        },
      ]
      const postponed = await syncBatch(records, remaining, world.deps)
      if (postponed.length === 0) break
      expect(postponed).toEqual([{ messageId: 'm1', afterSeconds: 1 }])
      if (slices > 50) throw new Error('it makes no progress')
    }
    expect(slices).toBeGreaterThan(1)
    expect(world.parked).toEqual([])
    expect(world.link('notchpay')?.state).toBe('linked')
    for (const id of ids)
      expect(world.link('notchpay', id)).toMatchObject({ state: 'merged', mergedInto: '501' })
  })

  it('that is already done costs one read per record', async () => {
    const world = aWorld()
    await mergeRecords(ids.slice(0, 20), ref, world.deps)
    Object.assign(world.links.calls, { reads: 0, writes: 0 })
    await mergeRecords(ids.slice(0, 20), ref, world.deps)
    expect(world.links.calls).toEqual({ reads: 21, writes: 0 })
  })
})

describe('a merge of a record that holds data of an erased record', () => {
  it('erases that data where the survivor has its own customer', async () => {
    const world = aWorld()
    const [first, second] = [
      { ...ref, recordId: '300' },
      { ...ref, recordId: '400' },
    ]
    for (const each of [first, ref]) {
      world.source.put(each, aCustomer({ email: `${each.recordId}@example.cm` }), crmTime(0))
      await world.sync(aChange({ recordId: each.recordId }))
    }
    world.source.put(second, aCustomer({ email: null, phone: null, address: { country: 'IN' } }), crmTime(0))
    await mergeRecords(['300'], second, world.deps)
    await world.sync(aChange({ recordId: '300', kind: 'erased' }))
    expect(world.notchpay.customers.size).toBe(2)
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: '501@example.cm' }])
  })
})

describe('a merge into a record that has been deleted', () => {
  const blocking = { onDelete: 'block', clear: [], firstSight: 'create', unreadablePhone: 'keep' } as const

  /** The loser has a customer, and the survivor's deletion was applied to a link that had none yet. */
  async function deletedSurvivor() {
    const world = aWorld({ policies: blocking })
    world.source.put({ ...ref, recordId: '300' }, aCustomer(), crmTime(0))
    await world.sync(aChange({ recordId: '300' }))
    const [customer] = [...world.notchpay.customers.keys()]
    const link = world.link('notchpay', '300')
    if (!link) throw new Error('there is no link')
    await world.links.saveLink({
      ...link,
      ...{ ref, revision: 0, providerCustomerId: null, fingerprint: null },
      ...{ state: 'closed', lastOutcome: 'closed', crmVersion: crmTime(5) },
    })
    return { world, customer }
  }

  it('applies the deletion to the customer that arrives by it', async () => {
    const { world, customer } = await deletedSurvivor()
    world.advance(600)
    await world.sync(aChange({ kind: 'merged', mergedIds: ['300'], occurredAt: crmTime(4) }))
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', providerCustomerId: customer })
    expect([...world.notchpay.blocked]).toEqual([customer])
  })

  it('applies it no more once the survivor was restored', async () => {
    const { world } = await deletedSurvivor()
    await mergeRecords(['300'], ref, world.deps)
    world.source.put(ref, aCustomer(), crmTime(8))
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(8) }))
    expect(world.link('notchpay')?.state).toBe('linked')
    world.source.records.clear()
    world.advance(600)
    await world.sync(aChange({ occurredAt: crmTime(9) }))
    expect(world.link('notchpay')?.state).toBe('closed')
    expect([...world.notchpay.blocked]).toEqual([])
  })
})

describe('a merge into a record that is erased at the same moment', () => {
  it('transfers nothing, and erases what was merged into it', async () => {
    const world = aWorld()
    const loser = { ...ref, recordId: '400' }
    world.source.put(loser, aCustomer(), crmTime(0))
    await world.sync(aChange({ recordId: '400' }))
    const { findLinks } = world.links
    let reads = 0
    world.links.findLinks = async (record) => {
      if (record.recordId === ref.recordId) {
        reads += 1
        // Read by mergeRecords, then by mergeRecord, then before the customer is transferred.
        if (reads === 3)
          await eraseRecord(ref, toBook([]), { ...world.deps, links: { ...world.links, findLinks } })
      }
      return findLinks(record)
    }
    await expect(mergeRecords(['400'], ref, world.deps)).rejects.toMatchObject({ code: 'LINK_CONFLICT' })
    expect(reads).toBe(3)
    expect(world.link('notchpay')).toMatchObject({ state: 'erased', providerCustomerId: null })
    await mergeRecords(['400'], ref, world.deps)
    expect(world.notchpay.customers.size).toBe(0)
  })
})

describe('a merge of a record whose customer was blocked', () => {
  const policies = { onDelete: 'block', clear: [], firstSight: 'create', unreadablePhone: 'keep' } as const
  const loser = { ...ref, recordId: '400' }

  async function blockedWorld(changes: Parameters<typeof aWorld>[0] = {}) {
    const world = aWorld({ policies, ...changes })
    const snapshot = { customer: aCustomer(), version: crmTime(0) }
    world.source.put(loser, aCustomer(), crmTime(0))
    await world.sync(aChange({ ...loser, snapshot, occurredAt: crmTime(0) }))
    world.source.records.clear()
    await world.sync(aChange({ ...loser, kind: 'deleted', occurredAt: crmTime(1) }))
    expect(world.notchpay.blocked.size).toBe(1)
    return world
  }

  it('unblocks the customer for the survivor', async () => {
    const world = await blockedWorld()
    world.source.put(ref, aCustomer({ email: 'survivor@example.cm' }), crmTime(2))
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'], occurredAt: crmTime(2) }))
    expect(world.notchpay.blocked.size).toBe(0)
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'survivor@example.cm' }])
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('also unblocks it where the survivor is at another provider and its snapshot is older than the state there', async () => {
    const world = await blockedWorld({ sendsSnapshots: true })
    const abroad = aCustomer({ email: 'survivor@example.cm', address: { country: 'IN' } })
    const snapshot = { customer: abroad, version: crmTime(3) }
    await world.sync(aChange({ snapshot, occurredAt: crmTime(3) }))
    world.source.put(ref, abroad, crmTime(3))
    const older = { customer: abroad, version: crmTime(2) }
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'], occurredAt: crmTime(2), snapshot: older }))
    expect(world.notchpay.blocked.size).toBe(0)
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'survivor@example.cm' }])
  })
})
