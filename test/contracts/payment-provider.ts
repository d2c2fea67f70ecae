import { Rejected, RetryLater } from '../../lib/core/model/errors.ts'
import type { ProviderCustomerId } from '../../lib/core/model/provider.ts'
import type { Payload, PaymentProvider } from '../../lib/core/ports/payment-provider.ts'
import { aClaim, aCustomer, aRef, clearNothing } from '../providers/a-customer.ts'

/** A provider, and controls for the other side. */
export type ProviderUnderTest = {
  readonly provider: PaymentProvider
  /** The customers that the other side holds. */
  held(): readonly unknown[]
  /** How many calls reached the other side. */
  calls(): number
  /** The next call is carried out, but its response is lost. */
  loseNextAnswer(): void
  /** Every call from now on fails without being carried out. */
  breakDown(): void
  stop(): Promise<void>
}

/** The contract of every provider. */
export function paymentProviderContract(name: string, start: () => Promise<ProviderUnderTest>): void {
  describe(`${name} as a payment provider`, () => {
    let subject: ProviderUnderTest
    let provider: PaymentProvider
    beforeEach(async () => {
      subject = await start()
      provider = subject.provider
    })
    afterEach(() => subject.stop())

    const map = (different = {}) => provider.toPayload(aCustomer(different), aRef(), clearNothing)
    const unknownId = 'cus_0000000000' as ProviderCustomerId

    /** Creates as the core does: a create that is not complete is followed by the update. */
    const createWhole = async (payload: Payload = map()): Promise<ProviderCustomerId> => {
      const { id, complete } = await provider.createCustomer(aClaim(), payload)
      if (!complete) await provider.updateCustomer(id, payload)
      return id
    }

    it('maps the same customer to equal bodies, without modifying it', () => {
      const customer = Object.freeze(aCustomer())
      expect(provider.toPayload(customer, aRef(), clearNothing)).toStrictEqual(map())
    })

    it('creates one customer that can be retrieved, with all fields of the body', async () => {
      const id = await createWhole()
      expect(subject.held()).toEqual([expect.objectContaining({ id, ...map() })])
      expect(await provider.retrieveCustomer(id)).toMatchObject({ id, ...map() })
    })

    it('identifies the owner in the metadata from the first call on', async () => {
      await provider.createCustomer(aClaim(), map())
      expect(subject.held()).toEqual([
        expect.objectContaining({
          metadata: expect.objectContaining({
            crm_source: 'hubspot',
            crm_account: '4711',
            crm_record: 'contact:901',
          }),
        }),
      ])
    })

    it('updates, and a second identical update changes nothing', async () => {
      const id = await createWhole()
      const payload = map({ name: { full: 'Aïssatou Nkemelu' }, phone: '+2348031234567' })
      expect(await provider.updateCustomer(id, payload)).toBe('updated')
      expect(await provider.updateCustomer(id, payload)).toBe('updated')
      expect(subject.held()).toEqual([expect.objectContaining({ id, ...payload })])
    })

    it('reports a missing customer as not found', async () => {
      expect(await provider.updateCustomer(unknownId, map())).toBe('not-found')
      expect(await provider.retrieveCustomer(unknownId)).toBeNull()
      expect(subject.held()).toEqual([])
    })

    it.each(['', ' ', '.', '..', '\ud800'])('rejects the id %p before it sends a request', async (text) => {
      const id = text as ProviderCustomerId
      await expect(provider.updateCustomer(id, map())).rejects.toThrow(Rejected)
      await expect(provider.retrieveCustomer(id)).rejects.toThrow(Rejected)
      await expect(provider.eraseCustomer(id, aRef())).rejects.toThrow(Rejected)
      expect(subject.calls()).toBe(0)
    })

    it('never leaves the customers path, whatever the id', async () => {
      const id = '../customers?x=1#/%2e' as ProviderCustomerId
      expect(await provider.updateCustomer(id, map())).toBe('not-found')
      expect(subject.held()).toEqual([])
    })

    it('settles a create whose response was lost without a second customer', async () => {
      subject.loseNextAnswer()
      const lost = provider.createCustomer(aClaim(), map())
      await expect(lost).rejects.toThrow(expect.objectContaining({ name: 'RetryLater', ambiguous: true }))
      const changed = map({ name: { full: 'Aïssatou Nkemelu' } })
      const isSearched = provider.abilities.lostCreates.some(({ by }) => by === 'search')
      const id = isSearched
        ? (await provider.findCustomers(aCustomer(), aRef()))[0]?.id
        : (await provider.createCustomer(aClaim(), changed)).id
      expect(subject.held()).toEqual([expect.objectContaining({ id })])
    })

    it('does not mistake an outage for an answer', async () => {
      const id = await createWhole()
      subject.breakDown()
      await expect(provider.createCustomer(aClaim(), map())).rejects.toThrow(RetryLater)
      await expect(provider.updateCustomer(id, map())).rejects.toThrow(RetryLater)
      await expect(provider.retrieveCustomer(id)).rejects.toThrow(RetryLater)
      await expect(provider.eraseCustomer(id, aRef())).rejects.toThrow(RetryLater)
      if (provider.abilities.search) {
        await expect(provider.findCustomers(aCustomer(), aRef())).rejects.toThrow(RetryLater)
      }
    })

    it('erases all personal data, and a second erasure changes nothing', async () => {
      const id = await createWhole()
      await provider.eraseCustomer(id, aRef())
      const once = structuredClone(subject.held())
      await provider.eraseCustomer(id, aRef())
      expect(subject.held()).toEqual(once)
      expect(JSON.stringify(once)).not.toMatch(/Mbarga|aissatou|699001122|Joie|Nguyễn|gold/i)
      expect(once).toHaveLength(provider.abilities.delete ? 0 : 1)
    })

    it('accepts the erasure of a missing customer', async () => {
      await expect(provider.eraseCustomer(unknownId, aRef())).resolves.toBe('done')
    })

    it('blocks and unblocks, or reports that it cannot', async () => {
      const id = await createWhole()
      if (!provider.abilities.block) {
        for (const attempt of [provider.blockCustomer(id), provider.unblockCustomer(id)]) {
          await expect(attempt).rejects.toThrow(expect.objectContaining({ code: 'NOT_SUPPORTED' }))
        }
        return
      }
      await provider.blockCustomer(id)
      expect(subject.held()).toEqual([expect.objectContaining({ id, blocked: true })])
      await provider.unblockCustomer(id)
      expect(subject.held()).toEqual([expect.objectContaining({ id, blocked: false })])
    })
  })
}
