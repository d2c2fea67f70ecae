import type { RecordRef } from '../../../lib/core/model/change.ts'
import { isBareLine, type Link, newLink } from '../../../lib/core/model/link.ts'
import type { ProviderCustomerId } from '../../../lib/core/model/provider.ts'
import { attachCustomer } from '../../../lib/core/repairing/attach-customer.ts'
import { changedByHand } from '../../../lib/core/repairing/changed-by-hand.ts'
import { forgetLinks, type RepairableLinks } from '../../../lib/core/repairing/forget-links.ts'
import { aHistoryEntry } from '../../fakes/history.ts'
import { fakeLinks } from '../../fakes/links.ts'
import { fakeNotchPay } from '../../fakes/provider.ts'
import { aChange, aWorld, crmTime, ref as worldRef } from '../../fakes/world.ts'

const ref: RecordRef = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501' }
const now = new Date('2026-03-01T08:00:00.000Z')
const id = (text: string) => text as ProviderCustomerId
const claim = (leaseUntil: string) => ({
  idempotencyKey: 'key',
  claimedAt: '2026-03-01T07:59:00.000Z',
  leaseUntil,
  sealedTerms: [],
})
const provider = fakeNotchPay()
const wanted = { ref, provider, providerCustomerId: id('cus_1') }

function aTable() {
  const fake = fakeLinks()
  const links: RepairableLinks = {
    ...fake,
    deleteLink: async (link) => {
      const key = [...fake.items].find(
        ([, it]) => it.ref === link.ref && it.provider === link.provider && it.mode === link.mode,
      )?.[0]
      const stored = key === undefined ? undefined : fake.items.get(key)
      return key !== undefined && stored?.revision === link.revision && fake.items.delete(key)
    },
  }
  const save = (changes: Partial<Link> = {}) =>
    links.saveLink({ ...newLink(changes.ref ?? ref, 'notchpay', 'test'), ...changes })
  return { links, save }
}

const policies = { onDelete: 'keep', clear: [], firstSight: 'create', unreadablePhone: 'keep' } as const

