import type { RecordRef } from '../../lib/core/model/change.ts'
import { newLink } from '../../lib/core/model/link.ts'
import type { ProviderCustomerId } from '../../lib/core/model/provider.ts'
import type { CustomerLinks } from '../../lib/core/ports/customer-links.ts'

/** The contract of the links table, run on DynamoDB and on the fake. */
export function describeCustomerLinks(name: string, create: () => Promise<CustomerLinks>): void {
  describe(`${name} fulfils the contract of CustomerLinks`, () => {
    const ref: RecordRef = {
      source: 'hubspot',
      account: '33',
      recordType: 'contact',
      recordId: '501',
    }
    const customerId = 'cus_1' as ProviderCustomerId

    it('finds nothing for an unknown record', async () => {
      const links = await create()
      expect(await links.findLinks(ref)).toEqual([])
    })

    it('returns saved links: one per provider, and the record’s own line', async () => {
      const links = await create()
      await links.saveLink(newLink(ref, 'notchpay', 'test'))
      await links.saveLink(newLink(ref, 'wooshpay', 'test'))
      await links.saveLink({
        ...newLink(ref, null, 'live'),
        state: 'closed',
        crmVersion: '2026-01-01T00:00:00Z',
      })
      const found = await links.findLinks(ref)
      expect(found.map(({ provider }) => provider).toSorted()).toEqual(
        ['notchpay', 'wooshpay', null].toSorted(),
      )
      expect(found.find(({ provider }) => provider === null)).toMatchObject({
        ref,
        state: 'closed',
        revision: 1,
      })
    })

    it('keeps the links of live and test mode apart', async () => {
      const links = await create()
      await links.saveLink({
        ...newLink(ref, 'notchpay', 'live'),
        providerCustomerId: customerId,
      })
      await links.saveLink(newLink(ref, 'notchpay', 'test'))
      const found = await links.findLinks(ref)
      expect(found.find(({ mode }) => mode === 'test')?.providerCustomerId).toBeNull()
      expect(found.find(({ mode }) => mode === 'live')?.providerCustomerId).toBe(customerId)
    })

    it('allows only one of two concurrent writers to create a link', async () => {
      const links = await create()
      const saved = await Promise.all([
        links.saveLink(newLink(ref, 'notchpay', 'test')),
        links.saveLink(newLink(ref, 'notchpay', 'test')),
      ])
      expect(saved.filter((link) => link !== null)).toHaveLength(1)
    })

    it('does not overwrite a link that changed since it was read', async () => {
      const links = await create()
      const first = await links.saveLink(newLink(ref, 'notchpay', 'test'))
      if (!first) throw new Error('the first save must succeed')
      expect(await links.saveLink({ ...first, fingerprint: 'newer' })).toMatchObject({ revision: 2 })
      expect(await links.saveLink({ ...first, fingerprint: 'older' })).toBeNull()
      expect((await links.findLinks(ref))[0]?.fingerprint).toBe('newer')
    })

    it('finds links by the provider’s customer id, in that mode only', async () => {
      const links = await create()
      await links.saveLink({
        ...newLink(ref, 'notchpay', 'test'),
        providerCustomerId: customerId,
      })
      await links.saveLink({
        ...newLink({ ...ref, recordId: '502' }, 'notchpay', 'test'),
        providerCustomerId: 'cus_2' as ProviderCustomerId,
      })
      const found = await links.findByProviderCustomer('notchpay', 'test', customerId)
      expect(found.map((link) => link.ref.recordId)).toEqual(['501'])
      expect(await links.findByProviderCustomer('notchpay', 'live', customerId)).toEqual([])
      expect(await links.findByProviderCustomer('wooshpay', 'test', customerId)).toEqual([])
    })

    const other = { ...ref, recordId: '502' }
    const place = { provider: 'notchpay', mode: 'test', id: customerId } as const

    it('reserves a provider customer for only one of two records', async () => {
      const links = await create()
      expect(await links.findReservation(place)).toBeNull()
      const had = await Promise.all([ref, other].map((record) => links.reserveCustomer(place, record, null)))
      expect(had.filter(Boolean)).toHaveLength(1)
      expect(await links.findReservation(place)).toEqual(had[0] ? ref : other)
    })

    it('transfers a reservation only from its owner', async () => {
      const links = await create()
      await links.reserveCustomer(place, ref, null)
      expect(await links.reserveCustomer(place, other, { ...ref, recordId: '503' })).toBe(false)
      expect(await links.reserveCustomer(place, other, ref)).toBe(true)
      expect(await links.findReservation(place)).toEqual(other)
      expect(await links.findReservation({ ...place, mode: 'live' })).toBeNull()
    })

    it('does not treat a reservation as a link', async () => {
      const links = await create()
      await links.reserveCustomer(place, ref, null)
      expect(await links.findLinks(ref)).toEqual([])
      expect(await links.findByProviderCustomer('notchpay', 'test', customerId)).toEqual([])
    })

    it('accepts ids with any characters', async () => {
      const links = await create()
      const odd: RecordRef = {
        ...ref,
        account: 'a/b#c',
        recordId: 'ünïcode /#?% id',
      }
      await links.saveLink(newLink(odd, 'notchpay', 'test'))
      expect((await links.findLinks(odd))[0]?.ref).toEqual(odd)
      expect(
        await links.findLinks({
          ...odd,
          account: 'a',
          recordId: 'b#c/ünïcode /#?% id',
        }),
      ).toEqual([])
    })
  })
}
