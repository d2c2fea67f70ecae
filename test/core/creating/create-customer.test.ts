import { RetryLater, Undecided } from '../../../lib/core/model/errors.ts'
import { fakeRepeatableAndSearched } from '../../fakes/provider.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const lostAnswer = () => new RetryLater('TIMEOUT', 'no answer in time', { ambiguous: true })
const busy = (status: number) =>
  new RetryLater('PROVIDER_BUSY', 'later', { status, afterSeconds: 5, counts: false })
const abroad = () => aCustomer({ address: { country: 'IN' } })

describe('a create whose response was lost, at a provider with search', () => {
  async function worldWithLostCreate(committed: boolean) {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', lostAnswer(), committed)
    await world.sync(aChange())
    return world
  }

  it('is not repeated before it is settled, but searched for', async () => {
    const world = await worldWithLostCreate(false)
    const waits: unknown[] = []
    for (const seconds of [5, 15, 10]) {
      world.advance(seconds)
      waits.push(...(await world.sync(aChange())))
    }
    // Only the last search counts: while the create may be in flight, an empty one proves nothing.
    expect(waits).toMatchObject([{ afterSeconds: 15 }, { afterSeconds: 10 }, { afterSeconds: 15 }])
    world.advance(15)
    expect(await world.sync(aChange())).toEqual([])
    expect(world.notchpay.calls).toEqual(['create', 'find', 'find', 'find', 'find', 'create', 'update'])
  })

  it('is found within seconds and adopted', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', lostAnswer(), true)
    expect(await world.sync(aChange())).toEqual([{ messageId: 'm1', afterSeconds: 5 }])
    world.advance(5)
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual(['create', 'find', 'update'])
    expect(world.notchpay.customers.size).toBe(1)
    expect(world.link('notchpay')).toMatchObject({
      state: 'linked',
      lastOutcome: 'adopted',
    })
  })

  it('is found although e-mail and phone have both changed in the CRM since', async () => {
    const world = await worldWithLostCreate(true)
    world.source.put(ref, aCustomer({ email: 'amina.new@example.cm', phone: '+237677000055' }), crmTime(1))
    world.advance(31)
    await world.sync(aChange())
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina.new@example.cm' }])
    expect(world.link('notchpay')).toMatchObject({ lastOutcome: 'adopted' })
  })

  it('leaves no e-mail or phone in the link', async () => {
    const world = await worldWithLostCreate(true)
    const { claim } = world.link('notchpay') ?? {}
    expect(claim?.sealedTerms).toHaveLength(1)
    expect(JSON.stringify(claim)).not.toMatch(/amina|677000001/)
  })

  it('is searched for once more before another create, because searches lag', async () => {
    const world = await worldWithLostCreate(true)
    world.notchpay.searchLags = true
    world.advance(31)
    expect(await world.sync(aChange())).toEqual([{ messageId: 'm2', afterSeconds: 14 }])
    world.notchpay.searchLags = false
    world.advance(15)
    await world.sync(aChange())
    expect(world.notchpay.customers.size).toBe(1)
    expect(world.link('notchpay')).toMatchObject({ lastOutcome: 'adopted' })
  })

  it('is repeated once when no search finds it', async () => {
    const world = await worldWithLostCreate(false)
    world.advance(31)
    await world.sync(aChange())
    world.advance(15)
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual(['create', 'find', 'find', 'create', 'update'])
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('is searched for again as long when the response to the repeated create was lost too', async () => {
    const world = await worldWithLostCreate(false)
    world.advance(31)
    await world.sync(aChange())
    world.advance(15)
    world.notchpay.failNext('create', lostAnswer(), true)
    await world.sync(aChange())
    world.notchpay.searchLags = true
    world.advance(31)
    expect(await world.sync(aChange())).toEqual([{ messageId: 'm4', afterSeconds: 14 }])
    world.notchpay.searchLags = false
    world.advance(15)
    await world.sync(aChange())
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('does not count as "none" when searching fails', async () => {
    const world = await worldWithLostCreate(true)
    world.advance(31)
    world.notchpay.failNext('find', new RetryLater('OUTAGE', 'down', { counts: false }))
    expect(await world.sync(aChange())).toHaveLength(1)
    expect(world.notchpay.calls).toEqual(['create', 'find'])
  })

  it('is searched for again within seconds when the search fails: nothing is in flight then', async () => {
    const world = await worldWithLostCreate(true)
    world.advance(31)
    world.notchpay.failNext('find', new RetryLater('PROVIDER_UNAVAILABLE', '503', { counts: false }))
    const [postponed] = await world.sync(aChange())
    expect(postponed?.afterSeconds).toBeLessThanOrEqual(10)
    world.advance(postponed?.afterSeconds ?? 0)
    await world.sync(aChange())
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', lastOutcome: 'adopted' })
    expect(world.notchpay.calls).toEqual(['create', 'find', 'find', 'update'])
  })

  it.each([
    [500, 'and repeated after two empty searches', 15],
    [503, 'and repeated after two empty searches', 15],
    [408, 'and not repeated before it is settled, because the API may still be at it', 40],
    [502, 'and not repeated before it is settled, because a gateway may have given up on it', 40],
    [504, 'and not repeated before it is settled, because a gateway may have given up on it', 40],
  ])('after an answer of %d is searched for within seconds, %s', async (status, _, least) => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    const answer = new RetryLater('PROVIDER_UNAVAILABLE', 'no', { status, ambiguous: true, counts: false })
    world.notchpay.failNext('create', answer)
    const waits: number[] = []
    for (let tries = 0; tries < 9 && world.notchpay.customers.size === 0; tries += 1) {
      const [postponed] = await world.sync(aChange())
      waits.push(postponed?.afterSeconds ?? 0)
      world.advance(postponed?.afterSeconds ?? 0)
    }
    expect(waits[0]).toBeLessThanOrEqual(5)
    expect(waits.reduce((sum, it) => sum + it)).toBeGreaterThanOrEqual(least)
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('costs no write for a search that fails', async () => {
    const world = await worldWithLostCreate(true)
    world.advance(31)
    const { writes } = world.links.calls
    world.notchpay.failNext('find', new RetryLater('NETWORK', 'reset', { counts: false }))
    await world.sync(aChange())
    expect(world.links.calls.writes).toBe(writes)
  })

  it('may still appear in a search, and no customer of a payment is adopted in its place', async () => {
    const world = await worldWithLostCreate(true)
    world.notchpay.customers.set('paid_1' as never, { email: 'amina@example.cm' })
    const created = world.notchpay.customers.get('notchpay_1' as never)
    world.notchpay.customers.delete('notchpay_1' as never)
    world.advance(5)
    expect(await world.sync(aChange())).toHaveLength(1)
    world.advance(25)
    expect(await world.sync(aChange())).toHaveLength(1)
    world.notchpay.customers.set('notchpay_1' as never, created ?? {})
    world.advance(15)
    await world.sync(aChange())
    expect(world.link('notchpay')).toMatchObject({ providerCustomerId: 'notchpay_1', lastOutcome: 'adopted' })
  })

  it('becomes undecided, with the candidates, when several customers match', async () => {
    const world = await worldWithLostCreate(false)
    for (const id of ['other_1', 'other_2']) {
      world.notchpay.customers.set(id as never, { email: 'amina@example.cm' })
    }
    world.advance(31)
    expect(await world.sync(aChange())).toHaveLength(1)
    world.advance(15)
    expect(await world.sync(aChange())).toEqual([])
    expect(world.link('notchpay')).toMatchObject({
      state: 'undecided',
      candidates: ['other_1', 'other_2'],
    })
    expect(world.parked).toMatchObject([{ failure: { code: 'SEVERAL_MATCHES', retryable: false } }])
  })

  it('never adopts the customer of another record', async () => {
    const world = aWorld()
    const other = { ...ref, recordId: '502' }
    world.source.put(other, aCustomer(), crmTime(0))
    await world.sync(aChange({ recordId: '502' }))
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', lostAnswer())
    await world.sync(aChange())
    world.advance(31)
    await world.sync(aChange())
    world.advance(15)
    await world.sync(aChange())
    expect(world.notchpay.customers.size).toBe(2)
    expect(world.link('notchpay')?.providerCustomerId).not.toBe(
      world.link('notchpay', '502')?.providerCustomerId,
    )
  })

  it('is released when the response proves that nothing was created, and repeated without a search', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', new RetryLater('THROTTLED', 'slow down', { counts: false }))
    await world.sync(aChange())
    expect(world.link('notchpay')?.claim).toBeNull()
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual(['create', 'create'])
  })
})

describe('a create whose response was lost, at a provider with idempotency keys', () => {
  async function worldWithLostCreate() {
    const world = aWorld()
    world.source.put(ref, abroad(), crmTime(0))
    world.wooshpay.failNext('create', lostAnswer(), true)
    await world.sync(aChange())
    return world
  }

  it('is repeated with the same key, also when the customer has changed since', async () => {
    const world = await worldWithLostCreate()
    world.source.put(ref, { ...abroad(), phone: '+919876543210' }, crmTime(1))
    world.advance(31)
    await world.sync(aChange())
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ phone: '+919876543210' }])
    expect(world.link('wooshpay')).toMatchObject({
      state: 'linked',
      lastOutcome: 'created',
    })
  })

  it('keeps its id when the update that follows fails', async () => {
    const world = aWorld()
    world.source.put(ref, abroad(), crmTime(0))
    world.wooshpay.failNext('update', lostAnswer())
    await world.sync(aChange())
    expect(world.link('wooshpay')).toMatchObject({
      providerCustomerId: 'wooshpay_1',
      fingerprint: null,
    })
    world.advance(31)
    await world.sync(aChange())
    expect(world.wooshpay.calls).toEqual(['create', 'update', 'update'])
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ email: 'amina@example.cm' }])
  })

  it('stays claimed when its repetition is rejected, because that proves nothing about the first attempt', async () => {
    const world = await worldWithLostCreate()
    world.advance(31)
    world.wooshpay.failNext('create', new RetryLater('THROTTLED', 'slow down', { counts: false }))
    await world.sync(aChange())
    expect(world.link('wooshpay')?.claim).not.toBeNull()
    world.advance(31)
    await world.sync(aChange())
    expect(world.wooshpay.customers.size).toBe(1)
  })

  it.each([
    ['no answer', lostAnswer()],
    ['409, because the first request is in progress', busy(409)],
    ['429', busy(429)],
  ])('is repeated with the same key within seconds, also after %s', async (_, error) => {
    const world = await worldWithLostCreate()
    world.wooshpay.failNext('create', error)
    const [postponed] = await world.sync(aChange())
    expect(postponed?.afterSeconds).toBeLessThanOrEqual(20)
    expect(await world.sync(aChange())).toEqual([])
    expect(world.wooshpay.customers.size).toBe(1)
  })

  it('stays claimed when the provider reports that the key was used for another request', async () => {
    const world = aWorld()
    world.source.put(ref, abroad(), crmTime(0))
    world.wooshpay.failNext('create', new Undecided('IDEMPOTENCY_CONFLICT', 'this key made another customer'))
    await world.sync(aChange())
    expect(world.link('wooshpay')).toMatchObject({ state: 'undecided' })
    expect(world.link('wooshpay')?.claim).not.toBeNull()
  })

  it('needs manual handling once the key may have expired', async () => {
    const world = await worldWithLostCreate()
    world.advance(25 * 3600)
    expect(await world.sync(aChange())).toEqual([])
    expect(world.wooshpay.customers.size).toBe(1)
    expect(world.link('wooshpay')?.state).toBe('undecided')
    expect(world.parked).toMatchObject([{ failure: { code: 'KEY_EXPIRED' } }])
  })
})

