import { recordKey } from '../../../lib/core/model/change.ts'
import { Misconfigured, Rejected, RetryLater } from '../../../lib/core/model/errors.ts'
import { syncBatch } from '../../../lib/core/syncing/sync-batch.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const both = ['notchpay', 'wooshpay'] as const
const key = recordKey(ref)
const down = (details = {}) =>
  new RetryLater('CRM_UNAVAILABLE', 'HubSpot is down (503)', { status: 503, ...details })

/** Amina is in the CRM, and not yet at a provider. */
function anArrival(changes: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld({ writesBack: both, ...changes })
  world.source.put(ref, aCustomer(), crmTime(0))
  return world
}

/** Amina is linked, and her record holds her id. */
async function aResident() {
  const world = anArrival()
  await world.sync(aChange())
  world.source.writes.length = 0
  world.notchpay.calls.length = 0
  world.lines.length = 0
  return world
}

/** The provider's create, during which something else happens. */
function duringCreate({ notchpay }: ReturnType<typeof aWorld>, happens: () => void) {
  const create = notchpay.createCustomer
  return async (...args: Parameters<typeof create>) => {
    happens()
    return create(...args)
  }
}

describe('a customer that was created', () => {
  it('has its id written into the record, by one call after the link was saved', async () => {
    const world = anArrival()
    expect(await world.sync(aChange())).toEqual([])
    expect(world.source.writes).toEqual([[key, { notchpay: 'notchpay_1' }]])
    expect(world.source.reads).toHaveLength(1)
    expect(world.links.calls).toEqual({ reads: 1, writes: 2 })
    expect(world.counts).toMatchObject({ CustomersCreated: 1, CustomerIdsWritten: 1 })
    expect(world.lines.join()).toContain('customer id written into the CRM record')
  })

  it('is not written back where that is off, nor for other types of records', async () => {
    const off = aWorld()
    off.source.put(ref, aCustomer(), crmTime(0))
    await off.sync(aChange())
    expect(off.source.writes).toEqual([])
    const company = { ...ref, recordType: 'company' } as const
    const world = aWorld({ writesBack: both })
    world.source.put(company, aCustomer(), crmTime(0))
    await world.sync(aChange(company))
    expect(world.source.writes).toEqual([])
    expect(world.notchpay.calls).toEqual(['create'])
  })

  it('is written where a webhook contained the whole record, and did not tell what the property holds', async () => {
    const world = anArrival({ sendsSnapshots: true })
    await world.sync(aChange({ snapshot: { customer: aCustomer(), version: crmTime(1) } }))
    await world.sync(
      aChange({ snapshot: { customer: aCustomer({ email: 'a@example.cm' }), version: crmTime(2) } }),
    )
    expect(world.notchpay.calls).toEqual(['create', 'update'])
    expect(world.source.reads).toEqual([])
    expect(world.source.writes).toEqual([[key, { notchpay: 'notchpay_1' }]])
  })

  it('is not written where the webhook shows that the record holds the id', async () => {
    const world = anArrival({ sendsSnapshots: true })
    const customerIds = { notchpay: 'notchpay_1' }
    await world.sync(aChange({ snapshot: { customer: aCustomer(), version: crmTime(1), customerIds } }))
    expect(world.notchpay.calls).toEqual(['create'])
    expect(world.source.writes).toEqual([])
  })

  it('is written once more at the second provider when it moves there', async () => {
    const world = await aResident()
    world.source.put(ref, aCustomer({ address: { country: 'IN' } }), crmTime(1))
    await world.sync(aChange())
    expect(world.source.writes).toEqual([[key, { wooshpay: 'wooshpay_1' }]])
    expect(world.source.held.get(key)).toEqual({ notchpay: 'notchpay_1', wooshpay: 'wooshpay_1' })
  })
})

describe('a record that holds the id', () => {
  it('is not written again, whether the customer changed or not', async () => {
    const world = await aResident()
    await world.sync(aChange())
    world.source.put(ref, aCustomer({ email: 'new@example.cm' }), crmTime(1))
    await world.sync(aChange())
    expect(world.notchpay.calls).toEqual(['update'])
    expect(world.source.writes).toEqual([])
  })

  it('is written when the property is empty, or was overwritten by hand, without a call to the provider', async () => {
    const world = await aResident()
    for (const wrong of [null, 'typed by hand']) {
      world.source.held.set(key, { notchpay: wrong })
      await world.sync(aChange())
    }
    expect(world.source.writes).toEqual([
      [key, { notchpay: 'notchpay_1' }],
      [key, { notchpay: 'notchpay_1' }],
    ])
    expect(world.notchpay.calls).toEqual([])
  })

  it('is left alone when the CRM does not tell what the property holds', async () => {
    const world = await aResident()
    world.source.hidesIds = true
    await world.sync(aChange())
    expect(world.source.writes).toEqual([])
  })
})

