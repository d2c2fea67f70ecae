import colors from 'picocolors'
import { formatNext } from '../../operator/advice/advice.ts'
import { relativeTime } from '../../operator/advice/relative-time.ts'
import type { TimelineEntry, TimelineEvent } from '../../operator/why/timeline.ts'
import type { WhyReport } from '../../operator/why/why.ts'
import { type Column, formatTable } from '../terminal/table.ts'

/** The report as text: the record, its links, the timeline, what it waits for and what to do. */
export function formatWhy(
  { record, links, timeline, waitingFor, steps, missing }: WhyReport,
  now: Date,
): string {
  const name = `${record.source} ${record.recordType} ${record.recordId}`
  const heading = `${colors.bold(name)}, account ${record.account}`
  return [
    [
      heading,
      ...(links.length > 0 ? links.map((link) => `  ${describeLink(link, now)}`) : ['  no link']),
    ].join('\n'),
    timeline.length > 0 ? formatTable(columns, timeline.map(toCells)) : 'no events',
    ...missing.map((line) => colors.dim(line)),
    waitingFor === null
      ? 'Waiting for: nothing'
      : [
          `Waiting for: ${colors.yellow(waitingFor)}`,
          ...(steps.length > 0 ? ['', formatNext(steps)] : []),
        ].join('\n'),
  ].join('\n\n')
}

function describeLink(link: WhyReport['links'][number], now: Date): string {
  const { provider, mode, providerCustomerId, state, lastOutcome, syncedAt, mergedInto, lastError, surplus } =
    link
  const parts = [
    [provider ?? 'record', mode, providerCustomerId && colors.cyan(providerCustomerId)]
      .filter(Boolean)
      .join(' '),
    state === 'linked' ? colors.green(state) : colors.yellow(state),
    mergedInto && `into ${mergedInto}${surplus ? ', customer left over' : ''}`,
    lastOutcome && lastOutcome !== 'failed' && `${lastOutcome} ${relativeTime(syncedAt, now) ?? ''}`.trim(),
    lastError && colors.red(lastError.code),
  ]
  return parts.filter(Boolean).join(', ')
}

const bad: ReadonlySet<string> = new Set<TimelineEvent>(['failed', 'dead-lettered'])
const paintEvent = (event: string) => (bad.has(event) ? colors.red(event) : event)

const columns: readonly Column[] = [
  { heading: 'TIME' },
  { heading: 'EVENT', paint: paintEvent },
  { heading: 'PROVIDER', dispensable: 2 },
  { heading: 'WHAT' },
  { heading: 'TOOK', dispensable: 1 },
  { heading: 'EVENT ID', shortening: 'first', dispensable: 3 },
]

function toCells(entry: TimelineEntry) {
  return [
    entry.at.replace('T', ' ').slice(0, 19),
    entry.event,
    entry.provider,
    describeEntry(entry),
    entry.latencyMs === null ? null : formatMillis(entry.latencyMs),
    entry.eventId,
  ]
}

/** The code and reason of a failure, else the outcome with the names of the fields that changed. */
function describeEntry({
  outcome,
  code,
  reason,
  fields,
  attempts,
  status,
  lastAt,
}: TimelineEntry): string | null {
  const tries =
    attempts !== null && attempts > 1
      ? `${attempts} tries${lastAt ? ` until ${lastAt.slice(11, 19)}` : ''}`
      : null
  if (code !== null) {
    const cause = reason ?? (status === null ? null : `status ${status}`)
    return [code, cause, tries].filter(Boolean).join(', ')
  }
  const changed = fields.length > 0 ? `${outcome}: ${fields.join(', ')}` : outcome
  return [changed, reason, tries].filter(Boolean).join(', ') || null
}

function formatMillis(millis: number): string {
  if (millis < 1000) return `${millis} ms`
  const seconds = millis / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
