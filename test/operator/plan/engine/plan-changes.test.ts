import { type CustomerChange, type RecordRef, recordKey } from '../../../../lib/core/model/change.ts'
import type { Customer } from '../../../../lib/core/model/customer.ts'
import { Misconfigured, RetryLater } from '../../../../lib/core/model/errors.ts'
import { type Link, newLink } from '../../../../lib/core/model/link.ts'
import type { ProviderCustomerId } from '../../../../lib/core/model/provider.ts'
import { planChanges, receivedLongAgo } from '../../../../lib/operator/plan/engine/plan-changes.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../../fakes/world.ts'

type World = ReturnType<typeof aWorld>

const inCameroon = aCustomer()
const inFrance = aCustomer({ phone: '+33612345678', address: { city: 'Lyon', country: 'FR' } })
const old = (changes: Parameters<typeof aChange>[0] = {}) =>
  receivedLongAgo(aChange(changes), { now: () => new Date(crmTime(60)) })

/** The plan, checked to have written nothing: neither in the table, nor at a provider, nor on a queue, nor in the CRM. */
async function plan(world: World, ...changes: CustomerChange[]) {
  const before = stateOf(world)
  const pauses: number[] = []
  const rows = await planChanges(changes, world.deps, { pause: async (seconds) => void pauses.push(seconds) })
  expect(stateOf(world)).toEqual(before)
  return { rows, pauses, actions: rows.map(({ provider, action }) => [provider, action]) }
}

function stateOf({ links, notchpay, wooshpay, source, sent, parked, lines, counts, breakers }: World) {
  const writes = ({ calls }: World['notchpay']) =>
    calls.filter((call) => call !== 'find' && call !== 'retrieve')
  return structuredClone({
    items: [...links.items],
    writes: links.calls.writes,
    customers: [notchpay, wooshpay].map((provider) => [...provider.customers]),
    blocked: [...notchpay.blocked],
    crm: source.writes.length,
    calls: [writes(notchpay), writes(wooshpay)],
    queues: [sent.length, parked.length],
    observers: [lines.length, counts],
    breakers: [...breakers.records],
  })
}

async function linked(world: World, customer: Customer = inCameroon): Promise<void> {
  world.source.put(ref, customer, crmTime(1))
  await world.sync(old())
}

const names = (fields: readonly { name: string }[]) => fields.map(({ name }) => name)

it('writes no id into the CRM', async () => {
  const world = aWorld({ writesBack: ['notchpay'] })
  world.source.put(ref, inCameroon, crmTime(1))
  const { actions } = await plan(world, old())
  expect(actions).toEqual([['notchpay', 'create']])
})

