import { RetryLater } from '../../../lib/core/model/errors.ts'
import { fakeSource } from '../../fakes/source.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const snapshot = { customer: aCustomer(), version: crmTime(1) }
const other = { ...ref, account: '77' }

function aWorldAsking(changes: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld(changes)
  const asked: string[] = []
  const { ownsAccount } = world.source
  world.source.ownsAccount = async (account) => {
    asked.push(account)
    return ownsAccount(account)
  }
  return { world, asked }
}

describe('the account of a record', () => {
  it('is read once per batch, before any record', async () => {
    const { world, asked } = aWorldAsking()
    const order: string[] = []
    world.source.onRead = () => order.push(...asked)
    const ids = ['501', '502', '503']
    for (const recordId of ids) world.source.put({ ...ref, recordId }, aCustomer(), crmTime(0))
    await world.sync(...ids.map((recordId) => aChange({ recordId })), aChange(other))
    expect(asked).toEqual(['33', '77'])
    expect(order.slice(0, 1)).toEqual(['33'])
    await world.sync(aChange())
    expect(asked).toEqual(['33', '77', '33'])
  })

  it.each([true, false])(
    'is read before a snapshot is trusted, the CRM can be asked: %s',
    async (canFetch) => {
      const { world, asked } = aWorldAsking({ canFetch, sendsSnapshots: true })
      world.source.foreignAccounts.add('33')
      expect(await world.sync(aChange({ snapshot }))).toEqual([])
      expect(asked).toEqual(['33'])
      expect(world.links.items.size).toBe(0)
      expect(world.notchpay.calls).toEqual([])
    },
  )

  it('that belongs to another token closes no link and is not retried', async () => {
    const { world } = aWorldAsking()
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange())
    const linked = world.link('notchpay')
    world.source.foreignAccounts.add('33')
    world.source.records.clear()
    world.source.reads.length = 0
    for (const kind of ['deleted', 'changed', 'merged', 'erased'] as const) {
      expect(await world.sync(aChange({ kind, mergedIds: ['7'], occurredAt: crmTime(5) }))).toEqual([])
    }
    expect(world.link('notchpay')).toEqual(linked)
    expect(world.source.reads).toEqual([])
    expect(world.parked).toHaveLength(4)
    expect(world.parked[0]).toMatchObject({
      change: { ...ref, kind: 'deleted', occurredAt: crmTime(5) },
      failure: { code: 'FOREIGN_ACCOUNT', reason: expect.stringContaining('account 33'), retryable: false },
    })
  })

  it('does not affect records of other accounts in the batch', async () => {
    const { world } = aWorldAsking()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.source.foreignAccounts.add('77')
    expect(await world.sync(aChange(other), aChange())).toEqual([])
    expect(world.parked).toHaveLength(1)
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('is read again later when the CRM is down, without using up attempts', async () => {
    const { world } = aWorldAsking()
    world.source.put(ref, aCustomer(), crmTime(0))
    const { ownsAccount } = world.source
    world.source.ownsAccount = async () => {
      throw new RetryLater('CRM_UNAVAILABLE', 'the CRM is down', { afterSeconds: 7, counts: false })
    }
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await world.sync(aChange({ snapshot }))).toMatchObject([{ afterSeconds: 7 }])
    }
    expect(world.parked).toEqual([])
    world.source.ownsAccount = ownsAccount
    expect(await world.sync(aChange())).toEqual([])
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('is checked with the same token that reads the record', async () => {
    const [first, second] = [fakeSource(), fakeSource()]
    for (const source of [first, second]) source.put(ref, aCustomer(), crmTime(0))
    let current = first
    first.ownsAccount = async () => {
      current = second
      return true
    }
    const world = aWorld({ source: async () => current })
    await world.sync(aChange())
    expect([first.reads.length, second.reads.length]).toEqual([1, 0])
  })
})
