import { type CustomerChange, recordKey } from '../../lib/core/model/change.ts'
import type { Link } from '../../lib/core/model/link.ts'
import type { FunctionWorld } from './function-world.ts'

export type Fate = {
  readonly record: string
  /** `parked`: dead-lettered with `code`. `lost`: no trace. */
  readonly fate: 'kept' | 'parked' | 'lost'
  readonly code?: string
}

/**
 * The fate of each record whose messages were processed, according to the table and the dead letters. A change of a related
 * record is done when it is expanded into others, which are processed in turn.
 */
export async function fatesOf(world: FunctionWorld): Promise<Fate[]> {
  const links = Map.groupBy(await Array.fromAsync(world.links.listLinks()), ({ ref }) => recordKey(ref))
  const failures = new Map(
    (await world.deadLetters()).map(({ Body }) => {
      const { change, failure } = JSON.parse(String(Body))
      return [recordKey(change), failure]
    }),
  )
  const changes = world.processed.map((body): CustomerChange => JSON.parse(body))
  const ofRecords = changes.filter((change) => change.kind !== 'related' || failures.has(recordKey(change)))
  return [...new Set(ofRecords.map(recordKey))].map((record) => {
    const failure = failures.get(record)
    if (failure) return { record, fate: failure.reason ? 'parked' : 'lost', code: failure.code }
    return { record, fate: links.get(record)?.some(isSettled) ? 'kept' : 'lost' }
  })
}

/** Nothing is left to do: no unfinished create, no unresolved failure. */
const isSettled = ({ claim, failure }: Link): boolean => claim === null && failure === null
