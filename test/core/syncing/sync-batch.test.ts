import { Misconfigured, Rejected, RetryLater } from '../../../lib/core/model/errors.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const outage = () => new RetryLater('OUTAGE', 'the provider is down', { ambiguous: true })

describe('a change of an unknown customer', () => {
  it('creates one customer at the routed provider, with one call and two writes', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    expect(await world.sync(aChange())).toEqual([])
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina@example.cm' }])
    expect(world.notchpay.calls).toEqual(['create'])
    expect(world.wooshpay.calls).toEqual([])
    expect(world.links.calls).toEqual({ reads: 1, writes: 2 })
    expect(world.source.reads).toHaveLength(1)
    expect(world.link('notchpay')).toMatchObject({
      state: 'linked',
      providerCustomerId: 'notchpay_1',
      lastOutcome: 'created',
      claim: null,
    })
  })

  it('creates with the identity and then sends the data where creates use idempotency keys', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(0))
    await world.sync(aChange())
    expect(world.wooshpay.calls).toEqual(['create', 'update'])
    expect(world.links.calls).toEqual({ reads: 1, writes: 2 })
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ email: 'amina@example.cm' }])
  })

  it.each([
    ['the route leads nowhere', [{ to: 'nowhere' }]],
    ['no route matches', [{ countries: ['IN'], to: 'wooshpay' }]],
  ] as const)('creates nothing where %s, and logs and counts that once', async (_, routes) => {
    const world = aWorld({ routes: routes as never })
    world.source.put(ref, aCustomer(), crmTime(0))
    expect(await world.sync(aChange())).toEqual([])
    expect(await world.sync(aChange())).toEqual([])
    expect([...world.links.items.values()]).toMatchObject([{ provider: null, lastOutcome: 'not-routed' }])
    expect(world.links.calls.writes).toBe(1)
    expect(world.counts).toMatchObject({ CustomersNotRouted: 2 })
    expect(world.lines.join()).toContain('customer not routed')
  })
})

describe('a change of a customer that is linked', () => {
  async function linkedWorld() {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange())
    world.links.calls.reads = 0
    world.links.calls.writes = 0
    world.notchpay.calls.length = 0
    world.source.reads.length = 0
    return world
  }

  it('updates it with one CRM read, one table read, one call and one write', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), crmTime(1))
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual(['update'])
    expect(world.links.calls).toEqual({ reads: 1, writes: 1 })
    expect(world.source.reads).toHaveLength(1)
    expect(world.notchpay.customers.get('notchpay_1' as never)).toMatchObject({
      phone: '+237677000099',
    })
  })

  it('writes and sends nothing when nothing changed', async () => {
    const world = await linkedWorld()
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual([])
    expect(world.links.calls).toEqual({ reads: 1, writes: 0 })
    expect(world.counts).toMatchObject({ CustomersUnchanged: 1 })
  })

  it('never replaces newer data with an older state', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), crmTime(-5))
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual([])
    expect(world.counts).toMatchObject({ ChangesSuperseded: 1 })
  })

  it('applies another state with the same time: equal times never drop the later arrival', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), crmTime(0))
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual(['update'])
  })

  it('keeps it up to date, and also creates it at the new provider, when the customer moves', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(1))
    await world.sync(aChange())
    world.source.put(ref, aCustomer({ address: { country: 'IN' }, phone: '+237677000098' }), crmTime(2))
    await world.sync(aChange())
    for (const { customers } of [world.notchpay, world.wooshpay]) {
      expect([...customers.values()]).toMatchObject([{ phone: '+237677000098' }])
    }
  })

  it('creates another customer, with a new key, only after a second answer confirms the deletion', async () => {
    const world = await linkedWorld()
    world.notchpay.customers.clear()
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), crmTime(1))
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual(['update', 'retrieve', 'create'])
    expect(world.link('notchpay')).toMatchObject({
      providerCustomerId: 'notchpay_2',
    })
  })

  it('withdraws the fingerprint when another worker saved meanwhile, so that the newest state is sent again', async () => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+237677000011' }), crmTime(1))
    let interfered = false
    world.links.beforeSave = (link) => {
      const [key, stored] = [...world.links.items][0] ?? []
      if (interfered || !key || !stored || link.lastOutcome !== 'updated') return
      interfered = true
      world.links.items.set(key, {
        ...stored,
        fingerprint: 'theirs',
        revision: stored.revision + 1,
      })
    }
    expect(await world.sync(aChange())).toHaveLength(1)
    expect(world.link('notchpay')?.fingerprint).toBeNull()
    await world.sync(aChange())
    expect(world.link('notchpay')).toMatchObject({
      lastOutcome: 'updated',
      failure: null,
    })
  })
})

