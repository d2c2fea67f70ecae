import { believableTime } from '../../../lib/core/model/believable-times.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const future = '2099-01-01T00:00:00.000Z'
const newPhone = '+237677000099'
const snapshot = (version: string, changes: Parameters<typeof aCustomer>[0] = {}) => ({
  customer: aCustomer(changes),
  version,
})

describe('believableTime', () => {
  it('tolerates a clock, or a time zone, that is off by a day', () => {
    expect(believableTime('2026-06-02T12:00:00.000Z', crmTime(0))).toBe('2026-06-02T12:00:00.000Z')
    expect(believableTime('2026-06-02T12:00:00.001Z', crmTime(0))).toBe(crmTime(0))
    expect(believableTime('1970-01-02T00:00:00.000Z', crmTime(0))).toBe('1970-01-02T00:00:00.000Z')
  })
})

describe('a time in the future does not block later changes:', () => {
  it('of a record that was read', async () => {
    const world = aWorld({ sendsSnapshots: true })
    world.source.put(ref, aCustomer(), future)
    await world.sync(aChange())
    world.advance(60)
    world.source.put(ref, aCustomer({ phone: newPhone }), '2026-06-01T13:00:30.000Z')
    await world.sync(aChange())
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: newPhone }])
  })

  it('of a snapshot', async () => {
    const world = aWorld({ canFetch: false })
    await world.sync(aChange({ snapshot: snapshot(future) }))
    await world.sync(aChange({ receivedAt: crmTime(5), snapshot: snapshot(crmTime(4), { phone: newPhone }) }))
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: newPhone }])
  })

  it('of a deletion', async () => {
    const world = aWorld({ canFetch: false })
    await world.sync(aChange({ snapshot: snapshot(crmTime(-5)) }))
    await world.sync(aChange({ kind: 'deleted', occurredAt: future }))
    expect(world.link('notchpay')?.state).toBe('closed')
    await world.sync(aChange({ receivedAt: crmTime(9), snapshot: snapshot(crmTime(8)) }))
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('of a restoration', async () => {
    const world = aWorld({ canFetch: false })
    await world.sync(aChange({ snapshot: snapshot(crmTime(-5)) }))
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(-3) }))
    await world.sync(aChange({ kind: 'restored', occurredAt: future, snapshot: snapshot(crmTime(-5)) }))
    await world.sync(aChange({ receivedAt: crmTime(9), snapshot: snapshot(crmTime(8), { phone: newPhone }) }))
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: newPhone }])
  })
})

describe('a restored record that keeps its time from before the deletion', () => {
  it.each([true, false])('is reopened (the CRM can be asked: %s)', async (canFetch) => {
    const world = aWorld({
      canFetch,
      policies: { onDelete: 'block', clear: [], firstSight: 'create', unreadablePhone: 'keep' },
    })
    const whole = { snapshot: snapshot(crmTime(-9)), occurredAt: crmTime(-9) }
    await world.sync(aChange(whole))
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(-5) }))
    expect(world.link('notchpay')?.state).toBe('closed')
    expect(world.notchpay.blocked.size).toBe(1)
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(-2), snapshot: snapshot(crmTime(-9)) }))
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', crmVersion: crmTime(-2) })
    expect(world.notchpay.blocked.size).toBe(0)
    // The deletion is delivered once more, late.
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(-5) }))
    expect(world.link('notchpay')?.state).toBe('linked')
  })
})
