import { isBareLine, isBareTombstone, type Link } from '../core/model/link.ts'
import { breakerSortKey } from './breakers.ts'
import { reservationSortKey } from './reservations.ts'

/** The condition of a scan for links alone. Breakers and reservations share the table. */
export const onlyLinks = {
  condition: 'NOT (sk IN (:breaker, :reservation))',
  values: { ':breaker': { S: breakerSortKey }, ':reservation': { S: reservationSortKey } },
} as const

/** Whether operators see the item: not where it only blocks a create, or only keeps a history. */
export function isListed(link: Link): boolean {
  return !isBareTombstone(link) && !isBareLine(link)
}
