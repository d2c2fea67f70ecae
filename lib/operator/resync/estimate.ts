import type { RecordType } from '../../core/model/change.ts'
import type { ListedRecords } from '../../core/ports/crm-source.ts'

/** The list that is being walked, as of its first page. */
type Begun = {
  readonly type: RecordType
  readonly at: number
  readonly reached: string | undefined
  /** Records of the pages after the first. */
  listed: number
}

const plural: Readonly<Record<RecordType, string>> = {
  contact: 'contacts',
  company: 'companies',
  lead: 'leads',
}

/**
 * Tells after each page what is left of the list of its record type, as far as the CRM's answers tell: how many records, or by the
 * times of those that were listed, as if changes were spread evenly. CRMs list one record type after another, and nothing tells
 * how many there are of the next. `now` is in milliseconds.
 */
export function estimator(now: () => number): (page: ListedRecords) => string {
  let list: Begun | undefined
  return ({ refs, left, reached, completeUntil }) => {
    const type = refs[0]?.recordType ?? list?.type
    if (type === undefined) return unknown
    if (list?.type === type) list.listed += refs.length
    else list = { type, at: now(), reached, listed: 0 }
    const seconds = (now() - list.at) / 1000
    if (left !== undefined) {
      const time = list.listed > 0 ? `, ${inWords((seconds * left) / list.listed)}` : ''
      return `about ${left} more ${plural[type]}${time}`
    }
    const covered = millisBetween(list.reached, reached)
    if (!(covered > 0)) return unknown
    const rest = Math.max(0, millisBetween(reached, completeUntil))
    return `${inWords((seconds * rest) / covered)} more for ${plural[type]}, by their times`
  }
}

const unknown = 'the CRM does not tell how many follow'

function millisBetween(from: string | undefined, to: string | undefined): number {
  return Date.parse(to ?? '') - Date.parse(from ?? '')
}

/** `40 s`, `12 min`, `3 h`. */
function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