describe('messages in one batch', () => {
  it('combines the messages of one record into one read and one call', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange(), aChange(), aChange())
    expect(world.source.reads).toEqual([[ref]])
    expect(world.notchpay.calls).toEqual(['create'])
  })

  it('reads several records of one CRM account together', async () => {
    const world = aWorld()
    const other = { ...ref, recordId: '502' }
    world.source.put(ref, aCustomer(), crmTime(0))
    world.source.put(other, aCustomer({ email: 'kwame@example.com' }), crmTime(0))
    await world.sync(aChange(), aChange({ recordId: '502' }))
    expect(world.source.reads).toEqual([[ref, other]])
    expect(world.notchpay.customers.size).toBe(2)
  })

  it('fails only the messages of the record that fails', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.source.put({ ...ref, recordId: '502' }, aCustomer({ email: 'kwame@example.com' }), crmTime(0))
    world.notchpay.failNext('create', outage())
    const postponed = await world.sync(aChange(), aChange({ recordId: '502' }), aChange())
    expect(postponed.map(({ messageId }) => messageId)).toEqual(['m1', 'm3'])
    expect(world.link('notchpay', '502')?.state).toBe('linked')
  })

  it('returns all messages at once when the function’s time is nearly over', async () => {
    const world = aWorld()
    const { syncBatch } = await import('../../../lib/core/syncing/sync-batch.ts')
    const records = [
      { messageId: 'm1', receives: 1, firstReceivedAt: null, group: 'g1', body: JSON.stringify(aChange()) },
    ]
    expect(await syncBatch(records, () => 20_000, world.deps)).toEqual([{ messageId: 'm1', afterSeconds: 0 }])
    expect(world.links.calls.reads).toBe(0)
  })

  it('starts no provider call that it could not wait for, and keeps what it has found', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(0))
    const { syncBatch } = await import('../../../lib/core/syncing/sync-batch.ts')
    const records = [
      { messageId: 'm1', receives: 1, firstReceivedAt: null, group: 'g1', body: JSON.stringify(aChange()) },
    ]
    const remaining = () => (world.wooshpay.calls.length === 0 ? 60_000 : 5_000)
    expect(await syncBatch(records, remaining, world.deps)).toEqual([{ messageId: 'm1', afterSeconds: 1 }])
    expect(world.wooshpay.calls).toEqual(['create'])
    await world.sync(aChange())
    expect(world.wooshpay.calls).toEqual(['create', 'update'])
    expect(world.counts['ProviderPaused']).toBeUndefined()
  })
})