describe('a write that fails for now', () => {
  it.each([
    ['refused', false],
    ['carried out without an answer', true],
  ])('is retried without a second customer: %s', async (_, failsLate) => {
    const world = anArrival()
    world.source.failNextWrite = down({ counts: false, afterSeconds: 7 })
    world.source.failsLate = failsLate
    world.source.onRead = () => world.advance(1)
    const change = aChange()
    expect(await world.sync(change)).toMatchObject([{ afterSeconds: 7 }])
    expect(world.lines.join()).toContain('"code":"WRITE_BACK_FAILED"')
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', failure: null })
    expect(await world.sync(change)).toEqual([])
    expect(world.notchpay.calls).toEqual(['create'])
    expect(world.source.writes).toHaveLength(failsLate ? 1 : 2)
    expect(world.source.held.get(key)).toEqual({ notchpay: 'notchpay_1' })
  })

  it('reports the customer as created, and shows operators what the change waits for', async () => {
    const world = anArrival()
    world.source.failNextWrite = down()
    const change = aChange()
    await world.sync(change)
    expect(world.counts).toMatchObject({ CustomersCreated: 1, ChangesFailed: 1 })
    expect(world.link(null)?.failure).toMatchObject({ code: 'WRITE_BACK_FAILED', attempts: 1 })
    await world.sync(change)
    expect(world.link(null)?.failure).toBeNull()
  })

  it('becomes a dead letter that is retried automatically, once all tries that count are used up', async () => {
    const world = anArrival()
    const change = aChange()
    for (let attempt = 0; attempt < 3; attempt += 1) {
      world.source.failNextWrite = down()
      await world.sync(change)
    }
    expect(world.parked).toMatchObject([{ failure: { code: 'WRITE_BACK_FAILED', retryable: true } }])
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('is not begun when the function has too little time left', async () => {
    let left = 60_000
    const world = anArrival()
    Object.assign(world.notchpay, {
      createCustomer: duringCreate(world, () => {
        left = 5_000
      }),
    })
    const body = JSON.stringify(aChange())
    const record = { messageId: 'm', receives: 1, firstReceivedAt: null, group: key, body }
    const kept = await syncBatch([record], () => left, world.deps)
    expect(kept).toEqual([{ messageId: 'm', afterSeconds: 1 }])
    expect(world.source.writes).toEqual([])
    expect(world.link('notchpay')).toMatchObject({ state: 'linked' })
  })
})

describe('a write that the CRM refuses', () => {
  it.each([
    [
      'a missing property',
      new Misconfigured('WRITE_BACK_REFUSED', 'HubSpot answered 400: create it', { status: 400 }),
    ],
    ['this record', new Rejected('WRITE_BACK_REFUSED', 'HubSpot refused to write', { status: 400 })],
  ])('is logged and counted, and holds up nothing: %s', async (_, error) => {
    const world = anArrival()
    world.source.failNextWrite = error
    expect(await world.sync(aChange())).toEqual([])
    expect(world.parked).toEqual([])
    expect(world.counts).toMatchObject({ CustomersCreated: 1, CustomerIdsRefused: 1 })
    expect(world.counts['ChangesFailed']).toBeUndefined()
    const [line] = world.lines.filter((it) => it.startsWith('customer id not written'))
    expect(line).toContain('"code":"WRITE_BACK_REFUSED"')
    expect(line).toContain('"status":400')
  })

  it('waits for an operator when the token was withdrawn meanwhile, as a read would', async () => {
    const world = anArrival()
    world.source.failNextWrite = new Misconfigured('CRM_DENIED', 'Salesforce issues no access token')
    const change = aChange()
    expect(await world.sync(change)).toHaveLength(1)
    expect(world.link(null)?.failure).toMatchObject({ code: 'CRM_DENIED', attempts: 0 })
    expect(await world.sync(change)).toEqual([])
    expect(world.source.writes).toHaveLength(2)
  })

  it('is not hidden when it is a mistake of ours', async () => {
    const world = anArrival()
    world.source.failNextWrite = new TypeError('undefined is not a function')
    expect(await world.sync(aChange())).toHaveLength(1)
    expect(world.counts).toMatchObject({ ChangesFailed: 1 })
  })
})

describe('a record that is gone', () => {
  it('is not written after its deletion, its erasure, or when it is read as deleted', async () => {
    const world = await aResident()
    world.source.held.clear()
    world.source.records.delete(key)
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(2) }))
    expect(world.link('notchpay')).toMatchObject({ state: 'closed' })
    await world.sync(aChange({ kind: 'erased' }))
    await world.sync(aChange())
    expect(world.source.writes).toEqual([])
  })

  it('ends a write that finds it deleted, since the deletion is another event', async () => {
    const world = anArrival()
    Object.assign(world.notchpay, {
      createCustomer: duringCreate(world, () => void world.source.records.delete(key)),
    })
    expect(await world.sync(aChange())).toEqual([])
    expect(world.source.writes).toHaveLength(1)
    expect(world.counts['CustomerIdsWritten']).toBeUndefined()
    expect(world.counts['CustomerIdsRefused']).toBeUndefined()
  })
})

