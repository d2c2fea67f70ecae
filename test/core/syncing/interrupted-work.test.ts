import { RetryLater } from '../../../lib/core/model/errors.ts'
import { mergeRecord } from '../../../lib/core/removing/merge-record.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

/** Failures that the simulation in test/simulation has found, each reproduced step by step. */
const lostAnswer = () => new RetryLater('TIMEOUT', 'no answer in time', { ambiguous: true })
const slowDown = () => new RetryLater('THROTTLED', 'slow down', { counts: false })
const snapshot = (minutes: number, changes: Parameters<typeof aCustomer>[0] = {}) => ({
  customer: aCustomer(changes),
  version: crmTime(minutes),
})
const loser = { ...ref, recordId: '400' }

async function linkedWorld(changes: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld(changes)
  world.source.put(ref, aCustomer(), crmTime(0))
  await world.sync(aChange({ snapshot: snapshot(0) }))
  return world
}

describe('an update whose response was lost', () => {
  it('is corrected although the CRM has returned to the state in the link', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(1))
    world.notchpay.failNext('update', lostAnswer(), true)
    await world.sync(aChange())
    world.source.put(ref, aCustomer(), crmTime(2))
    world.advance(31)
    await world.sync(aChange())
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000001' }])
  })

  describe.each([
    ['timed out', lostAnswer()],
    ['was cut', new RetryLater('NETWORK', 'the connection failed', { ambiguous: true })],
    [
      'was given up by a gateway',
      new RetryLater('PROVIDER_UNAVAILABLE', '504', { ambiguous: true, status: 504 }),
    ],
  ])('because the call %s', (_, error) => {
    it('is sent again soon with the same content, which does no harm if the first one comes late', async () => {
      const world = await linkedWorld()
      world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(1))
      world.notchpay.failNext('update', error)
      const change = aChange()
      expect(await world.sync(change)).toEqual([{ messageId: 'm2', afterSeconds: 5 }])
      expect(await world.sync(change)).toEqual([])
      expect(world.notchpay.calls).toEqual(['create', 'update', 'update'])
    })

    it('delays newer content for as long as the provider may still carry it out, also after the retry', async () => {
      const world = await linkedWorld()
      world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(1))
      world.notchpay.failNext('update', error)
      const change = aChange()
      await world.sync(change)
      world.advance(5)
      await world.sync(change)
      world.source.put(ref, aCustomer({ phone: '+237677000043' }), crmTime(2))
      const newer = aChange()
      expect(await world.sync(newer)).toEqual([{ messageId: 'm4', afterSeconds: 25 }])
      world.advance(25)
      expect(await world.sync(newer)).toEqual([])
      expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000043' }])
      expect(world.link('notchpay')).toMatchObject({ unsettledUntil: null, unsettledPayload: null })
    })
  })

  it('delays the deletion policy for as long as the provider may still carry it out', async () => {
    const world = await linkedWorld({
      policies: { onDelete: 'delete', clear: [], firstSight: 'create', unreadablePhone: 'keep' },
    })
    world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(1))
    world.notchpay.failNext('update', lostAnswer())
    await world.sync(aChange())
    world.source.records.clear()
    world.advance(15)
    const deleted = aChange({ kind: 'deleted', saidDeleted: true })
    expect(await world.sync(deleted)).toEqual([{ messageId: 'm3', afterSeconds: 15 }])
    expect(world.notchpay.calls).toEqual(['create', 'update'])
  })

  it('delays the next attempt when the table fails meanwhile, because the link does not tell of it', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(1))
    world.notchpay.failNext('update', lostAnswer())
    world.links.beforeSave = () => {
      throw new RetryLater('TABLE_UNAVAILABLE', 'the table of links did not answer', { counts: false })
    }
    expect(await world.sync(aChange())).toEqual([{ messageId: 'm2', afterSeconds: 30 }])
  })

  it('then also delays the next attempt when another provider fails in another way', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(1))
    await world.sync(aChange())
    world.source.put(ref, aCustomer({ address: { country: 'IN' }, phone: '+237677000042' }), crmTime(2))
    world.notchpay.failNext('update', slowDown())
    world.wooshpay.failNext('update', lostAnswer())
    world.links.beforeSave = () => {
      throw new RetryLater('TABLE_UNAVAILABLE', 'the table of links did not answer', { counts: false })
    }
    expect(await world.sync(aChange())).toEqual([{ messageId: 'm3', afterSeconds: 30 }])
  })
})

