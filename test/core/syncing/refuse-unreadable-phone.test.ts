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
  it('is refused where the policy says so, in words that say what to do', () => {
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
    ['nothing else is said', unreadable, policiesWith()],
    ['another field cannot be read', aCustomer({ unreadable: ['address.country'] }), policiesWith('refuse')],
    ['all could be read', aCustomer(), policiesWith('refuse')],
    ['it is empty', aCustomer({ phone: null }), policiesWith('refuse')],
  ])('is no reason to refuse when %s', (_, customer, policies) => {
    expect(() => refuseUnreadablePhone(customer, policies)).not.toThrow()
  })

  it.each(['keep', 'refuse'] as const)(
    'leaves the provider’s number alone when the policy is %s',
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
