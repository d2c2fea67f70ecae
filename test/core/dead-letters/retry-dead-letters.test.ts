import { retryDeadLetters } from '../../../lib/core/dead-letters/retry-dead-letters.ts'
import type { CustomerChange } from '../../../lib/core/model/change.ts'
import { newLink } from '../../../lib/core/model/link.ts'
import { aFailure, fakeDeadLetters } from '../../fakes/dead-letters.ts'
import { fakeLinks } from '../../fakes/links.ts'
import { aChange, ref } from '../../fakes/world.ts'

const minutes = 60_000
const hours = 60 * minutes

/** A dead-letter queue, the queue of changes, and a manually advanced clock. */
function aWorld() {
  const deadLetters = fakeDeadLetters()
  const manual = fakeDeadLetters()
  const links = fakeLinks()
  const sent: CustomerChange[] = []
  const lines: unknown[] = []
  let now = Date.UTC(2026, 5, 1, 12)
  const write = (...line: unknown[]) => void lines.push(line)
  const deps = {
    deadLetters,
    manual,
    links,
    queue: {
      send: async (changes: readonly CustomerChange[]) => void sent.push(...changes),
      sendRaw: () => Promise.reject(new Error('an automatic retry must not send what it cannot read')),
    },
    clock: { now: () => new Date(now) },
    log: { debug: write, info: write, warn: write, error: write },
  }
  return {
    ...deps,
    deps,
    sent,
    lines,
    wait: (millis: number) => {
      now += millis
    },
    park: (changes: Partial<CustomerChange> = {}, failure: ReturnType<typeof aFailure> | null = aFailure()) =>
      deadLetters.put(aChange(changes), failure, new Date(now)),
    run: (remainingMillis = () => 60_000) => retryDeadLetters(remainingMillis, deps),
  }
}

const manyRecords = (count: number) => Array.from({ length: count }, (_, index) => String(1000 + index))

