import type { ProviderCustomerId } from '../../../lib/core/model/provider.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const loser = { ...ref, recordId: '400' }
const abroad = { country: 'IN' }

/** Both records have their own customers; then 400 is merged into 501. */
async function mergedWorld(changes: Parameters<typeof aWorld>[0] = {}, survivorHadOne = false) {
  const world = aWorld(changes)
  if (survivorHadOne) {
    world.source.put(ref, aCustomer({ email: 'survivor@example.cm' }), crmTime(0))
    await world.sync(aChange())
  }
  world.source.put(loser, aCustomer({ email: 'loser@example.cm' }), crmTime(0))
  await world.sync(aChange({ recordId: '400' }))
  world.source.put(ref, aCustomer({ email: 'survivor@example.cm' }), crmTime(1))
  await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
  return world
}

describe('the erasure of a record that was merged away', () => {
  it('keeps the customer that the survivor took over', async () => {
    const world = await mergedWorld()
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'survivor@example.cm' }])
    await world.sync(aChange({ recordId: '400', kind: 'erased' }))
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'survivor@example.cm' }])
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', providerCustomerId: 'notchpay_1' })
    expect(world.link('notchpay', '400')).toMatchObject({ state: 'erased', providerCustomerId: null })
  })

  it('removes the customer that only the merged record had', async () => {
    const world = await mergedWorld({}, true)
    expect(world.notchpay.customers.size).toBe(2)
    await world.sync(aChange({ recordId: '400', kind: 'erased' }))
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'survivor@example.cm' }])
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', providerCustomerId: 'notchpay_1' })
  })

  it('makes the survivor send its data again, which replaces the rest of the merged record’s data', async () => {
    const world = await mergedWorld()
    world.notchpay.calls.length = 0
    await world.sync(aChange({ recordId: '400', kind: 'erased' }))
    expect(world.notchpay.calls).toEqual([])
    expect(world.sent).toMatchObject([{ recordId: '501', kind: 'changed' }])
    expect(world.link('notchpay')?.fingerprint).toBeNull()
    for (const change of world.sent) await world.sync(change)
    expect(world.notchpay.calls).toEqual(['update'])
  })

  it('removes data that the survivor’s data cannot replace, because the provider does not accept that data', async () => {
    const world = await mergedWorld()
    world.source.put(ref, aCustomer({ email: null, phone: null }), crmTime(3))
    await world.sync(aChange({ recordId: '400', kind: 'erased' }))
    expect(world.notchpay.customers.size).toBe(1)
    for (const change of world.sent) await world.sync(change)
    expect(world.notchpay.customers.size).toBe(0)
    expect(world.parked).toMatchObject([{ failure: { code: 'CONTACT_MISSING' } }])
  })

  it('removes data that a survivor took over when it was deleted before it sent anything', async () => {
    const world = aWorld({ canFetch: false })
    const whole = (recordId: string, minutes: number) =>
      aChange({
        recordId,
        occurredAt: crmTime(minutes),
        snapshot: { customer: aCustomer(), version: crmTime(minutes) },
      })
    await world.sync(whole('400', 0))
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(2) }))
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'], occurredAt: crmTime(1) }))
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', providerCustomerId: 'notchpay_1' })
    await world.sync(aChange({ recordId: '400', kind: 'erased' }))
    expect(world.notchpay.customers.size).toBe(0)
  })

  it('is completed when the survivor is deleted before it sent anything', async () => {
    const world = aWorld({ canFetch: false })
    const whole = (recordId: string, minutes: number) =>
      aChange({
        recordId,
        occurredAt: crmTime(minutes),
        snapshot: { customer: aCustomer(), version: crmTime(minutes) },
      })
    await world.sync(whole('400', 0))
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'], occurredAt: crmTime(1) }))
    await world.sync(aChange({ recordId: '400', kind: 'erased' }))
    expect(world.notchpay.customers.size).toBe(1)
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(2) }))
    expect(world.notchpay.customers.size).toBe(0)
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', lastOutcome: 'closed' })
  })

  it('repeated, and later events of the erased record, do not affect the survivor’s customer', async () => {
    const world = await mergedWorld()
    const erasure = aChange({ recordId: '400', kind: 'erased' })
    for (let times = 0; times < 3; times += 1) await world.sync(erasure)
    const late = aChange({ recordId: '400' })
    for (let times = 0; times < 2; times += 1) await world.sync(late)
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'survivor@example.cm' }])
    expect(world.notchpay.calls).not.toContain('erase')
  })

  it('continued after a partial failure leaves the survivor its customer', async () => {
    const world = aWorld()
    world.source.put({ ...ref, recordId: '300' }, aCustomer({ address: abroad }), crmTime(0))
    world.source.put(loser, aCustomer(), crmTime(0))
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange({ recordId: '300' }))
    await world.sync(aChange({ recordId: '400', kind: 'merged', mergedIds: ['300'] }))
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
    const links = await world.links.findLinks({ ...ref, recordId: '400' })
    for (const link of links) if (link.provider) await world.links.saveLink({ ...link, state: 'erased' })
    await world.sync(aChange({ recordId: '400', kind: 'erased' }))
    expect(world.wooshpay.calls).not.toContain('erase')
    expect(world.link('wooshpay', '300')).toMatchObject({ state: 'erased', providerCustomerId: null })
    expect(world.link('wooshpay')).toMatchObject({ state: 'linked', providerCustomerId: 'wooshpay_1' })
  })

  it('that interrupts a merge, and is repeated by a retry, leaves the survivor its customer', async () => {
    const world = aWorld()
    const inIndia = aCustomer({ email: 'survivor@example.in', address: abroad })
    world.source.put(loser, inIndia, crmTime(0))
    await world.sync(aChange({ recordId: '400' }))
    world.source.put(ref, inIndia, crmTime(1))
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
    const merged = world.link('wooshpay', '400')
    // Erased by an attempt that had read the record before the merge.
    if (merged) await world.links.saveLink({ ...merged, state: 'erased', lastOutcome: 'erased' })
    const late = aChange({ recordId: '400' })
    for (let times = 0; times < 2; times += 1) await world.sync(late)
    expect(world.wooshpay.calls).not.toContain('erase')
    expect(world.link('wooshpay')).toMatchObject({ state: 'linked', fingerprint: null })
    expect(world.sent).toMatchObject([{ recordId: '501', kind: 'changed' }])
  })

  it('whose customer goes to the survivor at the same moment is not recorded as complete', async () => {
    const world = aWorld()
    world.source.put(loser, aCustomer({ email: 'loser@example.cm' }), crmTime(0))
    await world.sync(aChange({ recordId: '400' }))
    world.source.put(ref, aCustomer({ email: 'survivor@example.cm' }), crmTime(1))
    const { eraseCustomer } = world.notchpay
    world.notchpay.eraseCustomer = async (...args) => {
      world.notchpay.eraseCustomer = eraseCustomer
      await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
      return eraseCustomer(...args)
    }
    const erasure = aChange({ recordId: '400', kind: 'erased' })
    while ((await world.sync(erasure)).length > 0) world.advance(5)
    await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
    await world.sync(aChange())
    expect(world.link('notchpay')?.state).toBe('linked')
    const held = world.notchpay.customers.get(world.link('notchpay')?.providerCustomerId as never)
    expect(held).toMatchObject({ email: 'survivor@example.cm' })
  })
})

