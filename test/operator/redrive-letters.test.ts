import { sendBack } from '../../lib/core/dead-letters/redrive.ts'
import type { CustomerChange } from '../../lib/core/model/change.ts'
import { newLink, type ParkedFailure } from '../../lib/core/model/link.ts'
import type { RawMessage } from '../../lib/core/ports/queues.ts'
import { redriveLetters } from '../../lib/operator/dead-letters/redrive-letters.ts'
import type { RedriveOptions } from '../../lib/operator/dead-letters/redrive-run.ts'
import { aFailure, fakeDeadLetters } from '../fakes/dead-letters.ts'
import { fakeLinks } from '../fakes/links.ts'
import { aChange } from '../fakes/world.ts'

/** Dead letters, and what becomes of those sent: `onSettle` plays the functions while the command waits. */
function aWorld(onSettle: (sent: readonly CustomerChange[]) => boolean = () => true) {
  const deadLetters = fakeDeadLetters()
  const links = fakeLinks()
  const sent: CustomerChange[] = []
  const sentRaw: RawMessage[] = []
  const waves: string[] = []
  const park = (changes: Partial<CustomerChange>, failure: ParkedFailure | null = aFailure()) =>
    deadLetters.put(aChange(changes), failure, new Date())
  const parkMany = (count: number, failure = aFailure()) => {
    for (let index = 0; index < count; index += 1)
      park({ recordId: `${failure.code}${100 + index}` }, failure)
  }
  let settled = 0
  const interruption = new AbortController()
  const deps = {
    deadLetters,
    links,
    queue: {
      send: async (changes: readonly CustomerChange[]) => void sent.push(...changes),
      sendRaw: async (messages: readonly RawMessage[]) => void sentRaw.push(...messages),
    },
    settle: async () => {
      const wave = sent.slice(settled)
      settled = sent.length
      return onSettle(wave)
    },
    onWave: (count: number, total: number) => void waves.push(`${count} of ${total}`),
    signal: interruption.signal,
  }
  const redrive = (options: Partial<RedriveOptions> = {}) =>
    redriveLetters(deps, { wants: () => true, inWaves: true, watch: true, ...options })
  return { deps, deadLetters, links, sent, sentRaw, waves, park, parkMany, redrive, interruption }
}

const saveFailure = (
  world: ReturnType<typeof aWorld>,
  change: CustomerChange,
  of: Partial<ParkedFailure>,
) => {
  const { provider, ...failure } = aFailure(of)
  return world.links.saveLink({ ...newLink(change, provider, 'test'), failure })
}

describe('sendBack', () => {
  it('sends those named at once, and keeps the others', async () => {
    const { deps, deadLetters, park, sent } = aWorld()
    const [first, , third] = [park({ round: 5 }), park({ recordId: '502' }), park({ recordId: '503' })]
    const { redriven } = await sendBack(new Set([first, third]), deps)
    expect(redriven.toSorted()).toEqual([first, third])
    expect(sent.map(({ recordId, round }) => [recordId, round]).toSorted()).toEqual([
      ['501', 6],
      ['503', 1],
    ])
    expect([...deadLetters.letters.values()]).toMatchObject([{ change: { recordId: '502' } }])
  })

  it('keeps one whose change the queue did not take', async () => {
    const { deps, deadLetters, park } = aWorld()
    const id = park({})
    const queue = { ...deps.queue, send: () => Promise.reject(new Error('the queue did not answer')) }
    await expect(sendBack(new Set([id]), { deadLetters, queue })).rejects.toThrow('did not answer')
    expect([...deadLetters.letters.keys()]).toEqual([id])
  })
})

