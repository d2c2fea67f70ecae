import type { Link } from '../../core/model/link.ts'
import { timeInFull } from '../../operator/advice/relative-time.ts'
import { noteOf, toLinkRow } from '../../operator/links/link-row.ts'
import type { Surplus } from '../../operator/links/surplus.ts'
import { type Cell, formatFields } from '../terminal/table.ts'

type Field = readonly [name: string, value: Cell]

/** What an operator needs of a link; with `all`, everything the table holds of it, what is absent too. */
export function showLink(link: Link, surplus: Surplus, { all, now }: { all: boolean; now: Date }): string {
  const fields = [...mainFields(link, surplus, now), ...(all ? internals(link, now) : [])]
  return formatFields(all ? fields : fields.filter(([, value]) => value !== null && value !== ''))
}

function mainFields(link: Link, surplus: Surplus, now: Date): readonly Field[] {
  const { lastError, syncedAt, ...row } = toLinkRow(link)
  return [
    ...Object.entries(row),
    ['syncedAt', timeInFull(syncedAt, now)],
    ['note', noteOf(link, surplus)],
    ['absorbed', link.absorbed.join(', ')],
    ['candidates', link.candidates.join(', ')],
    ['unreadable', link.unreadable.join(', ')],
    ['error', lastError && `${lastError.code}: ${lastError.reason}`],
    ['errorField', lastError?.field ?? null],
    ['attempts', lastError?.attempts ?? null],
    ['firstFailedAt', timeInFull(lastError?.firstFailedAt, now)],
  ]
}

function internals({ claim, failure, ...link }: Link, now: Date): readonly Field[] {
  return [
    ['crmVersion', link.crmVersion],
    ['fingerprint', link.fingerprint],
    [
      'claim',
      claim && `since ${claim.claimedAt}, held until ${claim.leaseUntil}, key ${claim.idempotencyKey}`,
    ],
    ['unsettledUntil', timeInFull(link.unsettledUntil, now)],
    ['unsettledPayload', link.unsettledPayload],
    ['retryable', failure && String(failure.retryable)],
    ['revision', link.revision],
  ]
}
