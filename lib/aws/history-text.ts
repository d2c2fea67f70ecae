import { type LinkHistory, type LinkHistoryEntry, linkEvents } from '../core/model/link-history.ts'

/** A link of ordinary size, with a history of this many bytes, fits into one write unit (1 KB) of DynamoDB. */
const mostBytes = 340
const format = '1'

/**
 * The history as compact ASCII text: the codes, the field names, then one entry each with its time in seconds, all numbers to
 * base 36. Where it would be too long, the oldest entries lose their event ids first, then their field names.
 */
export function encodeHistory(history: LinkHistory): string {
  let text = ''
  for (const shorter of shortenings(history)) {
    text = write(shorter)
    if (text.length <= mostBytes) break
  }
  return text
}

/** The history as it is, then with less and less in it. */
function* shortenings(history: LinkHistory): Generator<LinkHistory> {
  yield history
  const kept = [...history]
  for (const part of [{ eventId: null }, { fields: [] }]) {
    for (const [index, entry] of kept.entries()) {
      kept[index] = { ...entry, ...part }
      yield kept
    }
  }
}

/** The history of a stored text. Empty for a format of another release. */
export function decodeHistory(text: unknown): LinkHistory {
  if (typeof text !== 'string') return []
  const [version, codes = '', fields = '', entries = ''] = text.split('|')
  if (version !== format || entries === '') return []
  const tables = { codes: codes.split(','), fields: fields.split(',').map(decodeURIComponent) }
  return entries.split(';').flatMap((entry) => readEntry(entry, tables) ?? [])
}

type Tables = { readonly codes: readonly string[]; readonly fields: readonly string[] }

function write(history: LinkHistory): string {
  const codes = [...new Set(history.flatMap(({ code }) => code ?? []))]
  const fields = [...new Set(history.flatMap((entry) => entry.fields))]
  const entries = history.map(({ at, event, eventId, code, status, tries, ...entry }) =>
    [
      base36(Math.floor(Date.parse(at) / 1000)),
      base36(linkEvents.indexOf(event)),
      base36(tries),
      code === null ? '' : base36(codes.indexOf(code)),
      status ?? '',
      entry.fields.map((name) => base36(fields.indexOf(name))).join('.'),
      eventId === null ? '' : escaped(eventId),
    ].join(','),
  )
  return [format, codes.join(','), fields.map(escaped).join(','), entries.join(';')].join('|')
}

function readEntry(text: string, { codes, fields }: Tables): LinkHistoryEntry | null {
  const [at = '', event = '', tries = '', code = '', status = '', names = '', eventId = ''] = text.split(',')
  const known = linkEvents[Number.parseInt(event, 36)]
  const seconds = Number.parseInt(at, 36)
  if (!known || Number.isNaN(seconds)) return null
  return {
    at: new Date(seconds * 1000).toISOString(),
    event: known,
    eventId: eventId === '' ? null : decodeURIComponent(eventId),
    code: code === '' ? null : (codes[Number.parseInt(code, 36)] ?? null),
    status: status === '' ? null : Number(status),
    fields: names === '' ? [] : names.split('.').flatMap((name) => fields[Number.parseInt(name, 36)] ?? []),
    tries: Number.parseInt(tries, 36),
  }
}

/** The separators of this format, and all that is not ASCII, as in a URL; the characters of event ids stay as they are. */
function escaped(text: string): string {
  return text.toWellFormed().replace(/[^\w:.+>#/=-]/gu, encodeURIComponent)
}

function base36(value: number): string {
  return value.toString(36)
}