describe('an erasure', () => {
  it('that may still be carried out is tried again when it is settled, after which others send their data', async () => {
    const world = await linkedWorld()
    world.notchpay.failNext('erase', lostAnswer())
    const erased = aChange({ kind: 'erased' })
    expect(await world.sync(erased)).toEqual([{ messageId: 'm2', afterSeconds: 30 }])
    world.advance(30)
    expect(await world.sync(erased)).toEqual([])
    expect(world.notchpay.calls).toEqual(['create', 'erase', 'erase'])
  })

  it('waits for an update that timed out but may still be carried out', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(1))
    for (let tries = 0; tries < 3; tries += 1) {
      world.notchpay.failNext('update', lostAnswer())
      await world.sync(aChange())
      if (tries < 2) world.advance(31)
    }
    expect(world.parked).toHaveLength(1)
    const erased = aChange({ kind: 'erased' })
    expect(await world.sync(erased)).toEqual([{ messageId: 'm5', afterSeconds: 30 }])
    expect(world.notchpay.calls).not.toContain('erase')
    world.advance(30)
    expect(await world.sync(erased)).toEqual([])
    expect(world.notchpay.customers.size).toBe(0)
  })
})

describe('an update that was carried out and then interrupted', () => {
  it('is sent again when the CRM returns to the state in the table', async () => {
    const world = await linkedWorld()
    const before = aCustomer()
    world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(1))
    const change = aChange()
    const { saveLink } = world.links
    world.links.saveLink = () => Promise.reject(new Error('killed'))
    expect(await world.sync(change)).toHaveLength(1)
    world.links.saveLink = saveLink
    world.source.put(ref, before, crmTime(2))
    world.advance(120)
    expect(await world.sync(change)).toEqual([])
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: before.phone }])
  })

  it('costs one more call, however often the change is retried', async () => {
    const world = await linkedWorld()
    const change = aChange()
    for (let tries = 0; tries < 4; tries += 1) {
      world.advance(60)
      await world.sync(change)
    }
    expect(world.notchpay.calls).toEqual(['create', 'update'])
  })
})

describe('a deletion with the policy "block"', () => {
  it('waits for an update that timed out but may still be carried out, and unblock the customer', async () => {
    const world = await linkedWorld({
      policies: { onDelete: 'block', clear: [], firstSight: 'create', unreadablePhone: 'keep' },
    })
    world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(1))
    for (let tries = 0; tries < 3; tries += 1) {
      world.notchpay.failNext('update', lostAnswer())
      await world.sync(aChange())
      if (tries < 2) world.advance(31)
    }
    world.source.records.clear()
    const deleted = aChange({ kind: 'deleted', occurredAt: crmTime(5) })
    expect(await world.sync(deleted)).toMatchObject([{ afterSeconds: 30 }])
    expect(world.notchpay.calls).not.toContain('block')
    world.advance(30)
    expect(await world.sync(deleted)).toEqual([])
    expect(world.notchpay.blocked.size).toBe(1)
  })
})