describe('a plan says what the sync then does', () => {
  it('create, with all fields, at the provider of the route', async () => {
    const world = aWorld()
    world.source.put(ref, inCameroon, crmTime(1))
    const { rows } = await plan(world, old())
    expect(rows).toEqual([
      {
        ...ref,
        provider: 'notchpay',
        action: 'create',
        fields: [
          { name: 'name', from: null, to: 'Amina Ngo Bassa' },
          { name: 'email', from: null, to: 'amina@example.cm' },
          { name: 'phone', from: null, to: '+237677000001' },
          { name: 'metadata.crm', from: null, to: recordKey(ref) },
        ],
        reason: null,
      },
    ])
    await world.sync(old())
    expect(world.counts).toMatchObject({ CustomersCreated: 1 })
    expect(world.link('notchpay')?.providerCustomerId).toBe('notchpay_1')
  })

  it('create at WooshPay, which takes two calls', async () => {
    const world = aWorld()
    world.source.put(ref, inFrance, crmTime(1))
    const { rows, actions } = await plan(world, old())
    expect(actions).toEqual([['wooshpay', 'create']])
    expect(names(rows[0]?.fields ?? [])).toEqual(['name', 'email', 'phone', 'metadata.crm'])
    await world.sync(old())
    expect(world.wooshpay.calls).toEqual(['create', 'update'])
  })

  it('update, with the fields that differ from what the provider shows', async () => {
    const world = aWorld()
    await linked(world)
    world.source.put(ref, aCustomer({ email: 'new@example.cm' }), crmTime(2))
    const { rows } = await plan(world, old())
    expect(rows).toEqual([
      {
        ...ref,
        provider: 'notchpay',
        action: 'update',
        fields: [{ name: 'email', from: 'amina@example.cm', to: 'new@example.cm' }],
        reason: null,
      },
    ])
    await world.sync(old())
    expect(world.counts).toMatchObject({ CustomersUpdated: 1 })
  })

  it('unchanged, by one read from the CRM and none from the provider', async () => {
    const world = aWorld()
    await linked(world)
    const calls = world.notchpay.calls.length
    expect((await plan(world, old())).rows).toEqual([
      { ...ref, provider: 'notchpay', action: 'unchanged', fields: [], reason: null },
    ])
    expect(world.notchpay.calls).toHaveLength(calls)
    await world.sync(old())
    expect(world.counts).toMatchObject({ CustomersUnchanged: 1 })
  })

  it('fail, where the provider would never accept the customer', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer({ email: null, phone: null }), crmTime(1))
    expect((await plan(world, old())).rows).toEqual([
      { ...ref, provider: 'notchpay', action: 'fail', fields: [], reason: 'neither (CONTACT_MISSING)' },
    ])
    await world.sync(old())
    expect(world.parked).toMatchObject([{ failure: { code: 'CONTACT_MISSING', provider: 'notchpay' } }])
  })

  it('undecided, where several provider customers match', async () => {
    const policies = {
      onDelete: 'keep',
      clear: [],
      firstSight: 'adopt-or-create',
      unreadablePhone: 'keep',
    } as const
    const world = aWorld({ policies })
    world.source.put(ref, inCameroon, crmTime(1))
    for (const id of ['cus_8', 'cus_9'] as ProviderCustomerId[]) {
      world.notchpay.customers.set(id, { email: 'amina@example.cm' })
    }
    const { rows } = await plan(world, old())
    expect(rows).toMatchObject([
      {
        provider: 'notchpay',
        action: 'undecided',
        reason: expect.stringMatching(/: cus_8, cus_9 \(SEVERAL_MATCHES\)$/),
      },
    ])
    await world.sync(old())
    expect(world.parked).toMatchObject([{ failure: { code: 'SEVERAL_MATCHES' } }])
  })

  it('an adoption is an update of the customer that is there', async () => {
    const policies = {
      onDelete: 'keep',
      clear: [],
      firstSight: 'adopt-or-create',
      unreadablePhone: 'keep',
    } as const
    const world = aWorld({ policies })
    world.source.put(ref, inCameroon, crmTime(1))
    world.notchpay.customers.set('cus_8' as ProviderCustomerId, { email: 'amina@example.cm', name: 'A.' })
    const { rows } = await plan(world, old())
    expect(rows).toMatchObject([
      {
        action: 'update',
        reason: 'adopts cus_8, which notchpay has already',
        fields: [{ name: 'name', from: 'A.' }, {}, {}],
      },
    ])
    await world.sync(old())
    expect(world.counts).toMatchObject({ CustomersAdopted: 1 })
  })

  it('not-routed, for the record as a whole', async () => {
    const world = aWorld({ routes: [{ countries: ['CM'], to: 'notchpay' }] })
    world.source.put(ref, inFrance, crmTime(1))
    const reason = 'no route of sync.config.ts takes this customer'
    expect((await plan(world, old())).rows).toEqual([
      { ...ref, provider: null, action: 'not-routed', fields: [], reason },
    ])
    await world.sync(old())
    expect(world.counts).toMatchObject({ CustomersNotRouted: 1 })
  })

  it('a new route creates the customer there, too, and leaves the other as it is', async () => {
    const world = aWorld()
    await linked(world)
    const moved = { ...world.deps, routes: [{ to: 'wooshpay' as const }] }
    const { actions } = await plan({ ...world, deps: moved }, old())
    expect(actions.toSorted()).toEqual([
      ['notchpay', 'unchanged'],
      ['wooshpay', 'create'],
    ])
  })
})

describe('a record that the CRM does not have', () => {
  it('closes its link, and keeps the customer', async () => {
    const world = aWorld()
    await linked(world)
    world.source.records.clear()
    expect((await plan(world, old())).rows).toEqual([
      {
        ...ref,
        provider: 'notchpay',
        action: 'update',
        fields: [],
        reason: 'the CRM deleted this record: the link is closed, and the customer is kept',
      },
    ])
    await world.sync(old())
    expect(world.link('notchpay')?.state).toBe('closed')
    const [again] = (await plan(world, old())).rows
    expect(again).toMatchObject({
      action: 'unchanged',
      reason: 'the CRM deleted this record, and its links are closed already',
    })
  })

  it.each([
    ['block', 'blocked'],
    ['delete', 'deleted'],
  ] as const)('is followed by policies.onDelete "%s" where the CRM said so', async (onDelete, expected) => {
    const world = aWorld({ policies: { onDelete, clear: [], firstSight: 'create', unreadablePhone: 'keep' } })
    await linked(world)
    world.source.records.clear()
    const [row] = (await plan(world, old({ kind: 'deleted', occurredAt: crmTime(3) }))).rows
    expect(row).toMatchObject({
      action: 'update',
      reason: `the CRM deleted this record: the link is closed, and the customer is ${expected} (policies.onDelete)`,
    })
  })

  it('creates nothing without a link', async () => {
    const { rows } = await plan(aWorld(), old())
    const reason = 'the CRM does not have this record: no customer is created'
    expect(rows).toEqual([{ ...ref, provider: null, action: 'unchanged', fields: [], reason }])
  })
})

