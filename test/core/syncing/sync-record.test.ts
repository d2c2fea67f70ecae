import { RetryLater } from '../../../lib/core/model/errors.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const lostAnswer = () => new RetryLater('TIMEOUT', 'no answer in time', { ambiguous: true })
const loser = { ...ref, recordId: '400' }

async function linkedWorld(changes: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld(changes)
  world.source.put(ref, aCustomer(), crmTime(0))
  await world.sync(aChange({ snapshot: { customer: aCustomer(), version: crmTime(0) } }))
  world.notchpay.calls.length = 0
  world.source.reads.length = 0
  return world
}

describe('a snapshot', () => {
  it('replaces a read when it is newer than the link', async () => {
    const world = await linkedWorld()
    const snapshot = {
      customer: aCustomer({ phone: '+237677000099' }),
      version: crmTime(5),
    }
    await world.sync(aChange({ snapshot }))
    expect(world.source.reads).toEqual([])
    expect(world.notchpay.calls).toEqual(['update'])
  })

  it('is superseded when it is older', async () => {
    const world = await linkedWorld()
    await world.sync(
      aChange({
        snapshot: {
          customer: aCustomer({ phone: null }),
          version: crmTime(-5),
        },
      }),
    )
    expect(world.source.reads).toEqual([])
    expect(world.notchpay.calls).toEqual([])
    expect(world.counts).toMatchObject({ ChangesSuperseded: 1 })
  })

  it('stores its time in the link although nothing changed, so that an older one is rejected later', async () => {
    const world = await linkedWorld()
    await world.sync(aChange({ snapshot: { customer: aCustomer(), version: crmTime(9) } }))
    await world.sync(
      aChange({
        snapshot: { customer: aCustomer({ phone: null }), version: crmTime(5) },
      }),
    )
    expect(world.notchpay.calls).toEqual([])
  })

  it('with the link’s own time is resolved by a read, and trusted only where the CRM cannot be asked', async () => {
    const same = {
      customer: aCustomer({ phone: '+237677000077' }),
      version: crmTime(0),
    }
    const asked = await linkedWorld()
    await asked.sync(aChange({ snapshot: same }))
    expect(asked.source.reads).toHaveLength(1)
    expect(asked.notchpay.calls).toEqual([])
    const alone = await linkedWorld({ canFetch: false })
    await alone.sync(aChange({ snapshot: same }))
    expect(alone.notchpay.calls).toEqual(['update'])
  })

  it('dated far in the future does not block later ones forever', async () => {
    const world = await linkedWorld()
    const snapshot = {
      customer: aCustomer({ phone: '+237677000066' }),
      version: '2099-01-01T00:00:00Z',
    }
    await world.sync(aChange({ snapshot, receivedAt: crmTime(10) }))
    await world.sync(aChange({ snapshot: { customer: aCustomer(), version: crmTime(11) } }))
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000001' }])
  })
})

