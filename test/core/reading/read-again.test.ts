import type { CustomerChange } from '../../../lib/core/model/change.ts'
import { RetryLater } from '../../../lib/core/model/errors.ts'
import { isOlderThanEvent, secondsUntilNextRead, stepsFor } from '../../../lib/core/reading/read-again.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

/** The world's clock shows one o'clock; changes that are processed at once were received then. */
const now = '2026-06-01T13:00:00.000Z'
const policies = { onDelete: 'block', clear: [], firstSight: 'create', unreadablePhone: 'keep' } as const

async function linkedWorld(changes: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld(changes)
  world.source.put(ref, aCustomer(), crmTime(0))
  await world.sync(aChange())
  return world
}

/** Processes the change until it is done; returns the waits in between. */
async function processChange(world: ReturnType<typeof aWorld>, change: CustomerChange): Promise<number[]> {
  const waits: number[] = []
  for (;;) {
    const [postponed] = await world.sync(change)
    if (!postponed) return waits
    waits.push(postponed.afterSeconds)
    world.advance(postponed.afterSeconds)
    if (waits.length > 9) throw new Error('it is read again forever')
  }
}

describe('secondsUntilNextRead', () => {
  it('repeats a read at most twice', () => {
    const ages = [0, 1.9, 2, 3, 11.9, 12, 15, 600]
    const waits = ages.map((age) =>
      secondsUntilNextRead(crmTime(0), new Date(Date.parse(crmTime(0)) + age * 1000)),
    )
    expect(waits).toEqual([3, 3, 12, 12, 12, null, null, null])
  })

  it('repeats a read for two minutes where webhooks are sent before the commit', () => {
    const ages = [0, 3, 15, 39.9, 40, 45, 119.9, 120, 600]
    const waits = ages.map((age) =>
      secondsUntilNextRead(crmTime(0), new Date(Date.parse(crmTime(0)) + age * 1000), stepsFor(true)),
    )
    expect(waits).toEqual([3, 12, 30, 30, 75, 75, 75, null, null])
  })
})

describe('isOlderThanEvent', () => {
  it.each([
    ['2026-06-01T12:01:00.000Z', '2026-06-01T12:03:00.000Z', true],
    ['2026-06-01T12:03:00.000Z', '2026-06-01T12:03:00.000Z', false],
    ['2026-06-01T12:03:00.001Z', '2026-06-01T12:03:00.002Z', true],
    // Pipedrive's times are in whole seconds; those of its events are not.
    ['2026-06-01T12:03:00.000Z', '2026-06-01T12:03:00.999Z', false],
    ['2026-06-01T12:02:59.000Z', '2026-06-01T12:03:00.001Z', true],
    ['2026-06-01T12:03:00.000Z', undefined, false],
  ])('%s shown for an event of %s: %s', (version, occurredAt, expected) => {
    expect(isOlderThanEvent(version, occurredAt)).toBe(expected)
  })
})

describe('a deletion of a record that the CRM shows with an implausible time', () => {
  const deletion = aChange({ kind: 'deleted', occurredAt: crmTime(5), receivedAt: now })

  it('does not close a record that was restored since, though nobody has announced that', async () => {
    const world = await linkedWorld({ policies })
    world.source.put(ref, aCustomer({ phone: '+237677000009' }), '2099-01-01T00:00:00.000Z')
    expect(await processChange(world, deletion)).toEqual([3, 12])
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', lastOutcome: 'updated' })
    expect(world.notchpay.calls).not.toContain('block')
  })

  it('closes a record that a lagging replica still showed', async () => {
    const world = await linkedWorld({ policies })
    world.source.put(ref, aCustomer(), '2099-01-01T00:00:00.000Z')
    expect(await world.sync(deletion)).toMatchObject([{ afterSeconds: 3 }])
    world.source.records.clear()
    world.advance(3)
    expect(await world.sync(deletion)).toEqual([])
    expect(world.link('notchpay')?.state).toBe('closed')
  })
})

describe('a restored record that keeps its old time', () => {
  async function restoredWorld() {
    const world = await linkedWorld()
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    world.source.put(ref, aCustomer(), crmTime(0))
    await processChange(world, aChange({ kind: 'restored', occurredAt: crmTime(8) }))
    world.notchpay.calls.length = 0
    return world
  }

  it('is sent again when the state at the provider is unknown, once the replicas must be up to date', async () => {
    const world = await restoredWorld()
    const link = world.link('notchpay')
    if (link) await world.links.saveLink({ ...link, fingerprint: null })
    expect(await processChange(world, aChange({ receivedAt: now }))).toEqual([3, 12])
    expect(world.notchpay.calls).toEqual(['update'])
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', crmVersion: crmTime(8) })
    expect(world.link('notchpay')?.fingerprint).not.toBeNull()
  })

  it('is not created at other providers while it counts as deleted', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(1))
    await processChange(world, aChange({ receivedAt: now }))
    expect(world.wooshpay.calls).toEqual([])
    expect(world.link('notchpay')?.state).toBe('closed')
  })

  it('costs nothing more while that is known', async () => {
    const world = await restoredWorld()
    expect(await processChange(world, aChange({ receivedAt: now }))).toEqual([])
    expect(world.notchpay.calls).toEqual([])
  })
})

