import { recordKey } from '../../../lib/core/model/change.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

/** A synced customer whose record was deleted and is back; `shown` is the time that the CRM shows of it. */
async function restoredWorld(shown: string) {
  const world = aWorld()
  world.source.put(ref, aCustomer(), crmTime(0))
  await world.sync(aChange({ occurredAt: crmTime(0) }))
  world.source.records.clear()
  await world.sync(aChange({ kind: 'deleted', occurredAt: deletedAt }))
  expect(world.link('notchpay')?.state).toBe('closed')
  world.source.put(ref, aCustomer(), shown)
  return world
}

const deletedAt = '2026-06-01T12:10:18.048Z'
const changedAt = '2026-06-01T12:12:00.534Z'

describe('a record that is back, of a CRM that reports a restoration as a change', () => {
  it('is reopened although it shows its time from before the deletion, once that is no old answer', async () => {
    const world = await restoredWorld(crmTime(0))
    const change = aChange({ occurredAt: changedAt, receivedAt: world.deps.clock.now().toISOString() })
    expect(await world.sync(change)).toMatchObject([{ afterSeconds: 3 }])
    expect(world.link('notchpay')?.state).toBe('closed')
    world.advance(60)
    expect(await world.sync(change)).toEqual([])
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', crmVersion: changedAt })
  })

  it('stays closed after a change from before the deletion', async () => {
    const world = await restoredWorld(crmTime(0))
    const change = aChange({ occurredAt: crmTime(9), receivedAt: world.deps.clock.now().toISOString() })
    world.advance(60)
    await world.sync(change)
    expect(world.link('notchpay')?.state).toBe('closed')
  })

  it('stays open when the deletion arrives after the restoration, and the answer is an old one', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(12))
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(12) }))
    // A link of the other mode's key, which has not reached the restoration: the deletion is not known to be outdated.
    const link = world.link('notchpay')
    if (!link) throw new Error('there is no link')
    const key = `${recordKey(ref)}|notchpay#live`
    world.links.items.set(key, { ...link, mode: 'live', crmVersion: crmTime(0), revision: 1 })
    world.source.records.clear()
    const receivedAt = world.deps.clock.now().toISOString()
    const deletion = aChange({ kind: 'deleted', occurredAt: deletedAt, receivedAt })
    expect(await world.sync(deletion)).toMatchObject([{ afterSeconds: 3 }])
    world.source.put(ref, aCustomer(), crmTime(12))
    world.advance(3)
    expect(await world.sync(deletion)).toEqual([])
    expect(world.link('notchpay')?.state).toBe('linked')
  })
})

describe('a record that is there although the CRM says that it was deleted', () => {
  it('is read again first: it may have been merged, and the answer may be an old one', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange({ occurredAt: crmTime(0) }))
    const survivor = { ...ref, recordId: '502' }
    const receivedAt = world.deps.clock.now().toISOString()
    const deletion = aChange({ kind: 'deleted', occurredAt: deletedAt, receivedAt })
    expect(await world.sync(deletion)).toMatchObject([{ afterSeconds: 3 }])
    expect(world.link('notchpay')?.state).toBe('linked')
    world.source.records.set(recordKey(ref), { kind: 'merged', intoId: survivor.recordId })
    world.advance(3)
    expect(await world.sync(deletion)).toEqual([])
    expect(world.link('notchpay')).toMatchObject({ state: 'merged', mergedInto: survivor.recordId })
  })

  it('stays open when it is still there once no replica lags: it was restored and kept its time', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange({ occurredAt: crmTime(0) }))
    // The change that told of the restoration arrived first, and altered nothing.
    await world.sync(aChange({ occurredAt: changedAt }))
    expect(await world.sync(aChange({ kind: 'deleted', occurredAt: deletedAt }))).toEqual([])
    expect(world.link('notchpay')?.state).toBe('linked')
    expect(world.notchpay.calls).toEqual(['create'])
  })

  it('stays closed where its deletion is known', async () => {
    const world = await restoredWorld(crmTime(0))
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(11) }))
    expect(world.link('notchpay')?.state).toBe('closed')
  })
})

describe('a record that is missing, although nobody has told of its deletion', () => {
  it('is closed at the time of the change that it was read for, so that an older snapshot does not bring it back', async () => {
    const world = aWorld({ sendsSnapshots: true })
    await world.sync(
      aChange({ occurredAt: crmTime(1), snapshot: { customer: aCustomer(), version: crmTime(1) } }),
    )
    const receivedAt = new Date(world.deps.clock.now().getTime() - 3_600_000).toISOString()
    await world.sync(aChange({ occurredAt: crmTime(5), receivedAt }))
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', crmVersion: crmTime(5) })
    const late = { customer: aCustomer({ phone: '+237677000009' }), version: crmTime(3) }
    await world.sync(aChange({ occurredAt: crmTime(3), receivedAt, snapshot: late }))
    expect(world.link('notchpay')?.state).toBe('closed')
  })
})
