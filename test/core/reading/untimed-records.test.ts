import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

/** A CRM whose records have no time, and a synced customer. */
async function untimedWorld() {
  const world = aWorld()
  world.source.put(ref, aCustomer(), null)
  await world.sync(aChange({ occurredAt: crmTime(0) }))
  expect(world.link('notchpay')).toMatchObject({ state: 'linked', crmVersion: null })
  return world
}

describe('a record without a time of its own', () => {
  it('is updated in queue order, read once per change', async () => {
    const world = await untimedWorld()
    for (const family of ['Bassa', 'Ngo', 'Ngo Bassa']) {
      world.source.put(ref, aCustomer({ name: { given: 'Amina', family } }), null)
      expect(await world.sync(aChange({ occurredAt: crmTime(1) }))).toEqual([])
      const [held] = [...world.notchpay.customers.values()]
      expect(held).toMatchObject({ name: `Amina ${family}` })
    }
    expect(world.source.reads).toHaveLength(4)
  })

  it('causes no write while nothing changes', async () => {
    const world = await untimedWorld()
    const { writes } = world.links.calls
    await world.sync(aChange())
    expect(world.links.calls.writes).toBe(writes)
  })

  it('keeps the time of a link from when the CRM had one', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(5))
    await world.sync(aChange())
    world.source.put(ref, aCustomer({ phone: '+237677000002' }), null)
    await world.sync(aChange())
    expect(world.link('notchpay')).toMatchObject({ lastOutcome: 'updated', crmVersion: crmTime(5) })
  })

  it('is read again before it is considered alive after its deletion', async () => {
    const world = await untimedWorld()
    const received = () => ({ receivedAt: world.deps.clock.now().toISOString() })
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(2), ...received() }))
    expect(world.link('notchpay')?.state).toBe('closed')
    world.source.put(ref, aCustomer(), null)
    const late = aChange({ occurredAt: crmTime(1), ...received() })
    expect(await world.sync(late)).toMatchObject([{ afterSeconds: 3 }])
    expect(world.link('notchpay')?.state).toBe('closed')
    world.source.records.clear()
    world.advance(20)
    expect(await world.sync(late)).toEqual([])
    expect(world.link('notchpay')?.state).toBe('closed')
  })

  it('is read again where a deletion came along with an earlier change, and the deletion is applied', async () => {
    const world = await untimedWorld()
    const receivedAt = world.deps.clock.now().toISOString()
    const changes = [aChange({ kind: 'deleted', receivedAt }), aChange({ receivedAt })]
    expect(await world.sync(...changes)).toMatchObject([{ afterSeconds: 3 }, { afterSeconds: 3 }])
    world.source.records.clear()
    world.advance(20)
    expect(await world.sync(...changes)).toEqual([])
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', lastOutcome: 'closed' })
  })

  it('is reopened by a restoration', async () => {
    const world = await untimedWorld()
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(2) }))
    world.source.put(ref, aCustomer(), null)
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(3) }))
    expect(world.link('notchpay')?.state).toBe('linked')
  })
})