describe('an erasure of the record that another was merged into', () => {
  it('is repeated when an update of the other was in progress', async () => {
    const world = aWorld()
    const abroad = (phone: string) => aCustomer({ phone, address: { country: 'IN' } })
    world.source.put(loser, abroad('+919876543210'), crmTime(0))
    await world.sync(aChange({ recordId: loser.recordId }))
    await world.sync(aChange({ kind: 'erased' }))
    world.source.put(loser, abroad('+919876543211'), crmTime(1))
    const { updateCustomer } = world.wooshpay
    world.wooshpay.updateCustomer = async (...args) => {
      world.wooshpay.updateCustomer = updateCustomer
      await world.sync(aChange({ kind: 'merged', mergedIds: [loser.recordId] }))
      return updateCustomer(...args)
    }
    const change = aChange({ recordId: loser.recordId })
    expect(await world.sync(change)).toHaveLength(1)
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ phone: '+919876543211' }])
    expect(await world.sync(change)).toEqual([])
    expect([...world.wooshpay.customers.values()]).toEqual([
      { metadata: { crm: 'hubspot/33/contact/400', erased: 'true' } },
    ])
  })
})

describe('a deletion', () => {
  const policies = { onDelete: 'delete', clear: [], firstSight: 'create', unreadablePhone: 'keep' } as const

  it('leaves no link that treats the customer as unchanged when the provider’s response is lost', async () => {
    const world = await linkedWorld({ policies })
    world.source.records.clear()
    world.notchpay.failNext('erase', lostAnswer(), true)
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    expect(world.notchpay.customers.size).toBe(0)
    world.advance(31)
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(8) }))
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('that timed out delays the restored record', async () => {
    const world = await linkedWorld({ policies })
    world.source.records.clear()
    const deleted = aChange({ kind: 'deleted', occurredAt: crmTime(5) })
    for (let tries = 0; world.parked.length === 0 && tries < 9; tries += 1) {
      world.notchpay.failNext('erase', lostAnswer())
      world.advance(31)
      await world.sync(deleted)
    }
    world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(8))
    const restored = aChange({ kind: 'restored', occurredAt: crmTime(8) })
    expect(await world.sync(restored)).toEqual([{ messageId: expect.any(String), afterSeconds: 30 }])
    expect(world.notchpay.calls).not.toContain('update')
    world.advance(30)
    expect(await world.sync(restored)).toEqual([])
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000042' }])
  })

  it('is applied at the provider when the CRM confirms what a read has shown before', async () => {
    const world = await linkedWorld({ policies })
    world.source.records.clear()
    await world.sync(aChange())
    expect(world.notchpay.customers.size).toBe(1)
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    expect(world.notchpay.customers.size).toBe(0)
  })

  it('followed by a restoration does not keep a provider from the state that another has reached', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+919876543210', address: { country: 'IN' } }), crmTime(9))
    world.wooshpay.failNext('create', slowDown())
    const deleted = aChange({ kind: 'deleted', occurredAt: crmTime(5) })
    expect(await world.sync(deleted)).toHaveLength(1)
    world.advance(31)
    expect(await world.sync(deleted)).toEqual([])
    expect(world.wooshpay.customers.size).toBe(1)
  })

  it('of a record that is already closed still rejects earlier changes', async () => {
    const world = await linkedWorld({ canFetch: false })
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(9) }))
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(7), snapshot: snapshot(7) }))
    expect(world.link('notchpay')?.state).toBe('closed')
  })
})

describe('a snapshot', () => {
  it('yields to a later event that came without the record', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), crmTime(9))
    await world.sync(
      aChange({ occurredAt: crmTime(5), snapshot: snapshot(5, { phone: '+237677000055' }) }),
      aChange({ occurredAt: crmTime(9) }),
    )
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000099' }])
  })

  it('older than a read is rejected although that read changed nothing', async () => {
    const world = await linkedWorld({ sendsSnapshots: true })
    world.source.put(ref, aCustomer(), crmTime(9))
    await world.sync(aChange())
    await world.sync(aChange({ occurredAt: crmTime(5), snapshot: snapshot(5, { phone: '+237677000055' }) }))
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000001' }])
  })

  it('that one provider has passed and another has not reached is resolved by a read', async () => {
    const world = await linkedWorld({ sendsSnapshots: true })
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(5))
    world.wooshpay.failNext('create', slowDown())
    await world.sync(aChange())
    await world.sync(aChange({ snapshot: snapshot(3) }))
    expect(world.wooshpay.customers.size).toBe(1)
  })

  it('keeps its own arrival time when it is dead-lettered together with an older one', async () => {
    const world = aWorld({ canFetch: false })
    const nowhere = { email: null, phone: null }
    await world.sync(
      aChange({ receivedAt: '2026-05-01T00:00:00.000Z', snapshot: snapshot(0, nowhere) }),
      aChange({ receivedAt: crmTime(1), snapshot: snapshot(1, nowhere) }),
    )
    expect(world.parked.map(({ change }) => change.receivedAt)).toEqual([crmTime(1)])
  })
})

