import colors from 'picocolors'
import type { Link } from '../../core/model/link.ts'
import { relativeTime } from '../../operator/advice/relative-time.ts'
import { noteOf, toLinkRow } from '../../operator/links/link-row.ts'
import type { Surplus } from '../../operator/links/surplus.ts'
import { type Column, formatTable } from '../terminal/table.ts'

const paintState = (state: string) => (state === 'linked' ? colors.green(state) : colors.yellow(state))

const columns: readonly Column[] = [
  { heading: 'SOURCE', dispensable: 4 },
  { heading: 'ACCOUNT', dispensable: 2 },
  { heading: 'RECORD', paint: colors.bold, shortening: 'last' },
  { heading: 'PROVIDER' },
  { heading: 'MODE', dispensable: 1 },
  { heading: 'CUSTOMER', paint: colors.cyan, shortening: 'last' },
  { heading: 'STATE', paint: paintState },
  { heading: 'OUTCOME', dispensable: 3 },
  { heading: 'SYNCED', dispensable: 5 },
  { heading: 'ERROR', paint: colors.red },
  { heading: 'NOTE', paint: colors.yellow, shortening: 'first' },
]

/** The table of links as it is at `now`. */
export function showLinks(links: readonly Link[], surplus: Surplus, now: Date): string {
  if (links.length === 0) return 'no links'
  return formatTable(
    columns,
    links.map((link) => {
      const row = toLinkRow(link)
      return [
        row.source,
        row.account,
        `${row.recordType} ${row.recordId}`,
        row.provider,
        row.mode,
        row.providerCustomerId,
        row.state,
        row.lastOutcome,
        relativeTime(row.syncedAt, now),
        row.lastError?.code,
        noteOf(link, surplus),
      ]
    }),
  )
}