describe('a customer that a payment created', () => {
  const policies = {
    onDelete: 'keep',
    clear: [],
    firstSight: 'adopt-or-create',
    unreadablePhone: 'keep',
  } as const

  it('is adopted on first sight where the policy says so', async () => {
    const world = aWorld({ policies })
    world.notchpay.customers.set('paid_1' as never, {
      email: 'amina@example.cm',
    })
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange())
    expect([...world.notchpay.customers.keys()]).toEqual(['paid_1'])
    expect(world.link('notchpay')).toMatchObject({
      providerCustomerId: 'paid_1',
      lastOutcome: 'adopted',
    })
  })

  it('is created at once when none exists', async () => {
    const world = aWorld({ policies })
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual(['find', 'create'])
  })
})

describe('a link that was forgotten', () => {
  it('leads to a new customer where creates use idempotency keys, although the old key is still known', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(0))
    await world.sync(aChange())
    world.links.items.clear()
    world.advance(1)
    await world.sync(aChange())
    expect(world.wooshpay.customers.size).toBe(2)
    expect(world.link('wooshpay')?.providerCustomerId).toBe('wooshpay_2')
  })
})

describe('a create whose response was lost, at a provider with idempotency keys and search', () => {
  const day = 24 * 3600
  async function worldWithLostCreate(committed: boolean) {
    const provider = fakeRepeatableAndSearched()
    const world = aWorld({ provider: async () => provider })
    world.source.put(ref, aCustomer(), crmTime(0))
    provider.failNext('create', lostAnswer(), committed)
    await world.sync(aChange())
    return { world, provider }
  }

  it('is repeated with its key while the key is valid', async () => {
    const { world, provider } = await worldWithLostCreate(true)
    world.advance(31)
    expect(await world.sync(aChange())).toEqual([])
    expect(provider.calls).toEqual(['create', 'create', 'update'])
    expect(provider.customers.size).toBe(1)
  })

  it('is searched for once its key has expired, and adopted', async () => {
    const { world, provider } = await worldWithLostCreate(true)
    world.advance(day + 60)
    provider.expireKeys()
    expect(await world.sync(aChange())).toEqual([])
    expect(provider.calls).toEqual(['create', 'find', 'update'])
    expect(provider.customers.size).toBe(1)
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', lastOutcome: 'adopted' })
  })

  it('is repeated when a search does not find it after the provider’s own lag', async () => {
    const { world, provider } = await worldWithLostCreate(false)
    world.advance(day - 60)
    provider.failNext('create', lostAnswer())
    await world.sync(aChange())
    provider.expireKeys()
    world.advance(59)
    provider.failNext('create', lostAnswer())
    await world.sync(aChange())
    world.advance(10)
    expect(await world.sync(aChange())).toEqual([{ messageId: 'm4', afterSeconds: 50 }])
    world.advance(50)
    expect(await world.sync(aChange())).toEqual([])
    expect(provider.calls).toEqual(['create', 'create', 'create', 'find', 'find', 'create', 'update'])
    expect(provider.customers.size).toBe(1)
  })

  it('is searched for when its record is erased after the key has expired', async () => {
    const { world, provider } = await worldWithLostCreate(true)
    world.advance(day + 60)
    provider.expireKeys()
    await world.sync(aChange({ kind: 'erased' }))
    expect(provider.calls).toEqual(['create', 'find', 'erase'])
    expect(provider.customers.size).toBe(0)
  })
})
