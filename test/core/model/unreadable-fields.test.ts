import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const { phone: _, ...withoutPhone } = aCustomer()
const unreadable = { ...withoutPhone, unreadable: ['phone', 'address.country'] }

async function linkedWorld() {
  const world = aWorld()
  world.source.put(ref, aCustomer(), crmTime(0))
  await world.sync(aChange())
  world.lines.length = 0
  return world
}
const told = (lines: readonly string[]) => lines.filter((line) => line.includes('cannot be read'))

describe('fields that are filled in the CRM and cannot be read', () => {
  it('are named in one line, counted, and kept in the link', async () => {
    const world = await linkedWorld()
    world.source.put(ref, unreadable, crmTime(1))
    await world.sync(aChange(), aChange())
    expect(told(world.lines)).toEqual([expect.stringContaining('"fields":["phone","address.country"]')])
    expect(world.counts['FieldsUnreadable']).toBe(2)
    expect(world.link('notchpay')?.unreadable).toEqual(['phone', 'address.country'])
  })

  it('are told of once, at however many providers the customer is', async () => {
    const world = await linkedWorld()
    world.source.put(ref, { ...unreadable, address: { country: 'IN' } }, crmTime(1))
    await world.sync(aChange())
    expect([world.notchpay.customers.size, world.wooshpay.customers.size]).toEqual([1, 1])
    expect(told(world.lines)).toHaveLength(1)
    expect(world.link('wooshpay')?.unreadable).toEqual(['phone', 'address.country'])
  })

  it('are told of although no route takes the customer', async () => {
    const world = aWorld({ routes: [] })
    world.source.put(ref, unreadable, crmTime(0))
    await world.sync(aChange())
    expect(told(world.lines)).toHaveLength(1)
  })

  it('are forgotten once they can be read, and cost no write while nothing changes', async () => {
    const world = await linkedWorld()
    world.source.put(ref, unreadable, crmTime(1))
    await world.sync(aChange())
    const { revision } = world.link('notchpay') ?? {}
    await world.sync(aChange())
    expect(world.link('notchpay')?.revision).toBe(revision)
    world.source.put(ref, aCustomer(), crmTime(2))
    await world.sync(aChange())
    expect(world.link('notchpay')?.unreadable).toEqual([])
  })

  it('are noted although the provider is sent nothing new', async () => {
    const world = await linkedWorld()
    world.notchpay.calls.length = 0
    world.source.put(ref, aCustomer({ unreadable: ['shipping.phone'] }), crmTime(0))
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual([])
    expect(world.link('notchpay')).toMatchObject({ unreadable: ['shipping.phone'], lastOutcome: 'unchanged' })
  })

  it('are none where all can be read', async () => {
    const world = await linkedWorld()
    expect(told(world.lines)).toEqual([])
    expect(world.counts['FieldsUnreadable']).toBeUndefined()
    expect(world.link('notchpay')?.unreadable).toEqual([])
  })
})
