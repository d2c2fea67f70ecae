import { readLinkPage } from '../../aws/link-pages.ts'
import type { Link } from '../../core/model/link.ts'
import { listableLinks } from '../../operator/links/link-row.ts'
import type { Place } from './place.ts'

export type UndecidedLinks = {
  readonly links: readonly Link[]
  readonly lookedAt: Date
  /** Links of the table that were looked at. */
  readonly seen: number
}

/** The undecided links: only a look at the whole table finds them, so that they are kept for a while. */
export type Undecided = {
  /** What was found last; null before the first look has ended. Starts a look when that is too long ago. */
  latest(): UndecidedLinks | null
  /** Looks now, or waits for the look that is under way. */
  look(): Promise<UndecidedLinks>
  /** Ends the look that is under way. */
  close(): Promise<void>
}

/** A look may take this share of the time. */
const timeShare = 0.05
/** A deployed table costs money to read. */
const leastMs = { local: 3000, deployed: 300_000 } as const
const pageSize = 200

export function newUndecided(place: Place): Undecided {
  let found: UndecidedLinks | null = null
  let looking: Promise<UndecidedLinks> | null = null
  let nextAt = 0
  let isClosed = false

  const lookAtAll = async (): Promise<UndecidedLinks> => {
    const startedAt = Date.now()
    const { dynamodb, linksTable } = place.stage()
    const links: Link[] = []
    let cursor: string | null = null
    let seen = 0
    do {
      const page = await readLinkPage(dynamodb, linksTable, {
        filter: { state: 'undecided' },
        cursor,
        size: pageSize,
        budgetMs: 0,
      })
      links.push(...page.links)
      seen += page.seen
      cursor = page.cursor
    } while (cursor !== null && !isClosed)
    const took = Date.now() - startedAt
    nextAt = Date.now() + Math.max(took / timeShare, leastMs[place.isLocal ? 'local' : 'deployed'])
    return { links: listableLinks(links), lookedAt: new Date(), seen }
  }

  const look = async (): Promise<UndecidedLinks> => {
    looking ??= lookAtAll().finally(() => {
      looking = null
    })
    found = await looking
    return found
  }

  return {
    latest() {
      // A failure is shown by the page that waits for a look.
      if (Date.now() >= nextAt && !isClosed) look().catch(() => {})
      return found
    },
    look,
    async close() {
      isClosed = true
      await looking?.catch(() => {})
    },
  }
}