describe('a record deleted in the CRM', () => {
  it('has its link closed and its provider customer kept', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    expect(world.link('notchpay')).toMatchObject({
      state: 'closed',
      lastOutcome: 'closed',
      crmVersion: crmTime(5),
    })
    expect(world.notchpay.customers.size).toBe(1)
    expect(world.notchpay.calls).toEqual([])
  })

  it.each([
    ['block', ['block']],
    ['delete', ['erase']],
  ] as const)('is handled at the provider where the policy says %s', async (onDelete, calls) => {
    const world = await linkedWorld({
      policies: { onDelete, clear: [], firstSight: 'create', unreadablePhone: 'keep' },
    })
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    expect(world.notchpay.calls).toEqual(calls)
  })

  it('never changes the provider because of a 404 only', async () => {
    const world = await linkedWorld({
      policies: { onDelete: 'delete', clear: [], firstSight: 'create', unreadablePhone: 'keep' },
    })
    world.source.records.clear()
    await world.sync(aChange({ kind: 'changed' }))
    expect(world.link('notchpay')?.state).toBe('closed')
    expect(world.notchpay.calls).toEqual([])
  })

  it('is closed although the CRM still returns it for a moment', async () => {
    const world = await linkedWorld()
    const receivedAt = world.deps.clock.now().toISOString()
    const deletion = aChange({ kind: 'deleted', occurredAt: crmTime(5), receivedAt })
    expect(await world.sync(deletion)).toMatchObject([{ afterSeconds: 3 }])
    world.source.records.clear()
    world.advance(3)
    expect(await world.sync(deletion)).toEqual([])
    expect(world.link('notchpay')?.state).toBe('closed')
  })

  it('is reopened with the same provider customer when it is restored', async () => {
    const world = await linkedWorld({
      policies: { onDelete: 'block', clear: [], firstSight: 'create', unreadablePhone: 'keep' },
    })
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(8) }))
    expect(world.link('notchpay')).toMatchObject({
      state: 'linked',
      providerCustomerId: 'notchpay_1',
    })
    expect(world.notchpay.blocked.size).toBe(0)
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('is reopened everywhere after one provider failed at first, although the record keeps its old time', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(1))
    await world.sync(aChange({ occurredAt: crmTime(1) }))
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(1))
    const restored = aChange({ kind: 'restored', occurredAt: crmTime(8) })
    world.notchpay.failNext('update', new RetryLater('NETWORK', 'reset', {}))
    expect(await world.sync(restored)).toHaveLength(1)
    expect(world.link('wooshpay')?.state).toBe('linked')
    expect(world.link('notchpay')?.state).toBe('closed')
    world.advance(60)
    expect(await world.sync(restored)).toEqual([])
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('applies its policy to a customer that an older merge adds afterwards', async () => {
    const world = aWorld({
      canFetch: false,
      policies: { onDelete: 'block', clear: [], firstSight: 'create', unreadablePhone: 'keep' },
    })
    const snapshot = { customer: aCustomer(), version: crmTime(0) }
    await world.sync(aChange({ recordId: '400', snapshot }))
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    const survivor = { customer: aCustomer(), version: crmTime(2) }
    await world.sync(
      aChange({ kind: 'merged', mergedIds: ['400'], occurredAt: crmTime(2), snapshot: survivor }),
    )
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', lastOutcome: 'closed' })
    expect(world.notchpay.blocked.size).toBe(1)
  })

  it('stays open when the deletion arrives after its restoration, although nothing else changed', async () => {
    const world = await linkedWorld()
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(8) }))
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('then also stays open where another provider has not created its customer yet', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(0))
    world.wooshpay.failNext('create', new RetryLater('PROVIDER_FAILED', '500', {}))
    await world.sync(aChange())
    world.source.put(ref, aCustomer(), crmTime(1))
    world.advance(60)
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(8) }))
    expect(world.link('wooshpay')?.fingerprint).toBeNull()
    world.advance(60)
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('leaves its own line when it was never linked, so that an older snapshot creates nothing', async () => {
    const world = aWorld()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    await world.sync(aChange({ snapshot: { customer: aCustomer(), version: crmTime(1) } }))
    expect(world.notchpay.customers.size).toBe(0)
  })

  it('is closed by the event alone where the CRM cannot be asked, unless a newer state is known', async () => {
    const world = await linkedWorld({ canFetch: false })
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(-5) }))
    expect(world.link('notchpay')?.state).toBe('linked')
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    expect(world.link('notchpay')?.state).toBe('closed')
  })
})

