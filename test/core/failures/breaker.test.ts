import { Misconfigured, Rejected, RetryLater } from '../../../lib/core/model/errors.ts'
import { aChange, aCustomer, aWorld, breakerSettings, crmTime, ref } from '../../fakes/world.ts'

const down = () => new RetryLater('PROVIDER_FAILED', 'answered 500')
type World = ReturnType<typeof aWorld>

/** Ten linked customers, each with a change to send. */
async function tenCustomers(): Promise<World> {
  const world = aWorld()
  for (let index = 0; index < 10; index += 1) put(world, index, 0)
  await world.sync(...all())
  for (let index = 0; index < 10; index += 1) put(world, index, 1)
  world.notchpay.calls.length = 0
  world.lines.length = 0
  world.advance(120)
  return world
}
const put = (world: World, index: number, version: number) =>
  world.source.put(
    { ...ref, recordId: `${index}` },
    aCustomer({ email: `c${index}@example.cm`, phone: `+23767700000${version}` }),
    crmTime(version),
  )
const all = () => Array.from({ length: 10 }, (_, index) => aChange({ recordId: `${index}` }))
const one = (index = 0) => aChange({ recordId: `${index}` })
const fail = (world: World, times: number, error: Error = down()) => {
  for (let index = 0; index < times; index += 1) world.notchpay.failNext('update', error)
}

describe('a provider that is down', () => {
  it('is paused after most of enough calls failed: changes wait, unprocessed and without counting an attempt', async () => {
    const world = await tenCustomers()
    fail(world, 10)
    await world.sync(...all())
    world.notchpay.calls.length = 0
    world.links.calls.writes = 0
    expect(await world.sync(one(), one(1))).toEqual([
      { messageId: expect.any(String), afterSeconds: 60 },
      { messageId: expect.any(String), afterSeconds: 60 },
    ])
    expect(world.notchpay.calls).toEqual([])
    expect(world.links.calls.writes).toBe(0)
    expect(world.link('notchpay', '0')?.failure).toMatchObject({ code: 'PROVIDER_FAILED', attempts: 1 })
    expect(world.counts).toMatchObject({ ProviderPaused: 1 })
    expect(world.lines.filter((line) => line.startsWith('provider paused'))).toHaveLength(1)
  })

  it('is paused for all other functions as well', async () => {
    const world = await tenCustomers()
    fail(world, 10)
    await world.sync(...all())
    world.notchpay.calls.length = 0
    Object.assign(world.deps, { breaker: world.freshBreaker() })
    expect(await world.sync(one())).toHaveLength(1)
    expect(world.notchpay.calls).toEqual([])
  })

  it('is tried by only one change when the pause ends, and resumes when that succeeds', async () => {
    const world = await tenCustomers()
    fail(world, 10)
    await world.sync(...all())
    world.notchpay.calls.length = 0
    world.advance(31)
    const others = { ...world.deps, breaker: world.freshBreaker() }
    const { syncBatch } = await import('../../../lib/core/syncing/sync-batch.ts')
    const record = (change: object) => ({
      messageId: 'x',
      receives: 1,
      firstReceivedAt: null,
      group: 'g1',
      body: JSON.stringify(change),
    })
    let meanwhile: readonly unknown[] = []
    const update = world.notchpay.updateCustomer
    world.notchpay.updateCustomer = async (id, payload) => {
      world.notchpay.updateCustomer = update
      meanwhile = await syncBatch([record(one(1))], () => 60_000, others)
      return update(id, payload)
    }
    expect(await world.sync(one())).toEqual([])
    // Not for as long as a probe may take, but about as long as it does take.
    expect(meanwhile).toEqual([{ messageId: 'x', afterSeconds: 2 * breakerSettings.openSeconds }])
    expect(world.notchpay.calls).toEqual(['update'])
    expect(world.counts).toMatchObject({ ProviderProbed: 1, ProviderResumed: 1 })
    expect(await syncBatch([record(one(1))], () => 60_000, others)).toHaveLength(1)
    world.advance(2)
    expect(await syncBatch([record(one(1))], () => 60_000, others)).toEqual([])
  })

  it('is paused twice as long when the probe failed, up to a limit', async () => {
    const world = await tenCustomers()
    fail(world, 10)
    await world.sync(...all())
    const rests: number[] = []
    for (let trip = 0; trip < 6; trip += 1) {
      const { until } = [...world.breakers.records.values()][0] ?? {}
      const seconds = (Date.parse(String(until)) - world.deps.clock.now().getTime()) / 1000
      rests.push(seconds)
      world.advance(seconds + 1)
      fail(world, 1)
      await world.sync(one())
    }
    expect(rests).toEqual([30, 60, 120, 240, 300, 300])
  })

  it('can be probed by another change when the prober crashed', async () => {
    const world = await tenCustomers()
    fail(world, 10)
    await world.sync(...all())
    world.advance(31)
    // Admitted as the probe, then crashed before the first call.
    await world.freshBreaker().admit(world.notchpay, ref)
    Object.assign(world.deps, { breaker: world.freshBreaker() })
    expect(await world.sync(one())).toHaveLength(1)
    world.advance(breakerSettings.probeSeconds + 1)
    expect(await world.sync(one())).toEqual([])
  })

  it('does not delay the other provider', async () => {
    const world = await tenCustomers()
    fail(world, 10)
    await world.sync(...all())
    world.source.put({ ...ref, recordId: 'abroad' }, aCustomer({ address: { country: 'IN' } }), crmTime(0))
    expect(await world.sync(aChange({ recordId: 'abroad' }))).toEqual([])
  })
})