describe('a customer from a merge', () => {
  it('is not sent an older state than another provider has', async () => {
    const world = await linkedWorld()
    world.source.put({ ...ref, recordId: '400' }, aCustomer({ address: { country: 'IN' } }), crmTime(0))
    await world.sync(aChange({ recordId: '400' }))
    world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(2))
    await world.sync(aChange({ occurredAt: crmTime(2) }))
    // A replica has not seen the last change yet.
    world.source.put(ref, aCustomer({ phone: '+237677000041' }), crmTime(1))
    const merged = aChange({ kind: 'merged', mergedIds: ['400'], occurredAt: crmTime(1), receivedAt: now })
    expect(await world.sync(merged)).toMatchObject([{ afterSeconds: 3 }])
    expect([...world.wooshpay.customers.values()]).not.toMatchObject([{ phone: '+237677000041' }])
    world.source.put(ref, aCustomer({ phone: '+237677000042' }), crmTime(2))
    world.advance(3)
    await processChange(world, merged)
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ phone: '+237677000042' }])
  })
})

describe('a record that the CRM does not return yet', () => {
  it.each(['changed', 'restored'] as const)('is read again after it was %s, and created', async (kind) => {
    const world = aWorld()
    const change = aChange({ kind, receivedAt: now, occurredAt: now })
    expect(await world.sync(change)).toEqual([{ messageId: 'm1', afterSeconds: 3 }])
    expect(world.links.items.size).toBe(0)
    world.advance(3)
    world.source.put(ref, aCustomer(), now)
    expect(await world.sync(change)).toEqual([])
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('is closed when it stays missing, after two more reads and without using up attempts', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    const change = aChange({ receivedAt: now, occurredAt: now })
    expect(await processChange(world, change)).toEqual([3, 12])
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', failure: null })
    expect(world.link(null)).toBeUndefined()
    expect(world.counts['ChangesFailed']).toBeUndefined()
  })

  it('survives a merge whose survivor is not returned yet', async () => {
    const world = await linkedWorld()
    const survivor = { ...ref, recordId: '900' }
    const change = aChange({
      ...survivor,
      kind: 'merged',
      mergedIds: ['501'],
      receivedAt: now,
      occurredAt: now,
    })
    expect(await world.sync(change)).toEqual([{ messageId: 'm2', afterSeconds: 3 }])
    world.source.put(survivor, aCustomer({ phone: '+237677000042' }), now)
    world.advance(3)
    expect(await world.sync(change)).toEqual([])
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000042' }])
    expect(world.link('notchpay', '900')?.state).toBe('linked')
  })

  it('is read again although the links have reached the change, because a replica may lag', async () => {
    const world = await linkedWorld({ sendsSnapshots: true })
    world.source.records.clear()
    expect(await world.sync(aChange({ receivedAt: now, occurredAt: crmTime(-9) }))).toHaveLength(1)
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('counts as deleted at once when the CRM has reported it, and when that is known already', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    expect(await world.sync(aChange({ kind: 'deleted', receivedAt: now, occurredAt: now }))).toEqual([])
    expect(world.link('notchpay')?.state).toBe('closed')
    const reads = world.source.reads.length
    expect(await world.sync(aChange({ receivedAt: now, occurredAt: crmTime(-9) }))).toEqual([])
    expect(world.source.reads).toHaveLength(reads + 1)
  })
})

describe('a record that the CRM returns in its state before the change', () => {
  it('is read again until the change is visible', async () => {
    const world = await linkedWorld()
    const change = aChange({ receivedAt: now, occurredAt: '2026-06-01T12:59:59.500Z' })
    expect(await world.sync(change)).toEqual([{ messageId: 'm2', afterSeconds: 3 }])
    expect(world.notchpay.calls).toEqual(['create'])
    world.advance(3)
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), '2026-06-01T12:59:59.500Z')
    expect(await world.sync(change)).toEqual([])
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000099' }])
  })

  it('is accepted as it is when no newer state appears', async () => {
    const world = await linkedWorld()
    expect(await processChange(world, aChange({ receivedAt: now, occurredAt: now }))).toEqual([3, 12])
    expect(world.source.reads).toHaveLength(4)
    // The second read cannot know whether the first was interrupted, so the data is sent once more.
    expect(world.notchpay.calls).toEqual(['create', 'update'])
  })

  it('is read again for the provider that has not reached the change, although another one has', async () => {
    const world = await linkedWorld({ sendsSnapshots: true })
    const changedAt = '2026-06-01T12:59:59.000Z'
    const moved = aCustomer({ address: { country: 'IN' }, phone: '+919876543210' })
    const change = aChange({
      receivedAt: now,
      occurredAt: changedAt,
      snapshot: { customer: moved, version: changedAt },
    })
    world.wooshpay.failNext('update', new RetryLater('THROTTLED', 'slow down', { counts: false }))
    await world.sync(change)
    // The snapshot is no newer than what Notch Pay has; the replica that is read instead lags.
    world.source.put(ref, { ...moved, phone: '+919876543200' }, crmTime(1))
    expect(await world.sync(change)).toEqual([{ messageId: 'm3', afterSeconds: 3 }])
    world.advance(3)
    world.source.put(ref, moved, changedAt)
    expect(await world.sync(change)).toEqual([])
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ phone: '+919876543210' }])
  })

  it('is read again although the read or the provider took so long that a later first read would be final', async () => {
    const slowRead = aWorld()
    slowRead.source.put(ref, aCustomer(), crmTime(0))
    slowRead.source.onRead = () => slowRead.advance(20)
    expect(await slowRead.sync(aChange({ receivedAt: now, occurredAt: now }))).toHaveLength(1)
    const slowCreate = aWorld()
    slowCreate.source.put(ref, aCustomer(), crmTime(0))
    slowCreate.links.beforeSave = () => slowCreate.advance(20)
    expect(await slowCreate.sync(aChange({ receivedAt: now, occurredAt: now }))).toHaveLength(1)
  })

  it('is read again after its restoration until the change is visible', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(1) }))
    world.source.put(ref, aCustomer(), crmTime(0))
    const restored = aChange({ kind: 'restored', receivedAt: now, occurredAt: now })
    expect(await world.sync(restored)).toHaveLength(1)
    world.advance(3)
    expect(await world.sync(restored)).toHaveLength(1)
    world.advance(12)
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), now)
    expect(await world.sync(restored)).toEqual([])
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000099' }])
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('does not replace the state that a read after its restoration has returned', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(1) }))
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), crmTime(2))
    await world.sync(aChange({ occurredAt: crmTime(2) }))
    world.source.put(ref, aCustomer(), crmTime(0))
    expect(await world.sync(aChange({ kind: 'restored', receivedAt: now, occurredAt: crmTime(2) }))).toEqual(
      [],
    )
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000099' }])
  })

  it('does not delay the state it returns', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    expect(await world.sync(aChange({ receivedAt: now, occurredAt: now }))).toHaveLength(1)
    expect(world.notchpay.customers.size).toBe(1)
  })
})