describe('a privacy deletion', () => {
  it('erases the provider’s data and takes precedence over every late event', async () => {
    const world = await linkedWorld()
    await world.sync(aChange({ kind: 'erased' }))
    expect(world.notchpay.customers.size).toBe(0)
    expect(world.link('notchpay')).toMatchObject({
      state: 'erased',
      fingerprint: null,
      lastOutcome: 'erased',
    })
    for (const kind of ['changed', 'restored', 'deleted'] as const) await world.sync(aChange({ kind }))
    await world.sync(aChange({ snapshot: { customer: aCustomer(), version: crmTime(99) } }))
    expect(world.notchpay.customers.size).toBe(0)
    expect(world.notchpay.calls).toEqual(['erase'])
  })

  it('of an unknown record leaves a tombstone', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange({ kind: 'erased' }))
    await world.sync(aChange())
    expect(world.notchpay.customers.size).toBe(0)
    expect(world.link(null)?.state).toBe('erased')
  })

  it('after an ordinary deletion still erases', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    await world.sync(aChange({ kind: 'erased' }))
    expect(world.notchpay.customers.size).toBe(0)
  })

  it('takes precedence over everything in the same batch', async () => {
    const world = await linkedWorld()
    await world.sync(aChange({ kind: 'erased' }), aChange({ kind: 'changed', occurredAt: crmTime(50) }))
    expect(world.notchpay.customers.size).toBe(0)
  })

  it('finds and erases the customer of a lost create at a provider with search, although searches lag', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', lostAnswer(), true)
    await world.sync(aChange())
    world.source.records.clear()
    expect(await world.sync(aChange({ kind: 'erased' }))).toHaveLength(1)
    world.advance(31)
    world.notchpay.searchLags = true
    expect(await world.sync(aChange({ kind: 'erased' }))).toHaveLength(1)
    world.notchpay.searchLags = false
    world.advance(15)
    expect(await world.sync(aChange({ kind: 'erased' }))).toEqual([])
    expect(world.notchpay.customers.size).toBe(0)
    expect(world.link('notchpay')).toMatchObject({ state: 'erased', claim: null })
  })

  it('repeats the key of a lost create to find the customer to erase, while the key is valid', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(0))
    world.wooshpay.failNext('create', lostAnswer(), true)
    await world.sync(aChange())
    world.advance(31)
    await world.sync(aChange({ kind: 'erased' }))
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ metadata: { erased: 'true' } }])
  })

  it('needs manual handling once that key may have expired', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(0))
    world.wooshpay.failNext('create', lostAnswer(), true)
    await world.sync(aChange())
    world.advance(25 * 3600)
    await world.sync(aChange({ kind: 'erased' }))
    expect(world.parked).toMatchObject([{ failure: { code: 'ERASE_LOST_CREATE' } }])
  })

  it('is completed by the next attempt when the provider failed, and creates nothing meanwhile', async () => {
    const world = await linkedWorld()
    world.notchpay.failNext('erase', new Error('reset'))
    expect(await world.sync(aChange({ kind: 'erased' }))).toHaveLength(1)
    await world.sync(aChange())
    expect(world.notchpay.customers.size).toBe(1)
    await world.sync(aChange({ kind: 'erased' }))
    expect(world.notchpay.customers.size).toBe(0)
  })
})