describe('a merge', () => {
  it('transfers the customer that a lost create of the merged record has created', async () => {
    const world = aWorld()
    world.source.put(loser, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', lostAnswer(), true)
    await world.sync(aChange({ recordId: loser.recordId }))
    world.source.put(ref, aCustomer({ email: 'amina.new@example.cm' }), crmTime(1))
    const merged = aChange({ kind: 'merged', mergedIds: [loser.recordId] })
    expect(await world.sync(merged)).toEqual([{ messageId: 'm2', afterSeconds: 30 }])
    world.advance(31)
    expect(await world.sync(merged)).toEqual([])
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina.new@example.cm' }])
    expect(world.link('notchpay', '400')).toMatchObject({ state: 'merged', claim: null })
  })

  it('that was interrupted is completed by the next late event of the merged record', async () => {
    const world = await linkedWorld()
    world.source.put(loser, aCustomer({ email: 'old@example.cm' }), crmTime(0))
    await world.sync(aChange({ recordId: loser.recordId }))
    world.source.put(loser, aCustomer({ address: { country: 'IN' } }), crmTime(1))
    await world.sync(aChange({ recordId: loser.recordId }))
    world.source.records.set('hubspot/33/contact/400', { kind: 'merged', intoId: ref.recordId })
    let merges = 0
    world.links.beforeSave = ({ ref: { recordId }, state }) => {
      if (recordId === loser.recordId && state === 'merged') merges += 1
      if (merges === 2) throw new RetryLater('TABLE_UNAVAILABLE', 'no answer', { counts: false })
    }
    await world.sync(aChange({ recordId: loser.recordId }))
    expect(world.link('wooshpay', '400')?.state).toBe('linked')
    await world.sync(aChange({ recordId: loser.recordId }))
    expect(world.link('notchpay', '400')?.state).toBe('merged')
    expect(world.link('wooshpay', '400')?.state).toBe('merged')
  })

  it('that was interrupted sends the survivor’s data again where the merged record was updated meanwhile', async () => {
    const world = aWorld({ canFetch: false })
    const stateAt = (minutes: number) => ({
      snapshot: snapshot(minutes, { email: `amina.${minutes}@example.cm` }),
    })
    await world.sync(aChange({ recordId: loser.recordId, ...stateAt(0) }))
    world.links.beforeSave = ({ state }) => {
      if (state === 'merged') throw new RetryLater('TABLE_UNAVAILABLE', 'no answer', { counts: false })
    }
    const merged = aChange({
      kind: 'merged',
      mergedIds: [loser.recordId],
      occurredAt: crmTime(5),
      ...stateAt(5),
    })
    await world.sync(merged)
    world.links.beforeSave = () => {}
    await world.sync(aChange(stateAt(5)))
    await world.sync(aChange({ recordId: loser.recordId, ...stateAt(3) }))
    await world.sync(merged)
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina.5@example.cm' }])
  })

  it('into a record that has been deleted leaves it closed', async () => {
    const world = aWorld({ canFetch: false })
    await world.sync(aChange({ recordId: loser.recordId, snapshot: snapshot(0) }))
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(9) }))
    await world.sync(aChange({ kind: 'merged', occurredAt: crmTime(5), mergedIds: [loser.recordId] }))
    expect(world.link('notchpay')?.state).toBe('closed')
  })

  it('into a record that has been deleted leaves it closed, also after an earlier failure', async () => {
    const world = aWorld({ canFetch: false })
    await world.sync(aChange({ recordId: loser.recordId, snapshot: snapshot(0) }))
    await world.sync(aChange({ snapshot: snapshot(0, { address: { country: 'IN' } }) }))
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(9) }))
    world.links.beforeSave = () => {
      world.links.beforeSave = () => {}
      throw new TypeError('unforeseen')
    }
    const merged = aChange({ kind: 'merged', occurredAt: crmTime(5), mergedIds: [loser.recordId] })
    expect(await world.sync(merged)).toHaveLength(1)
    expect(await world.sync(merged)).toEqual([])
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', providerCustomerId: 'notchpay_1' })
  })

  it('that is saved between reading and claiming keeps the merged record from being created', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.links.beforeSave = async () => {
      world.links.beforeSave = () => {}
      await mergeRecord(ref, { ...ref, recordId: '999' }, world.deps)
    }
    const change = aChange()
    expect(await world.sync(change)).toEqual([{ messageId: 'm1', afterSeconds: 1 }])
    expect(await world.sync(change)).toEqual([])
    expect(world.notchpay.calls).toEqual([])
    expect(world.link('notchpay')?.state).toBe('merged')
  })

  it('of a record that is merged away itself meanwhile writes nothing for it', async () => {
    const world = aWorld()
    const survivor = { ...ref, recordId: '999' }
    world.source.put(loser, aCustomer({ email: 'old@example.cm' }), crmTime(0))
    world.source.put(survivor, aCustomer({ email: 'new@example.cm' }), crmTime(0))
    await world.sync(aChange({ recordId: loser.recordId }))
    world.source.put(ref, aCustomer(), crmTime(1), [loser.recordId])
    world.links.beforeSave = async (link) => {
      if (link.ref.recordId !== loser.recordId || link.state !== 'merged') return
      world.links.beforeSave = () => {}
      await mergeRecord(ref, survivor, world.deps)
    }
    world.notchpay.calls.length = 0
    expect(await world.sync(aChange())).toEqual([{ messageId: 'm2', afterSeconds: 1 }])
    expect(world.notchpay.calls).toEqual([])
    expect(world.link('notchpay')).toMatchObject({ state: 'merged', failure: null })
  })

  it('detects a create that was claimed while the merge was being saved', async () => {
    const world = aWorld()
    world.source.put(loser, aCustomer({ email: 'old@example.cm' }), crmTime(0))
    world.source.put(ref, aCustomer(), crmTime(0))
    world.links.beforeSave = async () => {
      world.links.beforeSave = () => {}
      await world.sync(aChange({ recordId: loser.recordId }))
    }
    const merged = aChange({ kind: 'merged', mergedIds: [loser.recordId] })
    for (let tries = 0; tries < 3 && (await world.sync(merged)).length > 0; tries += 1) world.advance(31)
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina@example.cm' }])
    expect(world.link('notchpay', '400')?.state).toBe('merged')
  })

  it('is corrected where an update of the merged record in progress has overwritten the survivor', async () => {
    const { world, merged } = await overtakenUpdate((update) => update())
    await world.sync(merged)
    expect(world.sent).toMatchObject([{ recordId: ref.recordId }])
    await world.sync(...world.sent)
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina@example.cm' }])
  })

  it('is also corrected when the deletion of the record has arrived by then', async () => {
    const { world, merged } = await overtakenUpdate((update) => update())
    await world.sync(merged, aChange({ recordId: loser.recordId, kind: 'deleted', occurredAt: crmTime(9) }))
    await world.sync(...world.sent)
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina@example.cm' }])
  })

  it('is also corrected when the arrival of that update was not observed', async () => {
    const { world, merged } = await overtakenUpdate(async (update) => {
      await update()
      throw lostAnswer()
    })
    await world.sync(merged)
    await world.sync(...world.sent)
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina@example.cm' }])
  })

  /** An update of the record `loser` that arrives after the merge, when the survivor's own data has been sent. */
  async function overtakenUpdate(arrive: (update: () => Promise<unknown>) => Promise<unknown>) {
    const world = aWorld()
    world.source.put(loser, aCustomer({ email: 'old@example.cm' }), crmTime(0))
    await world.sync(aChange({ recordId: loser.recordId }))
    world.source.put(loser, aCustomer({ email: 'older@example.cm' }), crmTime(1))
    world.source.put(ref, aCustomer(), crmTime(1))
    const { notchpay } = world
    const { updateCustomer } = notchpay
    notchpay.updateCustomer = async (...args) => {
      notchpay.updateCustomer = updateCustomer
      await world.sync(aChange({ kind: 'merged', mergedIds: [loser.recordId] }))
      await arrive(() => updateCustomer(...args))
      return 'updated'
    }
    const change = aChange({ recordId: loser.recordId })
    expect(await world.sync(change)).toHaveLength(1)
    expect([...notchpay.customers.values()]).toMatchObject([{ email: 'older@example.cm' }])
    return { world, merged: change }
  }
})

