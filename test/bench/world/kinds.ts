import type { Sample } from '../../../lib/operator/samples/samples.ts'
import { contactSample } from './contacts.ts'

/** What becomes of a change. */
export const kinds = ['created', 'updated', 'unchanged'] as const
export type Kind = (typeof kinds)[number]

/** Before all benchmarks, so that no record has a time in the future. */
const start = Date.now() - 3_600_000

/**
 * The webhooks of `count` contacts from the index `first`. For the same contacts, in the order of `kinds`, they create customers,
 * update them, and alter nothing.
 */
export function samplesOf(kind: Kind, first: number, count: number): readonly Sample[] {
  const revision = kind === 'created' ? 0 : 1
  const at = new Date(start + revision * 60_000)
  return Array.from({ length: count }, (_, index) => contactSample({ index: first + index, revision, at }))
}