describe('retryDeadLetters', () => {
  it('redrives what may succeed now, as a new round, and removes it', async () => {
    const world = aWorld()
    world.park({ recordId: '501', eventId: 'e1', sealedSnapshot: 'v1.sealed', mergedIds: ['7'] })
    world.wait(15 * minutes)
    expect(await world.run()).toEqual({ seen: 1, sentBack: 1, moved: 0, held: [] })
    expect(world.sent).toMatchObject([
      { recordId: '501', eventId: 'e1', sealedSnapshot: 'v1.sealed', mergedIds: ['7'], round: 1 },
    ])
    expect(world.deadLetters.letters.size).toBe(0)
  })

  it.each([
    ['has not been redriven', 0, 15 * minutes],
    ['has been redriven once', 1, hours],
    ['has been redriven twice', 2, 4 * hours],
  ])('waits before it redrives a dead letter that %s', async (_, round, rest) => {
    const world = aWorld()
    world.park({ round })
    world.wait(rest - 1)
    expect(await world.run()).toMatchObject({ sentBack: 0 })
    world.wait(1)
    expect(await world.run()).toMatchObject({ sentBack: 1 })
    expect(world.sent).toMatchObject([{ round: round + 1 }])
  })

  it('moves those that need manual handling, with their ids and times', async () => {
    const world = aWorld()
    world.park({}, aFailure({ code: 'CONTACT_MISSING', field: 'email', retryable: false }))
    world.park({ round: 3 })
    world.deadLetters.put(null, null, world.clock.now())
    const before = new Map(world.deadLetters.letters)
    world.wait(100 * hours)
    expect(await world.run()).toEqual({ seen: 3, sentBack: 0, moved: 3, held: [] })
    expect(world.deadLetters.letters.size).toBe(0)
    expect(world.manual.letters).toEqual(before)
  })

  it('reaches retryable dead letters behind any number of those that need manual handling', async () => {
    const world = aWorld()
    for (let index = 0; index < 50; index += 1) world.park({ recordId: `retry-${index}` })
    for (let index = 0; index < 5000; index += 1) {
      world.park({ recordId: String(index) }, aFailure({ code: 'CONTACT_MISSING', retryable: false }))
    }
    world.wait(15 * minutes)
    for (let run = 0; run < 4; run += 1) {
      await world.run()
      world.wait(15 * minutes)
    }
    expect(world.sent).toHaveLength(50)
    expect(world.manual.letters.size).toBe(5000)
  })

  it('keeps one that failed in its last round for a while, as a sign that the failure persists', async () => {
    const world = aWorld()
    for (const recordId of manyRecords(20)) world.park({ recordId })
    world.wait(15 * minutes)
    world.park({ recordId: '7', round: 3 })
    expect(await world.run()).toMatchObject({ sentBack: 0, moved: 0, held: ['notchpay PROVIDER_FAILED'] })
    world.wait(hours)
    expect(await world.run()).toMatchObject({ sentBack: 5, moved: 0, held: [] })
    world.wait(2 * hours)
    expect(await world.run()).toMatchObject({ moved: 1 })
  })

  it('stores the reason it found for a message that SQS moved', async () => {
    const world = aWorld()
    const change = aChange()
    const { provider, ...failure } = aFailure({ code: 'CONTACT_MISSING', retryable: false })
    await world.links.saveLink({ ...newLink(change, 'notchpay', 'test'), failure })
    world.deadLetters.put(change, null, world.clock.now())
    await world.run()
    expect([...world.manual.letters.values()]).toMatchObject([{ change, failure: { ...failure, provider } }])
  })

  it('redrives what it can although moving fails, keeps what it could not move, and then fails', async () => {
    const world = aWorld()
    world.park()
    world.park({ recordId: '2' }, aFailure({ retryable: false }))
    world.wait(hours)
    const manual = { add: () => Promise.reject(new Error('the manual queue did not answer')) }
    const run = retryDeadLetters(() => 60_000, { ...world.deps, manual })
    await expect(run).rejects.toThrow('the manual queue did not answer')
    expect(world.sent).toHaveLength(1)
    expect([...world.deadLetters.letters.values()]).toMatchObject([{ change: { recordId: '2' } }])
  })

  it.each([
    ['reports a retryable failure', aFailure(), 1],
    ['reports a permanent failure', aFailure({ retryable: false }), 0],
    ['reports no failure', null, 1],
  ])('reads the link for a message that SQS moved; the link %s', async (_, failure, sentBack) => {
    const world = aWorld()
    const change = aChange()
    await world.links.saveLink({ ...newLink(change, 'notchpay', 'test'), failure })
    world.deadLetters.put(change, null, world.clock.now())
    world.wait(hours)
    expect(await world.run()).toMatchObject({ sentBack })
  })

  it('reads no link for a dead letter with a reason', async () => {
    const world = aWorld()
    world.park()
    await world.run()
    expect(world.links.calls.reads).toBe(0)
  })

  it('redrives a few first, oldest first, then doubles the number every 15 minutes', async () => {
    const world = aWorld()
    for (const recordId of manyRecords(100)) {
      world.park({ recordId })
      world.wait(100)
    }
    world.wait(15 * minutes)
    const waves: number[] = []
    for (let run = 0; run < 6; run += 1) {
      waves.push((await world.run()).sentBack)
      world.wait(15 * minutes)
    }
    expect(waves).toEqual([5, 10, 20, 40, 25, 0])
    expect(world.sent.map(({ recordId }) => recordId)).toEqual(manyRecords(100))
  })

  it('stops for an hour when the same failure recurs, then redrives a few again', async () => {
    const world = aWorld()
    for (const recordId of manyRecords(30)) world.park({ recordId })
    world.wait(15 * minutes)
    await world.run()
    world.wait(10 * minutes)
    world.park({ recordId: '1000', round: 1 })
    world.wait(5 * minutes)
    expect(await world.run()).toEqual({
      seen: 26,
      sentBack: 0,
      moved: 0,
      held: ['notchpay PROVIDER_FAILED'],
    })
    world.wait(54 * minutes)
    expect(await world.run()).toMatchObject({ sentBack: 0 })
    world.wait(minutes)
    expect(await world.run()).toMatchObject({ sentBack: 5, held: [] })
    world.wait(15 * minutes)
    expect(await world.run()).toMatchObject({ sentBack: 10 })
  })

  it.each([
    ['another failure', {}, { code: 'TIMEOUT' }],
    ['another provider', {}, { provider: 'wooshpay' }],
    ['another CRM', { source: 'pipedrive' }, { provider: null }],
  ] as const)('continues with the dead letters of %s meanwhile', async (_, change, failure) => {
    const world = aWorld()
    const returned = 'provider' in failure && failure.provider === null ? { provider: null } : {}
    world.park({ recordId: '1', ...change }, aFailure(failure))
    world.wait(14 * minutes)
    world.park({ recordId: '2', round: 1 }, aFailure(returned))
    world.wait(minutes)
    await world.run()
    expect(world.sent).toMatchObject([{ recordId: '1' }])
  })

  it('redrives only a few at a time of those that SQS moved without a reason', async () => {
    const world = aWorld()
    for (const recordId of manyRecords(20)) world.park({ recordId }, null)
    world.wait(10 * hours)
    expect(await world.run()).toMatchObject({ sentBack: 5 })
    world.wait(15 * minutes)
    expect(await world.run()).toMatchObject({ sentBack: 5 })
  })

  it('stops retrying a persistent failure after three rounds per dead letter, and loses none', async () => {
    const world = aWorld()
    const records = manyRecords(12)
    for (const recordId of records) world.park({ recordId, eventId: 'e1' })
    for (let run = 0; run < 4 * 24 * 7; run += 1) {
      const before = world.sent.length
      await world.run()
      world.wait(10 * minutes)
      for (const change of world.sent.slice(before)) world.park(change)
      world.wait(5 * minutes)
    }
    const rounds = Map.groupBy(world.sent, ({ recordId }) => recordId)
    expect([...rounds.keys()].toSorted()).toEqual(records)
    for (const changes of rounds.values()) expect(changes.map(({ round }) => round)).toEqual([1, 2, 3])
    const left = [...world.manual.letters.values()].map(({ change }) => [change?.recordId, change?.round])
    expect(left.toSorted()).toEqual(records.map((recordId) => [recordId, 3]))
  })

  it('keeps every dead letter that the queue did not accept', async () => {
    const world = aWorld()
    world.park()
    world.wait(hours)
    const send = () => Promise.reject(new Error('the queue did not answer'))
    const queue = { ...world.deps.queue, send }
    await expect(retryDeadLetters(() => 60_000, { ...world.deps, queue })).rejects.toThrow('did not answer')
    expect(world.deadLetters.letters.size).toBe(1)
  })

  it('receives no more than its time allows', async () => {
    const world = aWorld()
    for (const recordId of manyRecords(40)) world.park({ recordId })
    world.wait(hours)
    let remaining = 72_000
    const { seen } = await world.run(() => {
      remaining -= 12_000
      return remaining
    })
    expect(seen).toBe(20)
  })

  it('stops redriving in time to release the others', async () => {
    const world = aWorld()
    for (const recordId of manyRecords(250)) world.park({ recordId })
    world.wait(12 * hours)
    const { seen, sentBack } = await world.run(() => (world.sent.length === 0 ? 60_000 : 9000))
    expect([seen, sentBack, world.deadLetters.letters.size]).toEqual([250, 100, 150])
  })

  it('logs nothing for an empty queue', async () => {
    const world = aWorld()
    await world.run()
    expect(world.lines).toEqual([])
  })

  it('logs each dead letter that it redrives or moves, with its record and event', async () => {
    const world = aWorld()
    world.park({ recordId: '501', eventId: 'e1' })
    world.wait(15 * minutes)
    world.park({ recordId: '502', eventId: 'e2' }, aFailure({ code: 'CONTACT_MISSING', retryable: false }))
    await world.run()
    const { source, account, recordType } = ref
    const record = { source, account, recordType, round: 0, provider: 'notchpay', attempts: 8 }
    expect(world.lines).toEqual([
      [
        'dead letter moved to the queue for manual handling',
        { ...record, recordId: '502', eventIds: ['e2'], code: 'CONTACT_MISSING' },
      ],
      ['dead letter redriven', { ...record, recordId: '501', eventIds: ['e1'], code: aFailure().code }],
      ['dead letters checked', { seen: 2, sentBack: 1, moved: 1, held: [] }],
    ])
  })
})
