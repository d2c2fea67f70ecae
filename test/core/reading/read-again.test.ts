import type { CustomerChange } from '../../../lib/core/model/change.ts'
import { RetryLater } from '../../../lib/core/model/errors.ts'
import { isOlderThanEvent, secondsUntilNextRead } from '../../../lib/core/reading/read-again.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

/** The world's clock says one o'clock; webhooks that are worked on at once were received then. */
const now = '2026-06-01T13:00:00.000Z'
const policies = { onDelete: 'block', clear: [], firstSight: 'create', unreadablePhone: 'keep' } as const

async function linkedWorld(changes: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld(changes)
  world.source.put(ref, aCustomer(), crmTime(0))
  await world.sync(aChange())
  return world
}

/** Works on the change until it is done with; the waits in between. */
async function workOff(world: ReturnType<typeof aWorld>, change: CustomerChange): Promise<number[]> {
  const waits: number[] = []
  for (;;) {
    const [postponed] = await world.sync(change)
    if (!postponed) return waits
    waits.push(postponed.afterSeconds)
    world.advance(postponed.afterSeconds)
    if (waits.length > 9) throw new Error('it is looked at for ever')
  }
}

describe('secondsUntilNextRead', () => {
  it('looks twice more, and never sooner than what is left would allow a third', () => {
    const ages = [0, 1.9, 2, 3, 11.9, 12, 15, 600]
    const waits = ages.map((age) =>
      secondsUntilNextRead(crmTime(0), new Date(Date.parse(crmTime(0)) + age * 1000)),
    )
    expect(waits).toEqual([3, 3, 12, 12, 12, null, null, null])
  })
})

describe('isOlderThanEvent', () => {
  it.each([
    ['2026-06-01T12:01:00.000Z', '2026-06-01T12:03:00.000Z', true],
    ['2026-06-01T12:03:00.000Z', '2026-06-01T12:03:00.000Z', false],
    ['2026-06-01T12:03:00.001Z', '2026-06-01T12:03:00.002Z', true],
    // Pipedrive's times are in whole seconds, those of its events are not.
    ['2026-06-01T12:03:00.000Z', '2026-06-01T12:03:00.999Z', false],
    ['2026-06-01T12:02:59.000Z', '2026-06-01T12:03:00.001Z', true],
    ['2026-06-01T12:03:00.000Z', undefined, false],
  ])('%s shown for an event of %s: %s', (version, occurredAt, expected) => {
    expect(isOlderThanEvent(version, occurredAt)).toBe(expected)
  })
})

describe('a restored record that keeps its old time', () => {
  async function restoredWorld() {
    const world = await linkedWorld()
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    world.source.put(ref, aCustomer(), crmTime(0))
    await workOff(world, aChange({ kind: 'restored', occurredAt: crmTime(8) }))
    world.notchpay.calls.length = 0
    return world
  }

  it('is sent again when nobody knows any more what the provider holds, once the replicas must have caught up', async () => {
    const world = await restoredWorld()
    const link = world.link('notchpay')
    if (link) await world.links.saveLink({ ...link, fingerprint: null })
    expect(await workOff(world, aChange({ receivedAt: now }))).toEqual([3, 12])
    expect(world.notchpay.calls).toEqual(['update'])
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', crmVersion: crmTime(8) })
    expect(world.link('notchpay')?.fingerprint).not.toBeNull()
  })

  it('is created nowhere else while it counts as deleted', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(1))
    await workOff(world, aChange({ receivedAt: now }))
    expect(world.wooshpay.calls).toEqual([])
    expect(world.link('notchpay')?.state).toBe('closed')
  })

  it('costs nothing more while that is known', async () => {
    const world = await restoredWorld()
    expect(await workOff(world, aChange({ receivedAt: now }))).toEqual([])
    expect(world.notchpay.calls).toEqual([])
  })
})

describe('a customer that a merge brings', () => {
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
    await workOff(world, merged)
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ phone: '+237677000042' }])
  })
})

