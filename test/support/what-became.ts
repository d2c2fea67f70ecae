import { type CustomerChange, recordKey } from '../../lib/core/model/change.ts'
import type { Link } from '../../lib/core/model/link.ts'
import type { FunctionWorld } from './function-world.ts'

export type Fate = {
  readonly record: string
  /** `parked`: among the dead letters, for `code`. `lost`: nobody can say. */
  readonly fate: 'kept' | 'parked' | 'lost'
  readonly code?: string
}

/** What became of each record whose messages were worked off: the table knows it, or the dead letters do. */
export async function whatBecameOf(world: FunctionWorld): Promise<Fate[]> {
  const links = Map.groupBy(await Array.fromAsync(world.links.listLinks()), ({ ref }) => recordKey(ref))
  const letters = new Map(
    (await world.deadLetters()).map(({ Body }) => {
      const { change, failure } = JSON.parse(String(Body))
      return [recordKey(change), failure]
    }),
  )
  const changes = world.workedOff.map((body): CustomerChange => JSON.parse(body))
  return [...new Set(changes.map(recordKey))].map((record) => {
    const failure = letters.get(record)
    if (failure) return { record, fate: failure.reason ? 'parked' : 'lost', code: failure.code }
    return { record, fate: links.get(record)?.some(isSettled) ? 'kept' : 'lost' }
  })
}

/** Nothing is left to do: no create is unfinished, no failure unmended. */
const isSettled = ({ claim, failure }: Link): boolean => claim === null && failure === null
