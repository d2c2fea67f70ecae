import { recordKey } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import { lookAtDeadLetters } from '../dead-letters/find-dead-letter.ts'
import type { Stage } from '../stage/stage.ts'
import type { KnownDeadLetter } from './next-steps.ts'

/** By record: the dead letters of those links that show a failure. Looks for none when there is no failure. */
export async function findDeadLetters(
  links: readonly Link[],
  stage: Stage,
): Promise<ReadonlyMap<string, KnownDeadLetter>> {
  const wanted = new Set(links.filter(({ failure }) => failure).map(({ ref }) => recordKey(ref)))
  if (wanted.size === 0) return new Map()
  const found = new Map<string, KnownDeadLetter>()
  const { elsewhere, behind, full } = await lookAtDeadLetters(stage, ({ id }, ref) => {
    const key = recordKey(ref)
    if (wanted.has(key)) found.set(key, { id })
    return found.size === wanted.size
  })
  const others = elsewhere > 0 || behind > 0 || full ? 'unknown' : 'none'
  return new Map([...wanted].map((key) => [key, found.get(key) ?? others]))
}