describe('a deletion', () => {
  it('without a time is checked again while the record is still returned, and then processed', async () => {
    const world = await linkedWorld({ policies })
    const deletion = aChange({ kind: 'deleted', receivedAt: now })
    expect(await world.sync(deletion)).toEqual([{ messageId: 'm2', afterSeconds: 3 }])
    expect(world.link('notchpay')?.state).toBe('linked')
    world.advance(3)
    world.source.records.clear()
    expect(await world.sync(deletion)).toEqual([])
    expect(world.link('notchpay')?.state).toBe('closed')
    expect(world.notchpay.blocked.size).toBe(1)
  })

  it('is processed according to the policy when a pointer follows in the same batch', async () => {
    const world = await linkedWorld({ policies })
    world.source.records.clear()
    const batch = [aChange({ kind: 'deleted' }), aChange()]
    expect(await world.sync(...batch)).toEqual([])
    expect(world.link('notchpay')?.state).toBe('closed')
    expect(world.notchpay.blocked.size).toBe(1)
  })

  it('without a time does not get the time of an earlier restoration', async () => {
    const world = await linkedWorld({ policies })
    const restored = aChange({ kind: 'restored', occurredAt: crmTime(5), receivedAt: crmTime(6) })
    await world.sync(restored, aChange({ kind: 'deleted', receivedAt: crmTime(6) }))
    expect(world.link('notchpay')?.state).toBe('linked')
    expect(world.notchpay.blocked.size).toBe(0)
  })

  it('of a record that was restored since does not trigger the policy', async () => {
    const world = await linkedWorld({ policies })
    world.source.records.clear()
    await world.sync(
      aChange({ kind: 'deleted', occurredAt: crmTime(1) }),
      aChange({ kind: 'restored', occurredAt: crmTime(2) }),
    )
    expect(world.link('notchpay')?.state).toBe('closed')
    expect(world.notchpay.blocked.size).toBe(0)
  })

  it.each([
    ['a deletion that the CRM reported', 'deleted', 1],
    ['a deletion that only a read has shown', 'changed', 0],
  ] as const)(
    'affects a customer that a merge adds afterwards, if it was reported: %s',
    async (_, kind, blocked) => {
      const world = await linkedWorld({ policies })
      const survivor = { ...ref, recordId: '900' }
      await world.sync(aChange({ ...survivor, kind, occurredAt: crmTime(3) }))
      await world.sync(aChange({ ...survivor, kind: 'merged', mergedIds: ['501'], occurredAt: crmTime(2) }))
      expect(world.link('notchpay', '900')).toMatchObject({
        state: 'closed',
        providerCustomerId: 'notchpay_1',
      })
      expect(world.notchpay.blocked.size).toBe(blocked)
    },
  )
})