describe('the reads of the table', () => {
  it('of an erasure are one for the record, and one for other records with its customer', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange())
    world.links.calls.reads = 0
    await world.sync(aChange({ kind: 'erased' }))
    expect(world.links.calls.reads).toBe(2)
  })

  it('of a repeated erasure with several links follow the merges of the record only once', async () => {
    const world = await mergedWorld({}, true)
    await world.sync(aChange({ recordId: '400', kind: 'erased' }))
    const own = world.link('notchpay', '400')
    if (!own) throw new Error('the tombstone is missing')
    await world.links.saveLink({
      ...own,
      provider: 'wooshpay',
      revision: world.link('wooshpay', '400')?.revision ?? 0,
    })
    const late = aChange({ recordId: '400' })
    const { findLinks } = world.links
    // The first attempt is interrupted.
    world.links.findLinks = () => Promise.reject(new Error('the table did not answer'))
    await world.sync(late)
    world.links.findLinks = findLinks
    const read: string[] = []
    world.links.findLinks = (asked) => {
      read.push(asked.recordId)
      return findLinks(asked)
    }
    await world.sync(late)
    expect(read.slice(0, 2)).toEqual(['400', '501'])
    expect(read.filter((recordId) => recordId === '400')).toHaveLength(1)
  })
})

describe('the reads of an update', () => {
  it('do not include the records merged into it, while its customers can be reached', async () => {
    const world = await mergedWorld()
    await world.sync(aChange({ recordId: '400', kind: 'erased' }))
    expect(world.link('notchpay')).toMatchObject({ absorbed: ['400'], fingerprint: null })
    world.links.calls.reads = 0
    for (const change of world.sent) await world.sync(change)
    expect(world.notchpay.calls.at(-1)).toBe('update')
    expect(world.links.calls.reads).toBe(1)
  })
})

