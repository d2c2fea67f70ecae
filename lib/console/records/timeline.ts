import type { TimelineEntry, TimelineEvent } from '../../operator/why/timeline.ts'
import type { WhyReport } from '../../operator/why/why.ts'
import { dot, sentence } from '../parts/badges.ts'
import { type Html, html, type Tone } from '../parts/html.ts'
import { outcomeBadge } from '../parts/log-rows.ts'
import { empty } from '../parts/notices.ts'
import { titleOf } from '../parts/records.ts'
import { clockTime, dayName, milliseconds } from '../parts/times.ts'

const names: Readonly<Record<TimelineEvent, readonly [string, Tone]>> = {
  received: ['Webhook received', 'plain'],
  synced: ['Synced', 'good'],
  failed: ['Failed', 'warn'],
  'dead-lettered': ['Dead-lettered', 'bad'],
  redriven: ['Redriven', 'info'],
  attached: ['Attached by an operator', 'info'],
  forgotten: ['Forgotten by an operator', 'info'],
  merged: ['Merged', 'info'],
  closed: ['Closed', 'plain'],
  erased: ['Erased', 'plain'],
  'not-routed': ['Not routed', 'warn'],
}

/** What happened to the record, the newest day first and each day from its end. */
export function timelineCard({ timeline }: WhyReport, now: Date): Html {
  if (timeline.length === 0) {
    return html`<section class="card"><div class="card-head"><h2>Timeline</h2></div>${empty('Nothing happened yet', 'No event of this record is in the log or in its links.')}</section>`
  }
  const days = [...Map.groupBy(timeline.toReversed(), ({ at }) => dayName(new Date(at)))]
  const today = dayName(now)
  return html`<section class="card"><div class="card-head"><h2>Timeline</h2><span class="muted">newest first</span></div>${days.map(
    ([day, entries]) =>
      html`<h3 class="day">${day === today ? 'Today' : day}</h3><ol class="steps">${entries.map(step)}</ol>`,
  )}</section>`
}

function step(entry: TimelineEntry): Html {
  const { at, event, provider, providerCustomerId, outcome, latencyMs, code, eventId } = entry
  const [name, tone] = names[event]
  const badge = event === 'synced' && outcome !== null ? html` ${outcomeBadge(outcome)}` : ''
  const kind =
    event === 'received' && entry.reason !== null ? html` <span class="muted">${entry.reason}</span>` : ''
  const where = provider === null ? '' : html` <span class="muted">at ${titleOf(provider)}</span>`
  const customer =
    event !== 'failed' && providerCustomerId !== null
      ? html` <span class="mono muted">${providerCustomerId}</span>`
      : ''
  return html`<li><time class="when" datetime="${at}" title="${at}">${clockTime(new Date(at))}</time>${dot(outcome === 'unchanged' || outcome === 'superseded' ? 'plain' : tone)}<div><b>${name}</b>${kind}${where}${badge}${customer}${code === null ? '' : html` <b>${code}</b>`}<div class="detail">${detailsOf(entry).map((line) => html`<div>${line}</div>`)}${eventId === null ? '' : html`<div>event <span class="mono">${eventId}</span></div>`}</div></div><span class="took muted num">${latencyMs === null ? '' : html`<span title="after the webhook">+${milliseconds(latencyMs)}</span>`}</span></li>`
}

/** Field names and the provider's answer, never values. */
function detailsOf({ event, reason, fields, attempts, status, lastAt }: TimelineEntry): readonly string[] {
  const tries = attempts !== null && attempts > 1 ? [`tried ${attempts} times`] : []
  const until = lastAt === null ? [] : [`the last at ${clockTime(new Date(lastAt))}`]
  const answer = status === null ? [] : [`the answer was HTTP ${status}`]
  const facts = [...answer, ...tries, ...until].join(', ')
  return [
    ...(reason === null || event === 'received' ? [] : [sentence(reason)]),
    ...(fields.length === 0 ? [] : [`fields: ${fields.join(', ')}`]),
    ...(facts === '' ? [] : [facts]),
  ]
}