describe('a lost create', () => {
  it('is found by the values it was sent with, however often the CRM has changed during the outage', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', lostAnswer(), true)
    await world.sync(aChange())
    for (let minutes = 1; minutes <= 5; minutes += 1) {
      world.source.put(ref, aCustomer({ email: `amina.${minutes}@example.cm` }), crmTime(minutes))
      world.notchpay.failNext('find', slowDown())
      world.advance(31)
      await world.sync(aChange())
    }
    world.advance(31)
    await world.sync(aChange())
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina.5@example.cm' }])
  })

  it('is also erased when it was found and updated, but the link was not saved', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', lostAnswer(), true)
    await world.sync(aChange())
    world.source.put(ref, aCustomer({ email: 'amina.new@example.cm', phone: '+237677000077' }), crmTime(1))
    world.advance(31)
    world.links.beforeSave = () => {
      if (world.notchpay.calls.includes('update'))
        throw new RetryLater('TABLE_UNAVAILABLE', 'no answer', { counts: false })
    }
    await world.sync(aChange())
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina.new@example.cm' }])
    world.links.beforeSave = () => {}
    const erased = aChange({ kind: 'erased' })
    for (let tries = 0; tries < 4; tries += 1) {
      await world.sync(erased)
      world.advance(61)
    }
    expect(world.notchpay.customers.size).toBe(0)
  })

  it('that is found and removed at the same moment is searched for again, and created anew', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', lostAnswer(), true)
    const change = aChange()
    await world.sync(change)
    const { updateCustomer } = world.notchpay
    world.notchpay.updateCustomer = async () => {
      world.notchpay.updateCustomer = updateCustomer
      world.notchpay.customers.clear()
      return 'not-found'
    }
    for (let tries = 0; tries < 4; tries += 1) {
      world.advance(61)
      await world.sync(change)
    }
    expect(world.parked).toEqual([])
    expect(world.notchpay.customers.size).toBe(1)
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', lastOutcome: 'created' })
  })

  it('that a merge has found first is not created again', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', lostAnswer(), true)
    await world.sync(aChange())
    const [id] = world.notchpay.customers.keys()
    const own = world.link('notchpay')
    if (!own || !id) throw new Error('expected a create in progress')
    const survivor = { ...own, ref: { ...ref, recordId: '999' }, claim: null, revision: 0 }
    await world.links.saveLink({ ...survivor, state: 'linked', providerCustomerId: id })
    for (let tries = 0; tries < 3; tries += 1) {
      world.advance(61)
      await world.sync(aChange())
    }
    expect(world.notchpay.customers.size).toBe(1)
  })
})
