import { isFreeFor, reserveFor } from '../../../lib/core/links/reservations.ts'
import { recordKey } from '../../../lib/core/model/change.ts'
import { RetryLater } from '../../../lib/core/model/errors.ts'
import type { ProviderCustomerId } from '../../../lib/core/model/provider.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const policies = {
  onDelete: 'keep',
  clear: [],
  firstSight: 'adopt-or-create',
  unreadablePhone: 'keep',
} as const
const other = { ...ref, recordId: '502' }
const paid = 'notchpay_paid' as ProviderCustomerId
const place = { provider: 'notchpay', mode: 'test', id: paid } as const

/** Notch Pay holds a customer created by a payment; two records have its e-mail. The index does not show links yet. */
function aPaidWorld() {
  const world = aWorld({ policies })
  world.notchpay.customers.set(paid, { email: 'amina@example.cm' })
  world.links.findByProviderCustomer = async () => []
  for (const record of [ref, other]) world.source.put(record, aCustomer(), crmTime(0))
  return world
}

const owners = (world: ReturnType<typeof aWorld>) =>
  [...world.links.items.values()]
    .filter((link) => link.providerCustomerId === paid)
    .map((link) => link.ref.recordId)

async function processChange(world: ReturnType<typeof aWorld>, ...changes: Parameters<typeof world.sync>) {
  for (let left = changes; left.length > 0; ) {
    await Promise.all(left.map((change) => world.sync(change))).then((postponed) => {
      left = left.filter((_, index) => postponed[index]?.length)
    })
    world.advance(5)
  }
}

describe('a first search', () => {
  const down = () => new RetryLater('PROVIDER_UNAVAILABLE', '503', { counts: false })

  it('that fails leaves no claim, so that the next try need not wait for a create that was never sent', async () => {
    const world = aPaidWorld()
    world.notchpay.failNext('find', down())
    const [postponed] = await world.sync(aChange())
    expect(postponed?.afterSeconds).toBeLessThanOrEqual(5)
    expect(world.link('notchpay')).toMatchObject({ claim: null, failure: { code: 'PROVIDER_UNAVAILABLE' } })
    world.advance(postponed?.afterSeconds ?? 0)
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual(['find', 'find', 'update'])
  })

  it('that finds several customers leaves a link for an operator to decide', async () => {
    const world = aPaidWorld()
    world.notchpay.customers.set('notchpay_paid2' as ProviderCustomerId, { email: 'amina@example.cm' })
    await world.sync(aChange())
    expect(world.link('notchpay')).toMatchObject({
      state: 'undecided',
      claim: null,
      candidates: [paid, 'notchpay_paid2'],
    })
  })

  it('of two workers lets one of them create', async () => {
    const world = aPaidWorld()
    world.notchpay.customers.clear()
    const results = await Promise.all([world.sync(aChange()), world.sync(aChange())])
    expect(results.flat()).toHaveLength(1)
    expect(world.notchpay.calls.filter((call) => call === 'create')).toEqual(['create'])
  })
})

describe('a customer created by a payment', () => {
  it('is adopted by one of two records that find it at the same time; the other gets its own', async () => {
    const world = aPaidWorld()
    await processChange(world, aChange(), aChange({ recordId: '502' }))
    expect(owners(world)).toHaveLength(1)
    expect(world.notchpay.customers.size).toBe(2)
    const ids = ['501', '502'].map((recordId) => world.link('notchpay', recordId)?.providerCustomerId)
    expect(new Set(ids).size).toBe(2)
  })

  it('is still adopted when the first record that found it crashed before it was linked', async () => {
    const world = aPaidWorld()
    world.notchpay.failNext('find', new RetryLater('NETWORK', 'reset', { ambiguous: true }))
    await reserveFor(other, place, world.links)
    await processChange(world, aChange())
    expect(owners(world)).toEqual(['501'])
  })

  it('is reserved before its data is replaced', async () => {
    const world = aPaidWorld()
    const order: string[] = []
    const { reserveCustomer } = world.links
    const { updateCustomer } = world.notchpay
    world.links.reserveCustomer = (...args) => {
      order.push('reserve')
      return reserveCustomer(...args)
    }
    world.notchpay.updateCustomer = (...args) => {
      order.push('update')
      return updateCustomer(...args)
    }
    await world.sync(aChange())
    expect(order).toEqual(['reserve', 'update'])
  })
})

describe('a reservation', () => {
  it('is valid while its record has the customer or is about to adopt it', async () => {
    const world = aPaidWorld()
    expect(await reserveFor(ref, place, world.links)).toBe(true)
    expect(await reserveFor(ref, place, world.links)).toBe(true)
    // Nothing of 501 is in progress: it never adopted the customer.
    expect(await isFreeFor(other, place, world.links)).toBe(true)
    await world.sync(aChange())
    expect(world.link('notchpay')?.providerCustomerId).toBe(paid)
    expect(await isFreeFor(other, place, world.links)).toBe(false)
    expect(await reserveFor(other, place, world.links)).toBe(false)
  })

  it('passes only to the record that its owner was merged into', async () => {
    const world = aPaidWorld()
    await world.sync(aChange())
    const survivor = { ...ref, recordId: '900' }
    world.source.put(survivor, aCustomer(), crmTime(1))
    await world.sync(aChange({ ...survivor, kind: 'merged', mergedIds: ['501'] }))
    expect(await isFreeFor(survivor, place, world.links)).toBe(true)
    expect(await isFreeFor(other, place, world.links)).toBe(false)
  })

  it('goes to only one of two records that reserve at the same time', async () => {
    const world = aPaidWorld()
    // Both are about to adopt: each has a claim.
    world.notchpay.failNext('find', new RetryLater('NETWORK', 'reset'))
    world.notchpay.failNext('find', new RetryLater('NETWORK', 'reset'))
    await Promise.all([world.sync(aChange()), world.sync(aChange({ recordId: '502' }))])
    const had = await Promise.all([ref, other].map((record) => reserveFor(record, place, world.links)))
    expect(had.filter(Boolean)).toHaveLength(1)
    const owner = await world.links.findReservation(place)
    expect(owner && recordKey(owner)).toBe(recordKey(had[0] ? ref : other))
  })
})