describe('a provider that works', () => {
  it('is not paused because one customer fails repeatedly', async () => {
    const world = await tenCustomers()
    for (let round = 0; round < 6; round += 1) {
      fail(world, 1)
      await world.sync(one(), ...(round === 0 ? all().slice(1) : []))
      put(world, 1, round + 2)
      await world.sync(one(1))
    }
    expect(world.counts['ProviderPaused']).toBeUndefined()
  })

  it.each([
    ['rejects customers', () => new Rejected('REFUSED_BY_PROVIDER', 'no')],
    ['throttles', () => new RetryLater('THROTTLED', 'slow down', { counts: false })],
  ])('is not paused because it %s', async (_, error) => {
    const world = await tenCustomers()
    fail(world, 10, error() as RetryLater)
    await world.sync(...all())
    expect(world.counts['ProviderPaused']).toBeUndefined()
  })

  it('is not paused for long because two customers fail all the time: others go on at once, and those two pause it no more', async () => {
    const world = await tenCustomers()
    const failBoth = async (rounds: number) => {
      for (let round = 0; round < rounds; round += 1) {
        fail(world, 2)
        await world.sync({ ...one(), eventId: `a${round}` }, { ...one(1), eventId: `b${round}` })
        put(world, 0, round + 2)
        put(world, 1, round + 2)
      }
    }
    await failBoth(5)
    expect(world.counts).toMatchObject({ ProviderPaused: 1 })
    world.advance(31)
    expect(await world.sync(one(), one(1), one(2))).toHaveLength(2)
    expect(world.counts).toMatchObject({ ProviderResumed: 1 })
    await failBoth(10)
    expect(world.counts).toMatchObject({ ProviderPaused: 1 })
  })

  it('has its state read from the table only once', async () => {
    const world = await tenCustomers()
    const reads: string[] = []
    const find = world.breakers.findBreaker
    world.breakers.findBreaker = async (...args) => {
      reads.push(args[0])
      return find(...args)
    }
    await world.sync(...all())
    expect(reads).toEqual([])
  })
})

describe('a rejected key', () => {
  it('pauses the provider at once, until a probe succeeds', async () => {
    const world = await tenCustomers()
    fail(world, 1, new Misconfigured('KEY_REFUSED', 'the key was refused') as never)
    await world.sync(one())
    world.notchpay.calls.length = 0
    expect(await world.sync(...all())).toHaveLength(10)
    expect(world.notchpay.calls).toEqual([])
    expect(world.parked).toEqual([])
    world.advance(31)
    await world.sync(one())
    await world.sync(...all())
    expect(world.notchpay.calls).toHaveLength(10)
  })
})