describe('failures', () => {
  it('are retried with exponential backoff', async () => {
    const world = aWorld()
    world.source.failNext = new RetryLater('CRM_DOWN', 'the CRM is down', {
      counts: false,
    })
    expect(await world.sync(aChange())).toEqual([{ messageId: 'm1', afterSeconds: 5 }])
  })

  it('are retried after the wait that the other side asks for', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext(
      'create',
      new RetryLater('THROTTLED', 'slow down', {
        afterSeconds: 42,
        counts: false,
      }),
    )
    expect(await world.sync(aChange())).toEqual([{ messageId: 'm1', afterSeconds: 42 }])
  })

  it('are dead-lettered with code, field, reason and attempts after the counted attempts', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange())
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), crmTime(1))
    for (let attempt = 0; attempt < 3; attempt += 1) {
      world.notchpay.failNext('update', outage())
      await world.sync(aChange({ eventId: 'poison' }))
    }
    expect(world.parked).toMatchObject([
      {
        change: { eventId: 'poison' },
        failure: { code: 'OUTAGE', attempts: 3, retryable: true },
      },
    ])
  })

  it('give a later change its own attempts after an earlier one was dead-lettered', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange())
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), crmTime(1))
    for (let attempt = 0; attempt < 4; attempt += 1) {
      world.notchpay.failNext('update', outage())
      await world.sync(aChange())
    }
    expect(world.parked).toHaveLength(1)
    expect(world.link('notchpay')?.failure).toMatchObject({ attempts: 1 })
  })

  it('that are not the customer’s fault use up no attempts', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    for (let attempt = 0; attempt < 10; attempt += 1) {
      world.notchpay.failNext('create', new RetryLater('THROTTLED', 'slow down', { counts: false }))
      expect(await world.sync(aChange())).toHaveLength(1)
    }
    expect(world.parked).toEqual([])
    await world.sync(aChange())
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('of our keys never dead-letter a change', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    for (let attempt = 0; attempt < 10; attempt += 1) {
      world.notchpay.failNext('create', new Misconfigured('KEY_REFUSED', 'the key was refused'))
      expect(await world.sync(aChange())).toHaveLength(1)
    }
    expect(world.parked).toEqual([])
  })

  it('of reading the CRM are counted too, and reset once a read succeeds', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.source.failNext = new RetryLater('CRM_ODD', 'the CRM answered something odd')
    await world.sync(aChange())
    expect(world.link(null)?.failure).toMatchObject({
      code: 'CRM_ODD',
      attempts: 1,
    })
    await world.sync(aChange())
    expect(world.link(null)?.failure).toBeNull()
  })

  it('that are permanent are dead-lettered at once, before the message is deleted', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer({ email: null, phone: null }), crmTime(0))
    expect(await world.sync(aChange())).toEqual([])
    expect(world.parked).toMatchObject([
      {
        failure: { code: 'CONTACT_MISSING', field: 'email', retryable: false },
      },
    ])
  })

  it('keep their number of rounds when a new change of the record precedes them', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer({ email: null, phone: null }), crmTime(0))
    await world.sync(aChange(), aChange({ round: 2 }))
    expect(world.parked).toMatchObject([{ change: { round: 2 } }])
  })

  it('stay on the queue when the dead-letter queue does not answer', async () => {
    const park = async () => {
      throw new RetryLater('QUEUE_UNAVAILABLE', 'no answer')
    }
    const world = aWorld({ deadLetters: { park, parkRaw: park } })
    world.source.put(ref, aCustomer({ email: null, phone: null }), crmTime(0))
    expect(await world.sync(aChange())).toHaveLength(1)
  })

  it('at one provider do not delay another', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange())
    world.source.put(ref, aCustomer({ address: { country: 'IN' }, phone: '+237677000098' }), crmTime(1))
    world.notchpay.failNext('update', new Rejected('NAME_REFUSED', 'the name is refused', { field: 'name' }))
    world.wooshpay.failNext('create', outage(), true)
    expect(await world.sync(aChange())).toHaveLength(1)
    world.advance(60)
    expect(await world.sync(aChange())).toEqual([])
    expect([...world.wooshpay.customers.values()]).toMatchObject([{ phone: '+237677000098' }])
    expect(world.wooshpay.customers.size).toBe(1)
  })

  it('that are unexpected are logged by class and location, never by message', async () => {
    const world = aWorld()
    world.source.failNext = new TypeError('cannot read amina@example.cm')
    await world.sync(aChange())
    expect(world.lines.join('\n')).toContain('TypeError')
    expect(world.lines.join('\n')).not.toContain('amina')
  })
})
