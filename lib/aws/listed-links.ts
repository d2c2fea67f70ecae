import { isBareLine, isBareTombstone, type Link } from '../core/model/link.ts'
import { breakerSortKey } from './breakers.ts'
import { reservationSortKey } from './reservations.ts'
import { tokenSortKey } from './tokens.ts'

/** The condition of a scan for links alone. Breakers, reservations and access tokens share the table. */
export const onlyLinks = {
  condition: 'NOT (sk IN (:breaker, :reservation, :token))',
  values: {
    ':breaker': { S: breakerSortKey },
    ':reservation': { S: reservationSortKey },
    ':token': { S: tokenSortKey },
  },
} as const

/** Whether operators see the item: not where it only blocks a create, or only keeps a history. */
export function isListed(link: Link): boolean {
  return !isBareTombstone(link) && !isBareLine(link)
}