describe('a response that may not be the provider’s own, such as a firewall’s', () => {
  const blocked = () => new Misconfigured('BLOCKED_ON_THE_WAY', 'answered 403', { isCertain: false })
  const paused = ({ counts }: World) => counts['ProviderPaused'] ?? 0
  /** The first two customers have been refused, and the provider is paused for 30 seconds. */
  const twoBlocked = async () => {
    const world = await tenCustomers()
    fail(world, 2, blocked())
    await world.sync(one())
    await world.sync(one(1))
    world.notchpay.calls.length = 0
    return world
  }

  it('to one customer affects that customer only, however often it repeats, and ends in a dead letter', async () => {
    const world = await tenCustomers()
    for (let tries = 0; tries < 3; tries += 1) {
      fail(world, 1, blocked())
      await world.sync(one())
      world.advance(30)
    }
    expect(paused(world)).toBe(0)
    expect(world.parked).toMatchObject([
      { change: { recordId: '0' }, failure: { code: 'BLOCKED_ON_THE_WAY' } },
    ])
    expect(await world.sync(one(1))).toEqual([])
  })

  it('to a second customer, without a success in between, pauses the provider', async () => {
    const world = await tenCustomers()
    fail(world, 2, blocked())
    await world.sync(one())
    await world.sync(one(1))
    expect(paused(world)).toBe(1)
    world.notchpay.calls.length = 0
    expect(await world.sync(one(2))).toHaveLength(1)
    expect(world.notchpay.calls).toEqual([])
    expect(world.counts).toMatchObject({ ChangesHeldByPause: 1 })
  })

  it('to two customers, with successes in between, does not pause the provider', async () => {
    const world = await tenCustomers()
    fail(world, 1, blocked())
    await world.sync(one())
    await world.sync(one(1))
    fail(world, 1, blocked())
    await world.sync(one(2))
    expect(paused(world)).toBe(0)
  })

  it('to two customers at very different times does not pause the provider', async () => {
    const world = await tenCustomers()
    fail(world, 1, blocked())
    await world.sync(one())
    world.advance(61)
    fail(world, 1, blocked())
    await world.sync(one(1))
    expect(paused(world)).toBe(0)
  })

  it('to two customers leaves the first try after the pause to another one, whose success resumes the provider', async () => {
    const world = await twoBlocked()
    world.advance(31)
    expect(await world.sync(one(), one(1))).toHaveLength(2)
    expect(world.notchpay.calls).toEqual([])
    expect(await world.sync(one(2))).toEqual([])
    expect(world.counts).toMatchObject({ ProviderPaused: 1, ProviderResumed: 1 })
  })

  it('to two customers does not pause the provider again, until one of them is accepted', async () => {
    const world = await twoBlocked()
    world.advance(31)
    await world.sync(one(2))
    Object.assign(world.deps, { breaker: world.freshBreaker() })
    for (const index of [0, 1, 0, 1]) {
      fail(world, 1, blocked())
      await world.sync(one(index))
    }
    expect(paused(world)).toBe(1)
    expect(await world.sync(one(3))).toEqual([])
    put(world, 0, 5)
    expect(await world.sync(one())).toEqual([])
    put(world, 0, 6)
    for (const index of [0, 4]) {
      fail(world, 1, blocked())
      await world.sync(one(index))
    }
    expect(paused(world)).toBe(2)
  })

  it('to two customers, of whom one is tried again because no other waits, keeps no other one waiting', async () => {
    const world = await twoBlocked()
    world.advance(61)
    fail(world, 1, blocked())
    await world.sync(one())
    expect(world.notchpay.calls).toEqual(['update'])
    expect(await world.sync(one(1))).toMatchObject([{ afterSeconds: 90 }])
    expect(await world.sync(one(2))).toEqual([])
    expect(world.counts).toMatchObject({ ProviderPaused: 1, ProviderResumed: 1 })
  })

  it('to two customers is saved without their ids', async () => {
    const world = await twoBlocked()
    const [saved] = world.breakers.records.values()
    expect(saved?.suspects).toEqual([
      expect.stringMatching(/^[\w-]{10}$/),
      expect.stringMatching(/^[\w-]{10}$/),
    ])
  })

  it('to the change that probes a paused provider leaves it paused', async () => {
    const world = await tenCustomers()
    fail(world, 1, new Misconfigured('KEY_REFUSED', 'answered 401'))
    await world.sync(one())
    world.advance(31)
    fail(world, 1, blocked())
    await world.sync(one(1))
    world.notchpay.calls.length = 0
    expect(await world.sync(one(2))).toHaveLength(1)
    expect(world.notchpay.calls).toEqual([])
  })
})
