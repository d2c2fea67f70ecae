import { redriveAll, redriveLetters } from '../../lib/cli/redrive-letters.ts'
import type { CustomerChange } from '../../lib/core/change.ts'
import { newLink, type ParkedFailure } from '../../lib/core/link.ts'
import { aFailure, fakeDeadLetters } from '../fakes/dead-letters.ts'
import { fakeLinks } from '../fakes/links.ts'
import { aChange } from '../fakes/world.ts'

/** Dead letters, and what becomes of those sent: `onSettle` plays the functions while the command waits. */
function aWorld(onSettle: (sent: readonly CustomerChange[]) => boolean = () => true) {
  const deadLetters = fakeDeadLetters()
  const links = fakeLinks()
  const sent: CustomerChange[] = []
  const waves: string[] = []
  const park = (changes: Partial<CustomerChange>, failure: ParkedFailure | null = aFailure()) =>
    deadLetters.put(aChange(changes), failure, new Date())
  const parkMany = (count: number, failure = aFailure()) => {
    for (let index = 0; index < count; index += 1)
      park({ recordId: `${failure.code}${100 + index}` }, failure)
  }
  let settled = 0
  const deps = {
    deadLetters,
    links,
    queue: { send: async (changes: readonly CustomerChange[]) => void sent.push(...changes) },
    settle: async () => {
      const wave = sent.slice(settled)
      settled = sent.length
      return onSettle(wave)
    },
    onWave: (count: number, total: number) => void waves.push(`${count} of ${total}`),
  }
  return { deps, deadLetters, links, sent, waves, park, parkMany }
}

describe('redriveLetters', () => {
  it('sends those named at once, and keeps the others', async () => {
    const { deps, deadLetters, park, sent } = aWorld()
    const [first, , third] = [park({ round: 5 }), park({ recordId: '502' }), park({ recordId: '503' })]
    const { redriven } = await redriveLetters(deadLetters, new Set([first, third]), deps.queue)
    expect(redriven.toSorted()).toEqual([first, third])
    expect(sent.map(({ recordId, round }) => [recordId, round]).toSorted()).toEqual([
      ['501', 6],
      ['503', 1],
    ])
    expect([...deadLetters.letters.values()]).toMatchObject([{ change: { recordId: '502' } }])
  })

  it('keeps a letter whose change the queue did not take', async () => {
    const { deadLetters, park } = aWorld()
    const id = park({})
    const send = () => Promise.reject(new Error('the queue did not answer'))
    await expect(redriveLetters(deadLetters, new Set([id]), { send })).rejects.toThrow('did not answer')
    expect([...deadLetters.letters.keys()]).toEqual([id])
  })
})

describe('redriveAll', () => {
  it('sends a few first, then twice as many, and all in the end', async () => {
    const { deps, deadLetters, parkMany, waves } = aWorld()
    parkMany(42)
    const { redriven, stopped } = await redriveAll(deps, false)
    expect(redriven).toHaveLength(42)
    expect(stopped).toEqual([])
    expect(waves).toEqual(['5 of 42', '15 of 42', '35 of 42'])
    expect(deadLetters.letters.size).toBe(0)
  })

  it('waits for nothing where all of them are a few', async () => {
    const { deps, parkMany } = aWorld()
    parkMany(5)
    const settle = () => Promise.reject(new Error('waited'))
    expect((await redriveAll({ ...deps, settle }, false)).redriven).toHaveLength(5)
  })

  it('stops when the same failure comes back, and tells how many are left', async () => {
    const world = aWorld((wave) => {
      for (const change of wave.slice(0, 3)) world.park(change)
      return true
    })
    world.parkMany(120)
    const { redriven, total, stopped } = await redriveAll(world.deps, false)
    expect(redriven).toHaveLength(5)
    expect(total).toBe(120)
    expect(stopped).toEqual([{ code: 'PROVIDER_FAILED', cameBack: 3, left: 115 }])
    expect(world.deadLetters.letters.size).toBe(118)
  })

  it('goes on with the letters of another failure', async () => {
    const world = aWorld((wave) => {
      for (const change of wave) if (change.recordId.startsWith('TIMEOUT')) world.park(change, timeout)
      return true
    })
    const timeout = aFailure({ code: 'TIMEOUT' })
    world.parkMany(20)
    world.parkMany(20, timeout)
    const { redriven, stopped } = await redriveAll(world.deps, false)
    expect(redriven).toHaveLength(25)
    expect(stopped).toEqual([{ code: 'TIMEOUT', cameBack: 5, left: 15 }])
  })

  it('goes on when what comes back failed for another reason, and sends that none again', async () => {
    const world = aWorld((wave) => {
      for (const change of wave) world.park(change, aFailure({ code: 'CONTACT_MISSING', retryable: false }))
      return true
    })
    world.parkMany(12)
    const { redriven, stopped } = await redriveAll(world.deps, false)
    expect(redriven).toHaveLength(12)
    expect(stopped).toEqual([])
  })

  it('stops when the links tell that the same failure is met again, long before it is a dead letter', async () => {
    const world = aWorld((wave) => {
      for (const change of wave)
        setFailure(change, { attempts: 2, firstFailedAt: '2026-06-01T13:00:00.000Z' })
      return false
    })
    const setFailure = (change: CustomerChange, changes: Partial<ParkedFailure>) => {
      const { provider, ...failure } = aFailure(changes)
      void world.links.saveLink({ ...newLink(change, provider, 'test'), failure })
    }
    world.parkMany(30)
    const { redriven, stopped } = await redriveAll(world.deps, false)
    expect(redriven).toHaveLength(5)
    expect(stopped).toEqual([{ code: 'PROVIDER_FAILED', cameBack: 5, left: 25 }])
  })

  it('takes no notice of what the links said already, and goes on where the time alone is over', async () => {
    const world = aWorld(() => false)
    world.parkMany(30)
    for (const { change } of world.deadLetters.letters.values()) {
      const { provider, ...failure } = aFailure()
      if (change) await world.links.saveLink({ ...newLink(change, provider, 'test'), failure })
    }
    expect((await redriveAll(world.deps, false)).redriven).toHaveLength(30)
  })

  it('sends another change of the same record, and none twice, when all are forced', async () => {
    const world = aWorld()
    world.parkMany(30)
    world.park({ recordId: 'PROVIDER_FAILED100', eventId: 'later', round: 2 })
    const { send } = world.deps.queue
    const queue = {
      send: async (changes: readonly CustomerChange[]) => {
        for (const change of changes) if (change.eventId !== 'later') world.park(change)
        await send(changes)
      },
    }
    const { redriven, stopped } = await redriveAll({ ...world.deps, queue }, true)
    expect(redriven).toHaveLength(31)
    expect(stopped).toEqual([])
    expect(world.sent).toHaveLength(31)
    expect(world.waves).toEqual([])
  })

  it('keeps and names what this release cannot read', async () => {
    const world = aWorld()
    const id = world.deadLetters.put(null, null, new Date())
    world.parkMany(7)
    const { redriven, unreadable } = await redriveAll(world.deps, false)
    expect(redriven).toHaveLength(7)
    expect(unreadable).toEqual([id])
  })
})