describe('attachCustomer', () => {
  beforeEach(() => {
    provider.customers.clear()
    provider.customers.set(id('cus_1'), { email: 'amina@example.cm' })
  })

  it('rejects a customer that the provider does not know, even with force', async () => {
    const { links } = aTable()
    const typo = { ...wanted, providerCustomerId: id('cus_l') }
    for (const force of [false, true]) {
      await expect(attachCustomer(typo, links, { now, force })).rejects.toMatchObject({
        code: 'CUSTOMER_UNKNOWN',
      })
    }
    expect(await links.findLinks(ref)).toEqual([])
    expect(await links.findReservation({ provider: 'notchpay', mode: 'test', id: id('cus_l') })).toBeNull()
  })

  it('rejects a customer whose metadata names another record, except with force', async () => {
    const { links } = aTable()
    provider.customers.set(id('cus_1'), { metadata: { crm: 'hubspot/33/contact/777' } })
    await expect(attachCustomer(wanted, links, { now })).rejects.toMatchObject({
      code: 'CUSTOMER_OF_ANOTHER',
    })
    await expect(attachCustomer(wanted, links, { now, force: true })).resolves.toMatchObject({
      link: { ref },
    })
  })

  it('accepts a customer whose metadata names a record that was merged into this one', async () => {
    const { links, save } = aTable()
    provider.customers.set(id('cus_1'), { metadata: { crm: 'hubspot/33/contact/777' } })
    await save({ state: 'undecided', absorbed: ['777'] })
    await expect(attachCustomer(wanted, links, { now })).resolves.toMatchObject({ leftBehind: null })
  })

  it('rejects a linked record, except with force, and then reports the customer it leaves behind', async () => {
    const { links, save } = aTable()
    await save({ state: 'linked', providerCustomerId: id('cus_0') })
    await expect(attachCustomer(wanted, links, { now })).rejects.toMatchObject({ code: 'LINK_IN_USE' })
    await expect(attachCustomer(wanted, links, { now, force: true })).resolves.toMatchObject({
      link: { providerCustomerId: 'cus_1' },
      leftBehind: 'cus_0',
    })
  })

  it('repeated, only causes everything to be sent again', async () => {
    const { links } = aTable()
    await attachCustomer(wanted, links, { now })
    await expect(attachCustomer(wanted, links, { now })).resolves.toMatchObject({ leftBehind: null })
  })

  it('creates a link for a record that has none', async () => {
    const { links } = aTable()
    const { link } = await attachCustomer(wanted, links, { now })
    expect(link).toMatchObject({
      state: 'linked',
      providerCustomerId: 'cus_1',
      lastOutcome: 'adopted',
      revision: 1,
    })
  })

  it('ends an unfinished create whose lease has expired, and causes everything to be sent again', async () => {
    const { links, save } = aTable()
    await save({ claim: claim('2026-03-01T07:59:30.000Z'), fingerprint: 'old' })
    const { link } = await attachCustomer(wanted, links, { now })
    expect(link).toMatchObject({ state: 'linked', claim: null, fingerprint: null })
  })

  it('does not touch a create in progress, except with force', async () => {
    const { links, save } = aTable()
    await save({ claim: claim('2026-03-01T08:00:30.000Z') })
    await expect(attachCustomer(wanted, links, { now })).rejects.toMatchObject({ code: 'LINK_CLAIMED' })
    await expect(attachCustomer(wanted, links, { now, force: true })).resolves.toMatchObject({
      link: { claim: null },
    })
  })

  it('rejects a customer that belongs to another record, except with force', async () => {
    const { links, save } = aTable()
    await save({ ref: { ...ref, recordId: '502' }, providerCustomerId: id('cus_1'), state: 'linked' })
    await expect(attachCustomer(wanted, links, { now })).rejects.toMatchObject({ code: 'CUSTOMER_TAKEN' })
    await expect(attachCustomer(wanted, links, { now, force: true })).resolves.toMatchObject({
      link: { ref },
    })
  })

  it('rejects a customer that another record was given just now and that the index does not show yet', async () => {
    const { links } = aTable()
    const other = { ...ref, recordId: '502' }
    await attachCustomer({ ...wanted, ref: other }, links, { now })
    const lagging = { ...links, findByProviderCustomer: async () => [] }
    await expect(attachCustomer(wanted, lagging, { now })).rejects.toMatchObject({ code: 'CUSTOMER_TAKEN' })
  })

  it('takes over the customer of a record that was merged into this one', async () => {
    const { links, save } = aTable()
    const loser = { ...ref, recordId: '502' }
    await save({ ref: loser, providerCustomerId: id('cus_1'), state: 'merged', mergedInto: '501' })
    await expect(attachCustomer(wanted, links, { now })).resolves.toMatchObject({
      link: { providerCustomerId: 'cus_1' },
    })
  })

  it.each([
    [{ state: 'erased' }, 'LINK_ERASED'],
    [{ state: 'merged', mergedInto: '777' }, 'LINK_MERGED'],
  ] as const)('never revives a tombstone %j, even with force', async (tombstone, code) => {
    const { links, save } = aTable()
    await save({ provider: null, ...tombstone })
    await expect(attachCustomer(wanted, links, { now, force: true })).rejects.toMatchObject({ code })
  })

  it('reports when the link was changed concurrently', async () => {
    const { links } = aTable()
    const beaten = { ...links, saveLink: async () => null }
    await expect(attachCustomer(wanted, beaten, { now })).rejects.toMatchObject({ code: 'LINK_CONFLICT' })
  })
})

