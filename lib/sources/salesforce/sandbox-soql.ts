import { objects } from './sandbox-records.ts'

/** The parts of the queries that this project sends; any other is a malformed one. */
export type Soql = {
  readonly object: (typeof objects)[number] | 'Organization'
  readonly fields: readonly string[]
  /** The ids of `WHERE Id IN (…)`; null without it. */
  readonly ids: readonly string[] | null
  /** Milliseconds since 1970; the end is not part of it. */
  readonly changed: { readonly from: number; readonly until: number } | null
  readonly after: string | null
  readonly limit: number
}

const time = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)`
const shape = new RegExp(
  String.raw`^SELECT (?<fields>[\w().]+(?:, [\w.]+)*) FROM (?<object>\w+)(?: WHERE (?:Id IN \((?<ids>'\w{18}'(?:,'\w{18}')*)\)|SystemModstamp >= ${time} AND SystemModstamp < ${time}(?: AND Id > '(?<after>\w{18})')? ORDER BY Id LIMIT (?<limit>\d+)))?$`,
)

export function parseSoql(text: string): Soql | undefined {
  const match = shape.exec(text)
  const { fields = '', object = '', ids, after, limit } = match?.groups ?? {}
  const name = [...objects, 'Organization' as const].find((it) => it === object)
  if (!match || !name) return undefined
  const [from, until] = [match[4], match[5]]
  return {
    object: name,
    fields: fields.split(', '),
    ids: ids === undefined ? null : ids.split(',').map((id) => id.slice(1, -1)),
    changed: from && until ? { from: Date.parse(from), until: Date.parse(until) } : null,
    after: after ?? null,
    limit: limit === undefined ? Number.POSITIVE_INFINITY : Number(limit),
  }
}
