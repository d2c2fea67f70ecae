import { RetryLater } from '../../../lib/core/model/errors.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

/** Customers at both providers; then Notch Pay is disabled. */
async function aWorldWithout() {
  const world = aWorld()
  world.source.put(ref, aCustomer(), crmTime(0))
  await world.sync(aChange())
  world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(1))
  await world.sync(aChange())
  Object.assign(world.deps, { providers: new Set(['wooshpay']), routes: [{ to: 'wooshpay' }] })
  world.notchpay.calls.length = 0
  world.wooshpay.calls.length = 0
  return world
}

describe('a disabled provider', () => {
  it('is not called, and does not delay the other one', async () => {
    const world = await aWorldWithout()
    world.notchpay.failNext('update', new RetryLater('PROVIDER_FAILED', 'answered 500'))
    world.source.put(ref, aCustomer({ address: { country: 'IN' }, phone: '+919876543210' }), crmTime(2))
    expect(await world.sync(aChange())).toEqual([])
    expect(world.notchpay.calls).toEqual([])
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ phone: '+919876543210' }])
  })

  it('is not asked for its key', async () => {
    const world = await aWorldWithout()
    const { provider } = world.deps
    const asked: string[] = []
    Object.assign(world.deps, {
      provider: (name: 'wooshpay') => {
        asked.push(name)
        return provider(name)
      },
    })
    await world.sync(aChange())
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(9) }))
    expect(new Set(asked)).toEqual(new Set(['wooshpay']))
  })

  it('makes an erasure report what is left there, after everything else is erased', async () => {
    const world = await aWorldWithout()
    expect(await world.sync(aChange({ kind: 'erased' }))).toEqual([])
    expect(world.parked).toMatchObject([{ failure: { code: 'PROVIDER_OFF', retryable: false } }])
    expect(world.notchpay.customers.size).toBe(1)
    expect([...world.wooshpay.customers.values()]).toEqual([
      { metadata: { crm: 'hubspot/33/contact/501', erased: 'true' } },
    ])
  })
})
