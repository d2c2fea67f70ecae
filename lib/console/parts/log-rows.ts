import type { LogEntry } from '../../operator/log/log-entry.ts'
import { badge } from './badges.ts'
import { type Html, html, type Tone } from './html.ts'
import { recordLink, titleOf } from './records.ts'
import { milliseconds, timeOfDay } from './times.ts'

const outcomeTones: Readonly<Record<string, Tone>> = {
  created: 'good',
  adopted: 'good',
  updated: 'info',
  failed: 'bad',
  retried: 'warn',
  'dead-lettered': 'bad',
  'not-routed': 'warn',
}

/** What became of a change, as a badge. */
export function outcomeBadge(outcome: string): Html {
  return badge(outcome, outcomeTones[outcome])
}

/** Log lines about changes, one a row; `none` is a row for when there are none. */
export function logTable(entries: readonly LogEntry[], now: Date, none?: Html): Html {
  return html`<table class="rows"><thead><tr><th scope="col">Time</th><th scope="col">Outcome</th><th scope="col">Record</th><th scope="col" class="wide">Source</th><th scope="col" class="wide">Provider</th><th scope="col" class="wide num">Took</th><th scope="col" class="wide">Details</th></tr></thead><tbody id="rows">${none ?? ''}${logRows(entries, now)}</tbody></table>`
}

/** The rows alone; `isFresh` marks those that have just arrived. */
export function logRows(entries: readonly LogEntry[], now: Date, isFresh = false): Html {
  return html`${entries.map((entry) => row(entry, now, isFresh))}`
}

function row(entry: LogEntry, now: Date, isFresh: boolean): Html {
  const { at, source, provider, latencyMs, code } = entry
  const details = detailsOf(entry)
  return html`<tr${isFresh ? html` class="fresh"` : ''}><td class="nowrap muted tabular">${timeOfDay(at, now)}</td><td>${badgeOf(entry)}</td><td>${recordOf(entry)}<span class="sub">${provider === null ? titleOf(source) : titleOf(provider)}${code === null ? '' : ` · ${code}`}</span></td><td class="wide muted nowrap">${titleOf(source)}</td><td class="wide nowrap">${provider === null ? html`<span class="muted">–</span>` : titleOf(provider)}</td><td class="wide num nowrap">${milliseconds(latencyMs)}</td><td class="wide muted break">${code === null ? '' : html`<b>${code}</b> `}${details}</td></tr>`
}

function badgeOf({ outcome, event }: LogEntry): Html {
  if (outcome !== null) return outcomeBadge(outcome)
  return badge(event === 'changeQueued' ? 'received' : 'noted')
}

function recordOf({ source, account, recordType, recordId }: LogEntry): Html {
  const isKnown = source !== null && account !== null && recordId !== null
  const type = types.find((it) => it === recordType)
  return isKnown && type ? recordLink({ source, account, recordType: type, recordId }) : html`–`
}
const types = ['contact', 'company', 'lead'] as const

/** In words: which fields changed, why it failed, when it is tried again. */
function detailsOf({ reason, fields, afterSeconds, attempts, kind, event }: LogEntry): string {
  const parts = [
    ...(event === 'changeQueued' && kind !== null ? [`record ${kind}`] : []),
    ...(reason === null ? [] : [reason]),
    ...(fields.length > 0 ? [fields.join(', ')] : []),
    ...(afterSeconds === null ? [] : [`next try in ${Math.round(afterSeconds)} s`]),
    ...(attempts !== null && attempts > 1 ? [`try ${attempts}`] : []),
  ]
  return parts.join(' · ')
}