describe('redriveLetters in waves', () => {
  it('sends a few first, then twice as many, and all in the end', async () => {
    const { deadLetters, parkMany, waves, redrive } = aWorld()
    parkMany(42)
    const { redriven, stopped } = await redrive()
    expect(redriven).toHaveLength(42)
    expect(stopped).toEqual([])
    expect(waves).toEqual(['5 of 42', '15 of 42', '35 of 42', '42 of 42'])
    expect(deadLetters.letters.size).toBe(0)
  })

  it('does not wait for the last ones where nobody wants to see what becomes of them', async () => {
    const { deps, parkMany } = aWorld()
    parkMany(5)
    const settle = () => Promise.reject(new Error('waited'))
    const options = { wants: () => true, inWaves: true, watch: false }
    const { redriven, outcome } = await redriveLetters({ ...deps, settle }, options)
    expect([redriven.length, outcome]).toEqual([5, null])
  })

  it('stops when the same failure comes back, and tells how many are left', async () => {
    const world = aWorld((wave) => {
      for (const change of wave.slice(0, 3)) world.park(change)
      return true
    })
    world.parkMany(120)
    const { redriven, total, stopped, outcome } = await world.redrive()
    expect(redriven).toHaveLength(5)
    expect(total).toBe(120)
    expect(stopped).toEqual([{ code: 'PROVIDER_FAILED', cameBack: 3, left: 115 }])
    const cameBack = [{ code: 'PROVIDER_FAILED', count: 3 }]
    expect(outcome).toEqual({ arrived: 2, retrying: 0, waiting: 0, cameBack })
    expect(world.deadLetters.letters.size).toBe(118)
  })

  it('goes on with those of another failure', async () => {
    const world = aWorld((wave) => {
      for (const change of wave) if (change.recordId.startsWith('TIMEOUT')) world.park(change, timeout)
      return true
    })
    const timeout = aFailure({ code: 'TIMEOUT' })
    world.parkMany(20)
    world.parkMany(20, timeout)
    const { redriven, stopped } = await world.redrive()
    expect(redriven).toHaveLength(25)
    expect(stopped).toEqual([{ code: 'TIMEOUT', cameBack: 5, left: 15 }])
  })

  it('goes on when what comes back failed for another reason, and sends that none again', async () => {
    const world = aWorld((wave) => {
      for (const change of wave) world.park(change, aFailure({ code: 'CONTACT_MISSING', retryable: false }))
      return true
    })
    world.parkMany(12)
    const { redriven, stopped, outcome } = await world.redrive()
    expect(redriven).toHaveLength(12)
    expect(stopped).toEqual([])
    expect(outcome).toMatchObject({ arrived: 0, cameBack: [{ code: 'CONTACT_MISSING', count: 12 }] })
  })

  it('stops when the links tell that the same failure is met again, long before it is a dead letter', async () => {
    const world = aWorld((wave) => {
      for (const change of wave)
        void saveFailure(world, change, { attempts: 2, firstFailedAt: '2026-06-01T13:00:00.000Z' })
      return false
    })
    world.parkMany(30)
    const { redriven, stopped, outcome } = await world.redrive()
    expect(redriven).toHaveLength(5)
    expect(stopped).toEqual([{ code: 'PROVIDER_FAILED', cameBack: 5, left: 25 }])
    expect(outcome).toEqual({ arrived: 0, retrying: 5, waiting: 0, cameBack: [] })
  })

  it('takes no notice of what the links said already, and goes on where the time alone is over', async () => {
    const world = aWorld(() => false)
    world.parkMany(30)
    for (const { change } of world.deadLetters.letters.values()) {
      if (change) await saveFailure(world, change, {})
    }
    const { redriven, outcome } = await world.redrive()
    expect(redriven).toHaveLength(30)
    expect(outcome).toEqual({ arrived: 0, retrying: 0, waiting: 30, cameBack: [] })
  })

  it('sends only what fits, and keeps the others', async () => {
    const world = aWorld()
    world.parkMany(20)
    world.parkMany(20, aFailure({ code: 'TIMEOUT' }))
    const { redriven, total } = await world.redrive({
      wants: ({ diagnosis }) => diagnosis.code === 'TIMEOUT',
    })
    expect([redriven.length, total]).toEqual([20, 20])
    expect(world.sent.every(({ recordId }) => recordId.startsWith('TIMEOUT'))).toBe(true)
    expect(world.deadLetters.letters.size).toBe(20)
  })

  it('sends nothing that is dead-lettered while it waits for the last ones', async () => {
    const world = aWorld((wave) => {
      if (wave.length > 0) world.park({ recordId: 'new' })
      return true
    })
    world.parkMany(5)
    const { redriven } = await world.redrive()
    expect(redriven).toHaveLength(5)
    expect([...world.deadLetters.letters.values()]).toMatchObject([{ change: { recordId: 'new' } }])
  })

  it('stops between two waves when it is interrupted, and tells what it has sent', async () => {
    const world = aWorld(() => {
      world.interruption.abort()
      return false
    })
    world.parkMany(30)
    const { redriven, outcome } = await world.redrive()
    expect([redriven.length, outcome]).toEqual([5, null])
    expect(world.deadLetters.letters.size).toBe(25)
  })
})

