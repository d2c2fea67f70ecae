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
const reported = (lines: readonly string[]) => lines.filter((line) => line.includes('cannot be read'))

describe('fields that have a value in the CRM but cannot be read', () => {
  it('are listed in one log line, counted, and stored in the link', async () => {
    const world = await linkedWorld()
    world.source.put(ref, unreadable, crmTime(1))
    await world.sync(aChange(), aChange())
    expect(reported(world.lines)).toEqual([expect.stringContaining('"fields":["phone","address.country"]')])
    expect(world.counts['FieldsUnreadable']).toBe(2)
    expect(world.link('notchpay')?.unreadable).toEqual(['phone', 'address.country'])
  })

  it('are reported once, whatever the number of providers', async () => {
    const world = await linkedWorld()
    world.source.put(ref, { ...unreadable, address: { country: 'IN' } }, crmTime(1))
    await world.sync(aChange())
    expect([world.notchpay.customers.size, world.wooshpay.customers.size]).toEqual([1, 1])
    expect(reported(world.lines)).toHaveLength(1)
    expect(world.link('wooshpay')?.unreadable).toEqual(['phone', 'address.country'])
  })

  it('are reported although no route matches the customer', async () => {
    const world = aWorld({ routes: [] })
    world.source.put(ref, unreadable, crmTime(0))
    await world.sync(aChange())
    expect(reported(world.lines)).toHaveLength(1)
  })

  it('are cleared once they can be read, and cause no write while nothing changes', async () => {
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

  it('are stored although the provider is sent nothing new', async () => {
    const world = await linkedWorld()
    world.notchpay.calls.length = 0
    world.source.put(ref, aCustomer({ unreadable: ['shipping.phone'] }), crmTime(0))
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual([])
    expect(world.link('notchpay')).toMatchObject({ unreadable: ['shipping.phone'], lastOutcome: 'unchanged' })
  })

  it('are empty when all can be read', async () => {
    const world = await linkedWorld()
    expect(reported(world.lines)).toEqual([])
    expect(world.counts['FieldsUnreadable']).toBeUndefined()
    expect(world.link('notchpay')?.unreadable).toEqual([])
  })
})