describe('a plan', () => {
  const save = async (world: World, changes: Partial<Link>) => {
    const id = 'cus_1' as ProviderCustomerId
    await world.links.saveLink({
      ...newLink(ref, 'notchpay', 'test'),
      state: 'linked',
      providerCustomerId: id,
      ...changes,
    })
  }

  it('says that an update is sent although nothing changes, where what the provider holds is unknown', async () => {
    const world = aWorld()
    await linked(world)
    const link = world.link('notchpay')
    if (link) await world.links.saveLink({ ...link, fingerprint: null })
    expect((await plan(world, old())).rows).toMatchObject([
      {
        action: 'update',
        fields: [],
        reason:
          'what the provider holds is unknown, so everything is sent, but nothing that the provider shows would change',
      },
    ])
  })

  it('creates again what the provider no longer has', async () => {
    const world = aWorld()
    world.source.put(ref, inCameroon, crmTime(1))
    await save(world, {})
    expect((await plan(world, old())).rows).toMatchObject([
      { action: 'create', reason: 'notchpay no longer has cus_1' },
    ])
  })

  it('plans an update although the provider does not answer', async () => {
    const world = aWorld()
    await linked(world)
    world.source.put(ref, aCustomer({ email: 'new@example.cm' }), crmTime(2))
    world.notchpay.failNext('retrieve', new RetryLater('PROVIDER_DOWN', 'down'))
    expect((await plan(world, old())).rows).toMatchObject([
      { action: 'update', fields: [], reason: 'what notchpay shows is not known (PROVIDER_DOWN)' },
    ])
  })

  it('ignores that a provider is paused', async () => {
    const world = aWorld()
    world.source.put(ref, inCameroon, crmTime(1))
    await world.breakers.saveBreaker({
      provider: 'notchpay',
      mode: 'test',
      state: 'open',
      until: crmTime(99),
      since: crmTime(0),
      trips: 1,
      code: 'PROVIDER_DOWN',
      revision: 0,
    })
    expect((await plan(world, old())).actions).toEqual([['notchpay', 'create']])
  })

  it('fails where an earlier call may be in flight', async () => {
    const world = aWorld()
    world.source.put(ref, inCameroon, crmTime(1))
    await save(world, { unsettledUntil: crmTime(61) })
    expect((await plan(world, old())).rows).toMatchObject([
      { action: 'fail', reason: expect.stringMatching(/\(CLAIM_HELD\), it would be tried again$/) },
    ])
  })

  it('shows the failure of each provider, and what is done at the others', async () => {
    const world = aWorld({ knownProviders: ['notchpay', 'wooshpay'] })
    await linked(world)
    await save(world, { provider: 'wooshpay', providerCustomerId: 'w_1' as ProviderCustomerId })
    world.source.put(ref, aCustomer({ email: null, phone: null }), crmTime(2))
    const both = await plan(world, old())
    expect(both.actions.toSorted()).toEqual([
      ['notchpay', 'fail'],
      ['wooshpay', 'fail'],
    ])
    world.source.put(ref, aCustomer({ email: 'new@example.cm' }), crmTime(2))
    const link = world.link('wooshpay')
    if (link) await world.links.saveLink({ ...link, unsettledUntil: crmTime(61) })
    expect((await plan(world, old())).actions.toSorted()).toEqual([
      ['notchpay', 'update'],
      ['wooshpay', 'fail'],
    ])
  })

  it('plans a throttled record again, and gives up at last', async () => {
    const world = aWorld()
    world.source.put(ref, inCameroon, crmTime(1))
    world.source.failNext = new RetryLater('CRM_THROTTLED', 'slow down', { afterSeconds: 7, counts: false })
    const once = await plan(world, old())
    expect([once.actions, once.pauses]).toEqual([[['notchpay', 'create']], [7]])
    world.source.onRead = () => {
      world.source.failNext = new RetryLater('CRM_THROTTLED', 'slow down', { afterSeconds: 7, counts: false })
    }
    const always = await plan(world, old())
    expect(always.rows).toMatchObject([
      { provider: null, action: 'fail', reason: 'slow down (CRM_THROTTLED), it would be tried again' },
    ])
    expect(always.pauses).toEqual([7, 7, 7])
  })

  it('lets only one of two records adopt the same customer', async () => {
    const policies = {
      onDelete: 'keep',
      clear: [],
      firstSight: 'adopt-or-create',
      unreadablePhone: 'keep',
    } as const
    const world = aWorld({ policies })
    const other: RecordRef = { ...ref, recordId: '502' }
    world.source.put(ref, inCameroon, crmTime(1))
    world.source.put(other, inCameroon, crmTime(1))
    world.notchpay.customers.set('cus_8' as ProviderCustomerId, { email: 'amina@example.cm' })
    const { rows } = await plan(world, old(), old(other))
    expect(rows.map(({ action }) => action).toSorted()).toEqual(['create', 'update'])
    await world.sync(old(), old(other))
  })

  it('follows a merge: the survivor takes over the customer, and is planned', async () => {
    const world = aWorld()
    await linked(world)
    const survivor: RecordRef = { ...ref, recordId: '777' }
    world.source.records.set(recordKey(ref), { kind: 'merged', intoId: '777' })
    world.source.put(survivor, aCustomer({ email: 'both@example.cm' }), crmTime(2))
    const { rows } = await plan(world, old())
    expect(rows).toMatchObject([
      {
        recordId: '501',
        provider: 'notchpay',
        action: 'update',
        reason: 'the CRM merged this record into 777: that record takes over its customer',
      },
      {
        recordId: '777',
        provider: 'notchpay',
        action: 'update',
        reason: 'takes over notchpay_1 from a merged record',
        fields: [{ name: 'email' }, { name: 'metadata.crm' }],
      },
    ])
    await world.sync(old())
    expect(world.sent).toMatchObject([{ recordId: '777' }])
  })

  it('shows that an erasure reaches the provider', async () => {
    const world = aWorld()
    await linked(world)
    const [row, ...others] = (await plan(world, old({ kind: 'erased' }))).rows
    expect(others).toEqual([])
    expect(row).toMatchObject({
      provider: 'notchpay',
      action: 'update',
      reason: "the CRM erased this record for privacy: the customer's data is erased",
    })
  })

  it('uses the snapshot of a sample where the record cannot be read', async () => {
    const world = aWorld({ canFetch: false, sendsSnapshots: true })
    const snapshot = { customer: inCameroon, version: crmTime(1) }
    expect((await plan(world, old({ snapshot }))).actions).toEqual([['notchpay', 'create']])
    expect((await plan(world, old())).rows).toMatchObject([
      { action: 'fail', reason: expect.stringContaining('(CANNOT_FETCH)') },
    ])
  })

  it('fails for the records of an account that the token does not belong to', async () => {
    const world = aWorld()
    world.source.foreignAccounts.add('34')
    expect((await plan(world, old({ account: '34' }))).rows).toMatchObject([
      { account: '34', provider: null, action: 'fail', reason: expect.stringContaining('(FOREIGN_ACCOUNT)') },
    ])
  })

  it.each(['NO_ACCESS_TOKEN', 'NO_API_URL'])('ends when every record fails with %s', async (code) => {
    const error = new Misconfigured(code, 'the token is missing')
    const world = aWorld()
    world.source.failNext = error
    const planned = planChanges([old()], world.deps, { pause: async () => {} })
    await expect(planned).rejects.toBe(error)
  })

  it('ends when the table does not answer', async () => {
    const world = aWorld()
    const error = new Misconfigured('TABLE_DENIED', 'not allowed')
    const links = { ...world.links, findLinks: () => Promise.reject(error) }
    const planned = planChanges([old()], { ...world.deps, links }, { pause: async () => {} })
    await expect(planned).rejects.toBe(error)
  })

  it('reads a thousand records in batches of a hundred', async () => {
    const world = aWorld()
    const refs = Array.from({ length: 1000 }, (_, index) => ({ ...ref, recordId: String(index) }))
    for (const each of refs) world.source.put(each, inCameroon, crmTime(1))
    const planned: number[] = []
    const changes = refs.map((each) => old(each))
    const rows = await planChanges(changes, world.deps, {
      onPlanned: (n) => planned.push(n),
      pause: async () => {},
    })
    expect(rows).toHaveLength(1000)
    expect(world.source.reads.map(({ length }) => length)).toEqual(Array(10).fill(100))
    expect(planned).toEqual(Array(10).fill(100))
  })
})