describe('redriveLetters at once', () => {
  it('sends another change of the same record, and none twice', async () => {
    const world = aWorld()
    world.parkMany(30)
    world.park({ recordId: 'PROVIDER_FAILED100', eventId: 'later', round: 2 })
    const { send } = world.deps.queue
    const queue = {
      ...world.deps.queue,
      send: async (changes: readonly CustomerChange[]) => {
        for (const change of changes) if (change.eventId !== 'later') world.park(change)
        await send(changes)
      },
    }
    const options = { wants: () => true, inWaves: false, watch: true }
    const { redriven, stopped } = await redriveLetters({ ...world.deps, queue }, options)
    expect(redriven).toHaveLength(31)
    expect(stopped).toEqual([])
    expect(world.sent).toHaveLength(31)
  })

  it('sends those with these ids, tells what became of each, and diagnoses no other', async () => {
    const world = aWorld((wave) => {
      const [first] = wave
      if (first) world.park(first, aFailure({ code: 'TIMEOUT' }))
      return true
    })
    const ids = [world.park({ recordId: '1' }), world.park({ recordId: '2' }), world.park({ recordId: '3' })]
    world.park({ recordId: '4' }, null)
    const { redriven, outcome } = await world.redrive({ ids: new Set(ids), inWaves: false })
    expect(redriven.toSorted()).toEqual(ids)
    const cameBack = [{ code: 'TIMEOUT', count: 1 }]
    expect(outcome).toEqual({ arrived: 2, retrying: 0, waiting: 0, cameBack })
    expect(world.links.calls.reads).toBe(0)
  })

  it('tells by the links what became of each while the queue is not empty', async () => {
    const world = aWorld((wave) => {
      const [arrived, retried] = wave
      const link = (change: CustomerChange) => newLink(change, 'notchpay', 'test')
      const syncedAt = new Date(Date.now() + 1000).toISOString()
      if (arrived) void world.links.saveLink({ ...link(arrived), syncedAt, lastOutcome: 'updated' })
      if (retried) void saveFailure(world, retried, { attempts: 1 })
      return false
    })
    const ids = ['1', '2', '3'].map((recordId) => world.park({ recordId }))
    const { outcome } = await world.redrive({ ids: new Set(ids), inWaves: false })
    expect(outcome).toEqual({ arrived: 1, retrying: 1, waiting: 1, cameBack: [] })
  })

  it('sends what cannot be read as it was, and sees it come back', async () => {
    const world = aWorld(() => {
      world.deadLetters.put(null, aFailure({ code: 'MESSAGE_UNREADABLE', retryable: false }), new Date())
      return true
    })
    const id = world.deadLetters.put(null, null, new Date())
    const { redriven, outcome } = await world.redrive()
    expect(redriven).toEqual([id])
    expect(world.sentRaw).toMatchObject([{ body: '{"v":2}', group: 'odd', key: id }])
    expect(outcome).toMatchObject({ arrived: 0, cameBack: [{ code: 'MESSAGE_UNREADABLE', count: 1 }] })
  })

  it('keeps and names what another release has parked', async () => {
    const world = aWorld()
    world.parkMany(7)
    const foreign = { id: 'f', deadLetteredAt: null, change: null, raw: null, foreign: '{}', failure: null }
    world.deadLetters.letters.set('f', foreign)
    const { redriven, unreadable } = await world.redrive()
    expect(redriven).toHaveLength(7)
    expect(unreadable).toEqual(['f'])
    expect([...world.deadLetters.letters.keys()]).toEqual(['f'])
  })
})