describe('a record that the CRM does not know yet', () => {
  it.each(['changed', 'restored'] as const)(
    'is looked at again after it was %s, and created',
    async (kind) => {
      const world = aWorld()
      const change = aChange({ kind, receivedAt: now, occurredAt: now })
      expect(await world.sync(change)).toEqual([{ messageId: 'm1', afterSeconds: 3 }])
      expect(world.links.items.size).toBe(0)
      world.advance(3)
      world.source.put(ref, aCustomer(), now)
      expect(await world.sync(change)).toEqual([])
      expect(world.notchpay.customers.size).toBe(1)
    },
  )

  it('is closed when it stays away, after two more looks and without using up tries', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    const change = aChange({ receivedAt: now, occurredAt: now })
    expect(await workOff(world, change)).toEqual([3, 12])
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', failure: null })
    expect(world.link(null)).toBeUndefined()
    expect(world.counts['ChangesFailed']).toBeUndefined()
  })

  it('survives a merge that its survivor is not shown after yet', async () => {
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

  it('is looked at again although the links have reached the change: a replica may lag behind what was seen', async () => {
    const world = await linkedWorld({ sendsSnapshots: true })
    world.source.records.clear()
    expect(await world.sync(aChange({ receivedAt: now, occurredAt: crmTime(-9) }))).toHaveLength(1)
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('is believed to be gone at once when the CRM has said so, and when that is known already', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    expect(await world.sync(aChange({ kind: 'deleted', receivedAt: now, occurredAt: now }))).toEqual([])
    expect(world.link('notchpay')?.state).toBe('closed')
    const reads = world.source.reads.length
    expect(await world.sync(aChange({ receivedAt: now, occurredAt: crmTime(-9) }))).toEqual([])
    expect(world.source.reads).toHaveLength(reads + 1)
  })
})

describe('a record that the CRM shows as it was before the change', () => {
  it('is looked at again until the change shows', async () => {
    const world = await linkedWorld()
    const change = aChange({ receivedAt: now, occurredAt: '2026-06-01T12:59:59.500Z' })
    expect(await world.sync(change)).toEqual([{ messageId: 'm2', afterSeconds: 3 }])
    expect(world.notchpay.calls).toEqual(['create'])
    world.advance(3)
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), '2026-06-01T12:59:59.500Z')
    expect(await world.sync(change)).toEqual([])
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000099' }])
  })

  it('is taken as it is when nothing else ever shows', async () => {
    const world = await linkedWorld()
    expect(await workOff(world, aChange({ receivedAt: now, occurredAt: now }))).toEqual([3, 12])
    expect(world.source.reads).toHaveLength(4)
    // The second look cannot know whether the first one was cut short, so it sends once more.
    expect(world.notchpay.calls).toEqual(['create', 'update'])
  })

  it('is looked at again for the provider that has not reached the change, though another one has', async () => {
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
    // The snapshot is no newer than what Notch Pay has; the replica that is asked instead lags behind.
    world.source.put(ref, { ...moved, phone: '+919876543200' }, crmTime(1))
    expect(await world.sync(change)).toEqual([{ messageId: 'm3', afterSeconds: 3 }])
    world.advance(3)
    world.source.put(ref, moved, changedAt)
    expect(await world.sync(change)).toEqual([])
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ phone: '+919876543210' }])
  })

  it('is looked at again although the read or the provider took so long that a later read would not be', async () => {
    const slowRead = aWorld()
    slowRead.source.put(ref, aCustomer(), crmTime(0))
    slowRead.source.onRead = () => slowRead.advance(20)
    expect(await slowRead.sync(aChange({ receivedAt: now, occurredAt: now }))).toHaveLength(1)
    const slowCreate = aWorld()
    slowCreate.source.put(ref, aCustomer(), crmTime(0))
    slowCreate.links.beforeSave = () => slowCreate.advance(20)
    expect(await slowCreate.sync(aChange({ receivedAt: now, occurredAt: now }))).toHaveLength(1)
  })

  it('is looked at again after its restoration until the change shows', async () => {
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

  it('does not replace what a read after its restoration has shown', async () => {
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

  it('does not wait with what it shows', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    expect(await world.sync(aChange({ receivedAt: now, occurredAt: now }))).toHaveLength(1)
    expect(world.notchpay.customers.size).toBe(1)
  })
})

describe('a deletion', () => {
  it('without a time is looked at again while the record still shows, and then followed', async () => {
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

  it('is followed as the policy says when a bare change comes after it in the same batch', async () => {
    const world = await linkedWorld({ policies })
    world.source.records.clear()
    const batch = [aChange({ kind: 'deleted' }), aChange()]
    expect(await world.sync(...batch)).toEqual([])
    expect(world.link('notchpay')?.state).toBe('closed')
    expect(world.notchpay.blocked.size).toBe(1)
  })

  it('without a time is not dated by the restoration that came before it', async () => {
    const world = await linkedWorld({ policies })
    const restored = aChange({ kind: 'restored', occurredAt: crmTime(5), receivedAt: crmTime(6) })
    await world.sync(restored, aChange({ kind: 'deleted', receivedAt: crmTime(6) }))
    expect(world.link('notchpay')?.state).toBe('linked')
    expect(world.notchpay.blocked.size).toBe(0)
  })

  it('of a record that was restored since is no reason to follow the policy', async () => {
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
    ['a deletion that was told of', 'deleted', 1],
    ['one that only a read has shown', 'changed', 0],
  ] as const)(
    'reaches a customer that a merge brings afterwards, if it was told of: %s',
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