describe('a merge', () => {
  const loser = { ...ref, recordId: '502' }

  it('gives the survivor the id of the customer that it takes over', async () => {
    const world = aWorld({ writesBack: both })
    world.source.put(loser, aCustomer(), crmTime(0))
    await world.sync(aChange(loser))
    world.source.records.set(recordKey(loser), { kind: 'merged', intoId: ref.recordId })
    world.source.put(ref, aCustomer(), crmTime(1), ['502'])
    await world.sync(aChange({ kind: 'merged', mergedIds: ['502'] }))
    expect(world.notchpay.customers.size).toBe(1)
    expect(world.source.writes.slice(1)).toEqual([[key, { notchpay: 'notchpay_1' }]])
  })

  it('gives the survivor its own id where the CRM has copied that of the other record', async () => {
    const world = await aResident()
    world.source.put(loser, aCustomer({ email: 'other@example.cm' }), crmTime(0))
    await world.sync(aChange(loser))
    world.source.records.set(recordKey(loser), { kind: 'merged', intoId: ref.recordId })
    world.source.held.set(key, { notchpay: 'notchpay_2' })
    await world.sync(aChange({ kind: 'merged', mergedIds: ['502'] }))
    expect(world.source.writes.at(-1)).toEqual([key, { notchpay: 'notchpay_1' }])
    await world.sync(aChange(loser))
    expect(world.source.writes).toHaveLength(2)
  })
})

it('writes the ids of many records ten at a time', async () => {
  const world = aWorld({ writesBack: both })
  const refs = Array.from({ length: 30 }, (_, index) => ({ ...ref, recordId: String(600 + index) }))
  for (const each of refs) {
    world.source.put(each, aCustomer({ email: `${each.recordId}@example.cm` }), crmTime(0))
  }
  const { writeBack: writer } = world.source
  let atOnce = 0
  let most = 0
  const source = {
    ...world.source,
    writeBack: {
      providersFor: () => both,
      write: async (...args: Parameters<NonNullable<typeof writer>['write']>) => {
        atOnce += 1
        most = Math.max(most, atOnce)
        await new Promise(setImmediate)
        atOnce -= 1
        return writer?.write(...args) ?? 'gone'
      },
    },
  }
  Object.assign(world.deps, { source: async () => source })
  expect(await world.sync(...refs.map((each) => aChange(each)))).toEqual([])
  expect(world.source.writes).toHaveLength(30)
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(10)
})

it('has the survivor read again where a merge in the same moment let the id end up in its record', async () => {
  const world = await aResident()
  const loser = { ...ref, recordId: '502' }
  world.source.put(loser, aCustomer({ email: 'other@example.cm' }), crmTime(0))
  Object.assign(world.notchpay, {
    createCustomer: duringCreate(world, () => {
      world.source.records.set(recordKey(loser), { kind: 'merged', intoId: ref.recordId })
    }),
  })
  await world.sync(aChange(loser))
  expect(world.source.held.get(key)).toEqual({ notchpay: 'notchpay_2' })
  expect(world.sent).toMatchObject([{ ...ref, kind: 'changed' }])
  await world.sync(...world.sent)
  expect(world.source.held.get(key)).toEqual({ notchpay: 'notchpay_1' })
})

it('writes the id of a customer that was adopted', async () => {
  const policies = {
    onDelete: 'keep',
    clear: [],
    firstSight: 'adopt-or-create',
    unreadablePhone: 'keep',
  } as const
  const world = anArrival({ policies })
  world.notchpay.customers.set('found_1' as never, { email: 'amina@example.cm' })
  await world.sync(aChange())
  expect(world.link('notchpay')).toMatchObject({ providerCustomerId: 'found_1', lastOutcome: 'adopted' })
  expect(world.source.writes).toEqual([[key, { notchpay: 'found_1' }]])
})

it('writes nothing for a customer that no route takes', async () => {
  const world = anArrival({ routes: [{ to: 'nowhere' }] })
  await world.sync(aChange())
  expect(world.source.writes).toEqual([])
})
