import type { QueueRecord } from '../../../lib/core/messages/queued-change.ts'
import { syncBatch } from '../../../lib/core/syncing/sync-batch.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const secretBody = '{"v":99,"email":"amina@example.cm"}'

function aRecord(messageId: string, changes: Partial<QueueRecord> = {}): QueueRecord {
  return { messageId, receives: 1, firstReceivedAt: null, group: 'group-1', body: secretBody, ...changes }
}
const readable = (messageId: string, changes: Partial<QueueRecord> = {}) =>
  aRecord(messageId, { body: JSON.stringify(aChange({ eventId: messageId })), ...changes })

function linkable(changes: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld(changes)
  world.source.put(ref, aCustomer(), crmTime(0))
  return { world, sync: (...records: QueueRecord[]) => syncBatch(records, () => 60_000, world.deps) }
}
const afterAMinute = (...ids: string[]) => ids.map((messageId) => ({ messageId, afterSeconds: 60 }))

describe('a message that cannot be read', () => {
  it('waits a minute, because a newer release may be able to read it', async () => {
    const { world, sync } = linkable()
    for (const receives of [1, 2, 3, 4]) {
      expect(await sync(aRecord('m1', { receives }))).toEqual(afterAMinute('m1'))
    }
    expect(world.parkedRaw).toEqual([])
    expect(world.counts).toMatchObject({ MessagesUnreadable: 4 })
  })

  it('is parked unchanged for manual handling after a few receives, and leaves its queue', async () => {
    const { world, sync } = linkable()
    expect(await sync(aRecord('m1', { receives: 5 }))).toEqual([])
    expect(world.parkedRaw).toEqual([
      {
        raw: { messageId: 'm1', group: 'group-1', body: secretBody },
        failure: {
          provider: null,
          code: 'MESSAGE_UNREADABLE',
          reason: expect.stringContaining('unknown version'),
          field: null,
          attempts: 5,
          firstFailedAt: world.deps.clock.now().toISOString(),
          retryable: false,
        },
      },
    ])
    expect(world.counts).toMatchObject({ MessagesUnreadable: 1, ChangesDeadLettered: 1 })
  })

  it('stays on its queue when the dead-letter queue does not answer', async () => {
    const silent = async () => {
      throw new Error('no answer')
    }
    const { sync } = linkable({ deadLetters: { park: silent, parkRaw: silent } })
    expect(await sync(aRecord('m1', { receives: 7 }), readable('m2'))).toEqual(afterAMinute('m1', 'm2'))
  })

  it('is not parked when little of the function’s time is left', async () => {
    const { world } = linkable()
    const records = [aRecord('m1', { receives: 5 })]
    expect(await syncBatch(records, () => 20_000, world.deps)).toEqual(afterAMinute('m1'))
    expect(world.parkedRaw).toEqual([])
  })

  it.each([
    ['not JSON', 'nonsense of amina@example.cm'],
    ['not an object', '["amina@example.cm"]'],
    ['not an object', 'null'],
    ['unknown version', '{"email":"amina@example.cm"}'],
    ['unknown version', secretBody],
    ['kind, receivedAt', JSON.stringify({ ...aChange(), kind: 'amina@example.cm', receivedAt: 7 })],
    ['mergedIds.1', JSON.stringify({ ...aChange(), mergedIds: ['7', 8] })],
  ])('is logged as an error with the reason %j, without its body', async (problem, body) => {
    const { world, sync } = linkable()
    for (const receives of [1, 5]) await sync(aRecord('m1', { receives, firstReceivedAt: null, body }))
    expect(world.lines).toHaveLength(2)
    for (const [index, line] of world.lines.entries()) {
      expect(line).toContain('"messageId":"m1"')
      expect(line).toContain(`"receives":${[1, 5][index]}`)
      expect(line).toContain('"code":"MESSAGE_UNREADABLE"')
      expect(line).toContain(problem)
    }
    expect(world.lines.join() + JSON.stringify(world.parkedRaw.map(({ failure }) => failure))).not.toContain(
      'amina',
    )
  })
})

describe('messages of the same record', () => {
  it('wait behind an unreadable message, but those before it do not', async () => {
    const { world, sync } = linkable()
    expect(await sync(readable('m1'), aRecord('m2'), readable('m3'), readable('m4'))).toEqual(
      afterAMinute('m2', 'm3', 'm4'),
    )
    expect(world.source.reads).toHaveLength(1)
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('are not processed while it comes before all of them', async () => {
    const { world, sync } = linkable()
    const other = { ...ref, recordId: '502' }
    world.source.put(other, aCustomer({ email: 'kwame@example.com' }), crmTime(0))
    const others = JSON.stringify(aChange({ recordId: '502' }))
    const records = [aRecord('m1'), readable('m2'), aRecord('m3', { group: 'group-2', body: others })]
    expect(await sync(...records)).toEqual(afterAMinute('m1', 'm2'))
    expect(world.source.reads).toEqual([[other]])
  })

  it('continue once it is parked, in the same batch', async () => {
    const { world, sync } = linkable()
    expect(await sync(readable('m1'), aRecord('m2', { receives: 5 }), readable('m3'))).toEqual([])
    expect(world.notchpay.customers.size).toBe(1)
    expect(world.parkedRaw).toHaveLength(1)
  })

  it('wait behind the second one when the first is parked', async () => {
    const { world, sync } = linkable()
    const records = [aRecord('m1', { receives: 5 }), readable('m2'), aRecord('m3'), readable('m4')]
    expect(await sync(...records)).toEqual(afterAMinute('m3', 'm4'))
    expect(world.notchpay.customers.size).toBe(1)
  })
})

it('delays no other record while it is being parked', async () => {
  const created = Promise.withResolvers<void>()
  const { world, sync } = linkable({ deadLetters: { park: async () => {}, parkRaw: () => created.promise } })
  const { createCustomer } = world.notchpay
  world.notchpay.createCustomer = async (...args) => {
    created.resolve()
    return createCustomer(...args)
  }
  expect(await sync(aRecord('m1', { group: 'group-2', receives: 5 }), readable('m2'))).toEqual([])
  expect(world.notchpay.customers.size).toBe(1)
})
