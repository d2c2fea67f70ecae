import { refuseUnreadablePhone } from '../../../lib/core/syncing/refuse-unreadable-phone.ts'
import { defineSyncConfig } from '../../../lib/sync-config.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const policiesWith = (unreadablePhone?: 'keep' | 'refuse') =>
  defineSyncConfig({
    sources: {},
    providers: ['wooshpay'],
    routes: [{ to: 'wooshpay' }],
    policies: { unreadablePhone },
  }).policies

const { phone: _, ...withoutPhone } = aCustomer()
const unreadable = { ...withoutPhone, unreadable: ['phone'] }

describe('a phone number that cannot be read', () => {
  it('is rejected where the policy says so, with a message that says what to do', () => {
    expect(() => refuseUnreadablePhone(unreadable, policiesWith('refuse'))).toThrow(
      expect.objectContaining({
        name: 'Rejected',
        code: 'PHONE_UNREADABLE',
        field: 'phone',
        message: expect.stringMatching(/country code/),
      }),
    )
  })

  it.each([
    ['the policy is to keep', unreadable, policiesWith('keep')],
    ['there is no policy', unreadable, policiesWith()],
    ['another field cannot be read', aCustomer({ unreadable: ['address.country'] }), policiesWith('refuse')],
    ['all fields can be read', aCustomer(), policiesWith('refuse')],
    ['it is empty', aCustomer({ phone: null }), policiesWith('refuse')],
  ])('is not rejected when %s', (_, customer, policies) => {
    expect(() => refuseUnreadablePhone(customer, policies)).not.toThrow()
  })

  it.each(['keep', 'refuse'] as const)(
    'is left unchanged at the provider when the policy is %s',
    async (policy) => {
      const world = aWorld({ policies: policiesWith(policy) })
      world.source.put(ref, aCustomer(), crmTime(0))
      await world.sync(aChange())
      world.source.put(ref, { ...unreadable, name: { given: 'Aminata' } }, crmTime(1))
      await world.sync(aChange())
      expect(world.parked.map(({ failure }) => failure.code)).toEqual(
        policy === 'refuse' ? ['PHONE_UNREADABLE'] : [],
      )
      expect(world.notchpay.calls).toEqual(policy === 'refuse' ? ['create'] : ['create', 'update'])
    },
  )
})
