import { type CustomerChange, type RecordRef, recordKey } from '../../../lib/core/model/change.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const loser = { ...ref, recordId: '400' }
const email = (minutes: number) => `amina.${minutes}@example.cm`

/** Every order in which these events can arrive. */
function orders<T>(events: readonly T[]): T[][] {
  if (events.length < 2) return [[...events]]
  return events.flatMap((event, index) =>
    orders(events.toSpliced(index, 1)).map((others) => [event, ...others]),
  )
}

/** A change with a snapshot of the record at that time. */
function withSnapshot(minutes: number, kind: CustomerChange['kind'] = 'changed') {
  return aChange({
    kind,
    occurredAt: crmTime(minutes),
    snapshot: { customer: aCustomer({ email: email(minutes) }), version: crmTime(minutes) },
  })
}

function pointer(minutes: number, changes: Partial<CustomerChange> = {}) {
  return aChange({ occurredAt: crmTime(minutes), ...changes })
}

type World = ReturnType<typeof aWorld>

/** Delivers one message after the other, including the messages they cause. */
async function deliver(world: World, events: readonly CustomerChange[]): Promise<void> {
  for (const event of events) {
    expect(await world.sync(event)).toEqual([])
    for (const further of world.sent.splice(0)) expect(await world.sync(further)).toEqual([])
  }
}

const held = ({ notchpay }: World) => [...notchpay.customers.values()].map((it) => it['email'])
const stateOf = (world: World, { recordId }: RecordRef) => world.link('notchpay', recordId)?.state

describe('in whatever order its events arrive', () => {
  it('the newest state of a sender that cannot be asked is kept', async () => {
    const events = [
      withSnapshot(1),
      withSnapshot(2),
      pointer(3, { kind: 'deleted' }),
      withSnapshot(4, 'restored'),
      withSnapshot(5),
      withSnapshot(6),
    ]
    for (const order of orders(events)) {
      const world = aWorld({ canFetch: false })
      await deliver(world, order)
      expect({ held: held(world), state: stateOf(world, ref) }).toEqual({
        held: [email(6)],
        state: 'linked',
      })
    }
  })

  it('a deletion that happened last is kept', async () => {
    const events = [
      withSnapshot(1),
      withSnapshot(2),
      withSnapshot(3),
      withSnapshot(3),
      withSnapshot(4),
      pointer(5, { kind: 'deleted' }),
    ]
    for (const order of orders(events)) {
      const world = aWorld({
        canFetch: false,
        policies: { onDelete: 'delete', clear: [], firstSight: 'create', unreadablePhone: 'keep' },
      })
      await deliver(world, order)
      expect({ held: held(world), linked: stateOf(world, ref) === 'linked' }).toEqual({
        held: [],
        linked: false,
      })
    }
  })

  it('an erasure is kept', async () => {
    const events = [
      withSnapshot(1),
      withSnapshot(2),
      pointer(3, { kind: 'deleted' }),
      pointer(4, { kind: 'erased' }),
      withSnapshot(2),
    ]
    for (const canFetch of [true, false]) {
      for (const order of orders([...events, withSnapshot(5, 'restored')])) {
        const world = aWorld({ canFetch })
        await deliver(world, order)
        expect({ held: held(world), state: stateOf(world, ref) }).toEqual({ held: [], state: 'erased' })
      }
    }
  })

  it.each([
    ['returns the survivor', { kind: 'merged', intoId: ref.recordId } as const],
    ['shows it as deleted', { kind: 'deleted' } as const],
  ])('a merge is kept, where the CRM asked for the merged record %s', async (_, answer) => {
    const events = [
      pointer(1, { recordId: loser.recordId }),
      pointer(2, { recordId: loser.recordId }),
      pointer(3, { kind: 'merged', mergedIds: [loser.recordId] }),
      pointer(4),
      pointer(5),
    ]
    for (const order of orders(events)) {
      const world = aWorld()
      world.source.put(loser, aCustomer({ email: email(0) }), crmTime(0))
      await deliver(world, [pointer(0, { recordId: loser.recordId })])
      world.source.records.set(recordKey(loser), answer)
      world.source.put(ref, aCustomer({ email: email(5) }), crmTime(5), [loser.recordId])
      await deliver(world, order)
      expect({ held: held(world), gone: stateOf(world, loser), stands: stateOf(world, ref) }).toEqual({
        held: [email(5)],
        gone: 'merged',
        stands: 'linked',
      })
    }
  })
})
