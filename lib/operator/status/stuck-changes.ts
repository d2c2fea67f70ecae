import { thenContinues } from '../../core/error-codes/entry.ts'
import { errorCodes } from '../../core/model/error-codes.ts'
import type { LogEntry } from '../log/log-entry.ts'

/** Changes that wait because of a setting or a key, which no retry resolves. */
export type StuckChanges = {
  readonly code: string
  /** The provider, or the CRM where no provider was called. */
  readonly where: string
  readonly records: number
  /** The id of one of them. */
  readonly recordId: string
}

/** What waits for a setting is tried again at least this often, in milliseconds. */
export const longestWaitMs = 15 * 60_000

/** Those among the latest entries of a log, newest first, whose last try has failed for such a reason. */
export function findStuckChanges(latest: readonly LogEntry[], now: Date): readonly StuckChanges[] {
  const last = new Map<string, LogEntry>()
  for (const entry of latest) {
    const key = [entry.source, entry.account, entry.recordType, entry.recordId].join('\n')
    if (!last.has(key)) last.set(key, entry)
  }
  const stuck = [...last.values()].flatMap(({ at, outcome, code, provider, source, recordId }) => {
    const isRecent = now.getTime() - Date.parse(at) < longestWaitMs
    return outcome === 'retried' && isRecent && code && recordId && waitsForOperator(code)
      ? [{ code, where: provider ?? source ?? 'unknown', recordId }]
      : []
  })
  const groups = Map.groupBy(stuck, ({ code, where }) => `${where} ${code}`)
  return [...groups.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, records: 1 + others.length }] : [],
  )
}

function waitsForOperator(code: string): boolean {
  return Object.hasOwn(errorCodes, code) && errorCodes[code]?.fix.includes(thenContinues) === true
}
