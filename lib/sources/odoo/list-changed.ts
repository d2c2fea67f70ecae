import type { ListedRecords } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { nextCursor, readCursor } from '../list-cursor.ts'
import type { OdooApi } from './api.ts'

const pageSize = 200
/**
 * `write_date` is when the transaction began, and a record appears once it commits: this long a transaction is allowed for (a
 * guess).
 */
const longestTransactionMillis = 15 * 60_000
/** Contacts that are addresses of another contact. */
const addressTypes: ReadonlySet<unknown> = new Set(['invoice', 'delivery', 'other'])

/**
 * One page of the contacts that were written since a time, archived ones included, in order of their ids. The window is fixed on
 * the first page: a contact that is written meanwhile leaves it, and is in the next one. Deleted contacts and mere addresses are
 * not listed.
 */
export async function listOdooChanges(
  since: string,
  from: string | null,
  api: OdooApi,
  clock: Clock,
): Promise<ListedRecords> {
  const cursor = readCursor(from, inWholeSeconds(clock.now()), 0)
  const begin = new Date(Math.max(0, Date.parse(since) - longestTransactionMillis))
  const records = await api.searchRead({
    domain: [
      ['write_date', '>=', odooTime(begin)],
      ['write_date', '<', odooTime(new Date(cursor.completeUntil))],
      ['id', '>', Number(cursor.after ?? 0)],
    ],
    fields: ['id', 'type'],
    limit: pageSize,
    order: 'id asc',
  })
  const last = records.length < pageSize ? null : (records.at(-1)?.id ?? null)
  const refs = records
    .filter((record) => !addressTypes.has(record['type']))
    .map(({ id }) => ({ source: 'odoo', account: 'default', recordType: 'contact', recordId: id }) as const)
  return { refs, cursor: nextCursor(cursor, last, 1), completeUntil: cursor.completeUntil }
}

function inWholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000)
}

/** UTC, which Odoo writes without a zone. */
function odooTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ')
}