describe('a merge', () => {
  async function twoLinked() {
    const world = await linkedWorld()
    world.source.put(loser, aCustomer({ email: 'amina.old@example.cm' }), crmTime(0))
    await world.sync(aChange({ recordId: loser.recordId }))
    return world
  }

  it('points the merged record’s link at the survivor, which keeps its own provider customer', async () => {
    const world = await twoLinked()
    await world.sync(aChange({ kind: 'merged', mergedIds: [loser.recordId] }))
    expect(world.link('notchpay', '400')).toMatchObject({
      state: 'merged',
      mergedInto: '501',
    })
    expect(world.link('notchpay')).toMatchObject({
      state: 'linked',
      absorbed: ['400'],
    })
    expect(world.notchpay.customers.size).toBe(2)
  })

  it('lets a survivor without a provider customer take over the merged record’s, and sends its own data there', async () => {
    const world = await twoLinked()
    const survivor = { ...ref, recordId: '999' }
    world.source.put(survivor, aCustomer({ email: 'amina.new@example.cm' }), crmTime(3))
    await world.sync(aChange({ recordId: '999', kind: 'merged', mergedIds: ['400', '501'] }))
    expect(world.notchpay.customers.size).toBe(2)
    expect(world.link('notchpay', '999')).toMatchObject({
      state: 'linked',
      absorbed: ['400', '501'],
    })
    expect([...world.notchpay.customers.values()]).toContainEqual(
      expect.objectContaining({ email: 'amina.new@example.cm' }),
    )
  })

  it('is detected from the survivor itself when its creation comes first', async () => {
    const world = await linkedWorld()
    const survivor = { ...ref, recordId: '999' }
    world.source.put(survivor, aCustomer({ email: 'amina.new@example.cm' }), crmTime(3), ['501'])
    await world.sync(aChange({ recordId: '999' }))
    expect(world.notchpay.customers.size).toBe(1)
    expect(world.link('notchpay', '999')).toMatchObject({
      providerCustomerId: 'notchpay_1',
    })
  })

  it('is detected when the CRM returns another id, and the survivor is synced next', async () => {
    const world = await linkedWorld()
    world.source.records.set('hubspot/33/contact/501', {
      kind: 'merged',
      intoId: '999',
    })
    await world.sync(aChange())
    expect(world.link('notchpay')).toMatchObject({
      state: 'merged',
      mergedInto: '999',
    })
    expect(world.link('notchpay', '999')).toMatchObject({
      providerCustomerId: 'notchpay_1',
      fingerprint: null,
    })
    expect(world.sent).toMatchObject([{ recordId: '999', kind: 'changed' }])
  })

  it('passes late events of the merged record to the survivor, and never creates the merged record again', async () => {
    const world = await twoLinked()
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
    await world.sync(aChange({ recordId: '400' }))
    expect(world.sent).toMatchObject([{ recordId: '501', kind: 'changed' }])
    await world.sync(aChange({ recordId: '400', kind: 'deleted' }))
    expect(world.link('notchpay', '400')?.state).toBe('merged')
    expect(world.notchpay.customers.size).toBe(2)
  })

  it('is complete without a read where the CRM cannot be asked, and its late events are ignored', async () => {
    const world = aWorld({ canFetch: false })
    for (const recordId of ['400', '501']) {
      const customer = aCustomer({ email: `${recordId}@example.cm` })
      await world.sync(aChange({ recordId, snapshot: { customer, version: crmTime(0) } }))
    }
    expect(await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))).toEqual([])
    await world.sync(aChange({ recordId: '400' }))
    expect(world.link('notchpay', '400')).toMatchObject({ state: 'merged', mergedInto: '501' })
    expect(world.parked).toEqual([])
    expect(world.sent).toEqual([])
  })

  it('of three in a chain ends at the last', async () => {
    const world = await twoLinked()
    const last = { ...ref, recordId: '999' }
    world.source.put(last, aCustomer(), crmTime(5))
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
    await world.sync(aChange({ recordId: '999', kind: 'merged', mergedIds: ['501'] }))
    await world.sync(aChange({ recordId: '400' }))
    expect(world.sent.at(-1)).toMatchObject({ recordId: '999' })
    expect(world.link('notchpay', '999')?.absorbed).toEqual(['400', '501'])
  })

  it('waits for an unfinished create of the merged record', async () => {
    const world = await linkedWorld()
    world.source.put(loser, aCustomer({ email: 'amina.old@example.cm' }), crmTime(0))
    world.notchpay.failNext('create', new Error('reset'), true)
    await world.sync(aChange({ recordId: '400' }))
    expect(await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))).toHaveLength(1)
  })

  it('repeated changes nothing', async () => {
    const world = await twoLinked()
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
    const before = JSON.stringify([...world.links.items])
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
    expect(JSON.stringify([...world.links.items])).toBe(before)
  })

  it('into an erased record erases the merged record too', async () => {
    const world = await twoLinked()
    await world.sync(aChange({ kind: 'erased' }))
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
    expect(world.notchpay.customers.size).toBe(0)
  })

  it('does not hide the merged record’s provider customer from a later erasure of the survivor', async () => {
    const world = await twoLinked()
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
    await world.sync(aChange({ kind: 'erased' }))
    expect(world.notchpay.customers.size).toBe(0)
  })
})
