import { isBareLine, isBareTombstone, type Link } from '../core/model/link.ts'
import { breakerSortKey } from './breakers.ts'
import { reservationSortKey } from './reservations.ts'
import { tokenSortKey } from './tokens.ts'
import { walkSortKey } from './walks.ts'

/** The condition of a scan for links alone. Breakers, reservations, access tokens and walks share the table. */
export const onlyLinks = {
  condition: 'NOT (sk IN (:breaker, :reservation, :token, :walk))',
  values: {
    ':breaker': { S: breakerSortKey },
    ':reservation': { S: reservationSortKey },
    ':token': { S: tokenSortKey },
    ':walk': { S: walkSortKey },
  },
} as const

/** Whether operators see the item: not where it only blocks a create, or only keeps a history. */
export function isListed(link: Link): boolean {
  return !isBareTombstone(link) && !isBareLine(link)
}