describe('an erasure with a customer in the other mode', () => {
  async function switchedWorld() {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange())
    const live = { ...world.notchpay, mode: 'live' as const }
    const deps = {
      ...world.deps,
      provider: async (name: string) => (name === 'notchpay' ? live : world.wooshpay),
    }
    const switched = aWorld({ links: world.links, provider: deps.provider as never })
    return { world, switched }
  }

  it('is reported as incomplete, and nothing is changed there', async () => {
    const { world, switched } = await switchedWorld()
    expect(await switched.sync(aChange({ kind: 'erased' }))).toEqual([])
    expect(switched.parked).toMatchObject([
      { change: { kind: 'erased' }, failure: { code: 'OTHER_MODE', retryable: false } },
    ])
    expect(switched.parked[0]?.failure.reason).toContain('notchpay_1')
    expect(world.notchpay.customers.size).toBe(1)
    expect(world.link(null)?.state).toBe('erased')
    expect(world.link('notchpay')?.state).not.toBe('erased')
  })

  it('still erases everything in its own mode', async () => {
    const { world, switched } = await switchedWorld()
    switched.source.put(ref, aCustomer({ address: abroad }), crmTime(1))
    await switched.sync(aChange())
    await switched.sync(aChange({ kind: 'erased' }))
    expect(switched.parked).toMatchObject([{ failure: { code: 'OTHER_MODE' } }])
    expect([...world.wooshpay.customers.values()]).toEqual([
      { metadata: { crm: 'hubspot/33/contact/501', erased: 'true' } },
    ])
  })

  it('is completed once the key of that mode is back and the change is redriven', async () => {
    const { world, switched } = await switchedWorld()
    await switched.sync(aChange({ kind: 'erased' }))
    for (const { change } of switched.parked) await world.sync({ ...change, round: 1 })
    expect(world.notchpay.customers.size).toBe(0)
    expect(world.link('notchpay')?.state).toBe('erased')
  })

  it('is also incomplete when a survivor, which cannot be written to, has taken that customer over', async () => {
    const { world, switched } = await switchedWorld()
    const survivor = { ...ref, recordId: '900' }
    switched.source.put(survivor, aCustomer({ email: 'survivor@example.cm' }), crmTime(1))
    await switched.sync(aChange({ ...survivor, kind: 'merged', mergedIds: ['501'], occurredAt: crmTime(1) }))
    await switched.sync(aChange({ kind: 'erased' }))
    expect(switched.parked).toMatchObject([{ change: { recordId: '501' }, failure: { code: 'OTHER_MODE' } }])
    const [taken] = world.notchpay.customers.values()
    expect(taken).toMatchObject({ email: 'amina@example.cm' })
    expect(world.link('notchpay', '501')?.state).toBe('merged')
  })

  it('is also reported when the mode changes before the survivor has replaced the data', async () => {
    const world = await mergedWorld()
    await world.sync(aChange({ recordId: '400', kind: 'erased' }))
    const live = { ...world.notchpay, mode: 'live' as const }
    const provider = async (name: string) => (name === 'notchpay' ? live : world.wooshpay)
    const switched = aWorld({ links: world.links, provider: provider as never })
    switched.source.put(ref, aCustomer({ email: 'survivor@example.cm' }), crmTime(1))
    for (const change of world.sent) await switched.sync(change)
    expect(switched.parked).toMatchObject([{ failure: { code: 'OTHER_MODE', retryable: false } }])
    expect(switched.parked[0]?.failure.reason).toContain('notchpay_1')
  })

  it('is also reported for a deletion that the policy would apply there', async () => {
    const { switched } = await switchedWorld()
    const policies = { onDelete: 'delete', clear: [], firstSight: 'create', unreadablePhone: 'keep' } as const
    const world = aWorld({ links: switched.deps.links, provider: switched.deps.provider, policies })
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(5) }))
    expect(world.parked).toMatchObject([{ failure: { code: 'OTHER_MODE' } }])
  })
})

describe('a deletion with the policy "delete"', () => {
  it('removes the fingerprint: a restored record is created again', async () => {
    const policies = { onDelete: 'delete', clear: [], firstSight: 'create', unreadablePhone: 'keep' } as const
    const world = aWorld({ policies })
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange())
    world.source.records.clear()
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(1) }))
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', fingerprint: null })
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(2) }))
    expect(world.notchpay.customers.size).toBe(1)
  })
})

it('an erasure that the provider has only accepted is logged as pending', async () => {
  const world = aWorld()
  world.source.put(ref, aCustomer(), crmTime(0))
  await world.sync(aChange())
  world.notchpay.erasesLater = true
  await world.sync(aChange({ kind: 'erased' }))
  expect(world.link('notchpay')).toMatchObject({ state: 'erased', lastOutcome: 'erased' })
  expect(world.lines).toContainEqual(expect.stringMatching(/^customer data will be erased by the provider /))
})

it('a record that still has the customer of an erased one sends its data again, though no merge leads to it', async () => {
  const world = aWorld()
  world.source.put(loser, aCustomer({ email: 'loser@example.cm' }), crmTime(0))
  await world.sync(aChange({ recordId: '400' }))
  world.source.put(ref, aCustomer({ email: 'survivor@example.cm' }), crmTime(1))
  await world.sync(aChange({ kind: 'merged', mergedIds: ['400'] }))
  // As if the merge had been written down only where it was received.
  for (const link of [...world.links.items.values()]) {
    if (link.ref.recordId === '400')
      await world.links.saveLink({
        ...link,
        state: 'linked',
        mergedInto: null,
        providerCustomerId: 'notchpay_1' as ProviderCustomerId,
      })
  }
  world.notchpay.calls.length = 0
  await world.sync(aChange({ recordId: '400', kind: 'erased' }))
  expect(world.notchpay.calls).toContain('erase')
  expect(world.sent).toMatchObject([{ recordId: '501', kind: 'changed' }])
})