describe('forgetLinks', () => {
  it('rejects a link that is in use, except with force', async () => {
    const { links, save } = aTable()
    await save({ state: 'linked', providerCustomerId: id('cus_1') })
    await expect(forgetLinks(ref, links, { now })).rejects.toMatchObject({
      code: 'LINK_IN_USE',
      message: expect.stringContaining('cus_1'),
    })
    await expect(forgetLinks(ref, links, { now, force: true })).resolves.toHaveLength(1)
  })

  it('forgets the link of one mode only', async () => {
    const { links, save } = aTable()
    await save({ state: 'undecided' })
    await save({ state: 'undecided', mode: 'live' })
    await save({ provider: null })
    const forgotten = await forgetLinks(ref, links, { now, mode: 'live' })
    expect(forgotten.map(({ mode }) => mode)).toEqual(['live'])
    expect(await links.findLinks(ref)).toHaveLength(2)
  })

  it('removes all links of the record, and reports which', async () => {
    const { links, save } = aTable()
    await save({ state: 'undecided' })
    await save({ provider: 'wooshpay', state: 'undecided' })
    const forgotten = await forgetLinks(ref, links, { now })
    expect(forgotten.map(({ provider }) => provider)).toEqual(['notchpay', 'wooshpay'])
    expect((await links.findLinks(ref)).filter((link) => !isBareLine(link))).toEqual([])
    expect(await forgetLinks(ref, links, { now })).toEqual([])
  })

  it('keeps the line of a record that the CRM deleted, which only force removes', async () => {
    const { links, save } = aTable()
    const crmVersion = '2026-02-01T00:00:00.000Z'
    await save({ state: 'closed', crmVersion })
    await expect(forgetLinks(ref, links, { now })).resolves.toMatchObject([{ provider: 'notchpay' }])
    expect(await links.findLinks(ref)).toMatchObject([{ provider: null, state: 'closed', crmVersion }])
    await expect(forgetLinks(ref, links, { now })).rejects.toMatchObject({ code: 'LINK_TOMBSTONE' })
    await forgetLinks(ref, links, { now, force: true })
    expect((await links.findLinks(ref)).filter((link) => !isBareLine(link))).toEqual([])
  })

  it('keeps the history of what it removes in the line of the record', async () => {
    const { links, save } = aTable()
    const history = [aHistoryEntry({ event: 'created', eventId: 'e1' })]
    await save({ state: 'undecided', history })
    await forgetLinks(ref, links, { now })
    const [line] = await links.findLinks(ref)
    expect(line?.history.map(({ event, eventId }) => [event, eventId])).toEqual([
      ['created', 'e1'],
      ['forgotten', null],
    ])
  })

  it('also keeps that line when a single provider is forgotten with force', async () => {
    const { links, save } = aTable()
    await save({ state: 'closed', lastOutcome: 'closed' })
    await forgetLinks(ref, links, { provider: 'notchpay', mode: 'test', now, force: true })
    expect(await links.findLinks(ref)).toMatchObject([
      { provider: null, state: 'closed', lastOutcome: 'closed' },
    ])
  })

  it('does not treat an unreadable record as deleted', async () => {
    const { links, save } = aTable()
    await save({ state: 'closed', lastOutcome: null })
    await forgetLinks(ref, links, { now })
    expect(await links.findLinks(ref)).toMatchObject([{ provider: null, state: 'closed', lastOutcome: null }])
  })

  it('removes nothing when one of the links must stay', async () => {
    const { links, save } = aTable()
    await save({ state: 'linked' })
    await save({ provider: 'wooshpay', state: 'erased' })
    await expect(forgetLinks(ref, links, { now })).rejects.toMatchObject({ code: 'LINK_TOMBSTONE' })
    expect(await links.findLinks(ref)).toHaveLength(2)
  })

  it('waits for a create in progress', async () => {
    const { links, save } = aTable()
    await save({ claim: claim('2026-03-01T08:00:30.000Z') })
    await expect(forgetLinks(ref, links, { now })).rejects.toMatchObject({ code: 'LINK_CLAIMED' })
    await expect(forgetLinks(ref, links, { now, force: true })).resolves.toHaveLength(1)
  })

  it('does not forget a link that was just changed concurrently', async () => {
    const { links, save } = aTable()
    await save({ state: 'linked' })
    const beaten = { ...links, deleteLink: async () => false }
    await expect(forgetLinks(ref, beaten, { now })).rejects.toMatchObject({ code: 'LINK_CONFLICT' })
  })
})

describe('the change that follows an attachment', () => {
  const clock = { now: () => now }
  const link = newLink(ref, 'notchpay', 'test')
  const crmVersion = '2026-02-01T00:00:00.000Z'
  const change = { ...ref, v: 1, eventId: 'by-hand:a1', receivedAt: now.toISOString() }

  it('is a pointer, with a unique id, where the CRM can be asked', () => {
    expect(changedByHand(link, 'a1', true, clock)).toEqual({ ...change, kind: 'changed' })
  })

  it('is the known deletion where the CRM cannot be asked', () => {
    expect(changedByHand({ ...link, state: 'closed', crmVersion }, 'a1', false, clock)).toEqual({
      ...change,
      kind: 'deleted',
      occurredAt: crmVersion,
    })
    expect(changedByHand(link, 'a1', false, clock)).toBeNull()
  })

  it('applies the deletion policy to a customer attached after the deletion', async () => {
    const world = aWorld({ canFetch: false, policies: { ...policies, onDelete: 'block' } })
    const deleted = { kind: 'deleted', occurredAt: crmTime(1) } as const
    await world.sync(aChange(deleted))
    world.notchpay.customers.set(id('cus_1'), { email: 'amina@example.cm' })
    const attached = { ...wanted, ref: worldRef, provider: world.notchpay }
    const { link } = await attachCustomer(attached, world.links, { now })
    expect(link).toMatchObject({ state: 'closed', providerCustomerId: 'cus_1', crmVersion: crmTime(1) })
    await world.sync(changedByHand(link, 'a1', false, world.deps.clock) ?? aChange())
    expect(world.notchpay.blocked).toContain('cus_1')
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', lastOutcome: 'closed' })
  })
})
