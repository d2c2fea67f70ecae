import type { CustomerChange } from '../../../lib/core/model/change.ts'
import { RetryLater } from '../../../lib/core/model/errors.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

/** The world's clock shows one o'clock; the webhooks were received then. */
const now = '2026-06-01T13:00:00.000Z'
const changedAt = '2026-06-01T12:59:59.500Z'
/** As the CRM shows `changedAt`: in whole seconds. */
const shownAt = '2026-06-01T12:59:59.000Z'
const phone = '+237677000099'

type World = ReturnType<typeof aWorld>

/** A CRM that sends its webhooks before it commits, and a synced customer. */
async function linkedWorld(): Promise<World> {
  const world = aWorld({ sendsBeforeCommit: true })
  world.source.put(ref, aCustomer(), crmTime(0))
  await world.sync(aChange({ occurredAt: crmTime(-1) }))
  expect(world.link('notchpay')?.state).toBe('linked')
  return world
}

/** Processes the change until it is done; returns the waits in between. `atAge` runs before the read at that age in seconds. */
async function processChange(
  world: World,
  change: CustomerChange,
  atAge: Readonly<Record<number, () => void>> = {},
): Promise<number[]> {
  const waits: number[] = []
  for (let age = 0; ; ) {
    atAge[age]?.()
    const [postponed] = await world.sync(change)
    if (!postponed) return waits
    waits.push(postponed.afterSeconds)
    age += postponed.afterSeconds
    world.advance(postponed.afterSeconds)
    if (waits.length > 9) throw new Error('it is read again forever')
  }
}

const phonesAt = (world: World) => [...world.notchpay.customers.values()].map((customer) => customer['phone'])

describe('a record that was announced before its commit', () => {
  it('is created once when its transaction commits within two minutes', async () => {
    const world = aWorld({ sendsBeforeCommit: true })
    const change = aChange({ receivedAt: now, occurredAt: changedAt })
    const commit = () => world.source.put(ref, aCustomer(), shownAt)
    expect(await processChange(world, change, { 120: commit })).toEqual([3, 12, 30, 75])
    expect(world.notchpay.calls).toEqual(['create'])
  })

  it('is not closed when a replica does not have it yet although it was found before', async () => {
    const world = aWorld({ sendsBeforeCommit: true })
    world.notchpay.failNext('create', new RetryLater('PROVIDER_FAILED', 'Notch Pay answered 500'))
    const change = aChange({ receivedAt: now, occurredAt: changedAt })
    const commit = () => world.source.put(ref, aCustomer(), shownAt)
    const lag = () => world.source.records.clear()
    const waits = await processChange(world, change, { 45: commit, 50: lag, 62: commit })
    expect(waits).toEqual([3, 12, 30, 5, 12])
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('never existed when it stays missing: nothing is created, saved or dead-lettered', async () => {
    const world = aWorld({ sendsBeforeCommit: true })
    const change = aChange({ receivedAt: now, occurredAt: changedAt })
    expect(await processChange(world, change)).toEqual([3, 12, 30, 75])
    expect(world.links.items.size).toBe(0)
    expect(world.parked).toEqual([])
    expect([world.notchpay.calls, world.wooshpay.calls]).toEqual([[], []])
    expect(world.counts).toMatchObject({ ChangesSuperseded: 1 })
    expect(world.lines.join()).toContain('record does not exist')
    expect(world.counts['ChangesFailed']).toBeUndefined()
  })

  it('is closed at once when its deletion was announced as well', async () => {
    const world = aWorld({ sendsBeforeCommit: true })
    expect(await processChange(world, aChange({ kind: 'deleted', receivedAt: now }))).toEqual([])
    expect(world.link(null)?.state).toBe('closed')
  })

  it('is closed after two more reads when it is linked and stays missing', async () => {
    const world = await linkedWorld()
    world.source.records.clear()
    expect(await processChange(world, aChange({ receivedAt: now, occurredAt: changedAt }))).toEqual([3, 12])
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', failure: null })
  })
})

describe('a change that was announced before its commit', () => {
  const change = () => aChange({ receivedAt: now, occurredAt: changedAt })

  it('arrives when its transaction commits within two minutes', async () => {
    const world = await linkedWorld()
    const commit = () => world.source.put(ref, aCustomer({ phone }), shownAt)
    expect(await processChange(world, change(), { 45: commit })).toEqual([3, 12, 30])
    expect(phonesAt(world)).toEqual([phone])
  })

  it('changes nothing when it was rolled back', async () => {
    const world = await linkedWorld()
    const [before] = phonesAt(world)
    expect(await processChange(world, change())).toEqual([3, 12, 30, 75])
    expect(phonesAt(world)).toEqual([before])
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', crmVersion: crmTime(0) })
  })

  it('is read once more when an earlier change of the same second may be what was read', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+237677000041' }), shownAt)
    const commit = () => world.source.put(ref, aCustomer({ phone }), shownAt)
    expect(await processChange(world, change(), { 12: commit })).toEqual([12])
    expect(phonesAt(world)).toEqual([phone])
  })

  it('is read once more when its event has no time', async () => {
    const world = await linkedWorld()
    const commit = () => world.source.put(ref, aCustomer({ phone }), shownAt)
    expect(await processChange(world, aChange({ receivedAt: now }), { 12: commit })).toEqual([12])
    expect(phonesAt(world)).toEqual([phone])
  })

  it('is read once when the record shows a later time', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone }), '2026-06-01T13:00:00.000Z')
    expect(await processChange(world, change())).toEqual([])
    expect(phonesAt(world)).toEqual([phone])
  })

  it('is read again where the record has no time', async () => {
    const world = await linkedWorld()
    const commit = () => world.source.put(ref, aCustomer({ phone }), null)
    world.source.put(ref, aCustomer(), null)
    expect(await processChange(world, change(), { 15: commit })).toEqual([3, 12, 30, 75])
    expect(phonesAt(world)).toEqual([phone])
  })
})

describe('a deletion that was announced before its commit', () => {
  const deletion = () => aChange({ kind: 'deleted', receivedAt: now })

  it('closes the link when its transaction commits within two minutes', async () => {
    const world = await linkedWorld()
    expect(await processChange(world, deletion(), { 45: () => world.source.records.clear() })).toEqual([
      3, 12, 30,
    ])
    expect(world.link('notchpay')?.state).toBe('closed')
  })

  it('leaves the link open when it was rolled back', async () => {
    const world = await linkedWorld()
    expect(await processChange(world, deletion())).toEqual([3, 12, 30, 75])
    expect(world.link('notchpay')?.state).toBe('linked')
  })
})
