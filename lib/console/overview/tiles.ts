import type { Figures } from '../../operator/activity/figures.ts'
import { number } from '../parts/badges.ts'
import { type Html, html } from '../parts/html.ts'
import { duration, milliseconds } from '../parts/times.ts'
import type { OverviewData } from './read-overview.ts'

type Tile = {
  readonly label: string
  readonly value: string
  readonly note: string
  readonly href: string
  readonly tone?: 'bad' | 'warn' | undefined
}

export const rangeNames = { '15m': '15 min', '1h': '1 h', '24h': '24 h', '7d': '7 d' } as const

/** The four numbers to look at first. */
export function tiles(data: OverviewData): Html {
  const all = [changes(data), latency(data), waiting(data), deadLetters(data)]
  return html`<div class="tiles">${all.map(
    ({ label, value, note, href, tone = '' }) =>
      html`<a class="tile" href="${href}"><span class="label">${label}</span><span class="value ${tone}">${value}</span><span class="note">${note}</span></a>`,
  )}</div>`
}

const figuresOf = ({ figures }: OverviewData): Figures | null =>
  figures.state === 'ready' ? figures.value : null

function changes(data: OverviewData): Tile {
  const totals = figuresOf(data)?.totals
  const label = `Changes, ${rangeNames[data.range]}`
  if (!totals) return { label, value: '–', note: 'not known', href: '/activity' }
  const { changed, same, closed, notRouted, webhooksAccepted, webhooksRefused } = totals
  const refused = webhooksRefused > 0 ? `, ${number(webhooksRefused)} refused` : ''
  return {
    label,
    value: number(changed + same + closed + notRouted),
    note: `${number(webhooksAccepted)} webhooks accepted${refused}`,
    href: '/activity',
  }
}

function latency(data: OverviewData): Tile {
  const known = figuresOf(data)?.latency
  const label = 'Arrived within 2 s'
  if (!known) return { label, value: '–', note: 'nothing arrived in this time', href: '/activity' }
  const { within2s, p50Ms, p95Ms } = known
  const times = `median ${milliseconds(p50Ms)}, p95 ${milliseconds(p95Ms)}`
  if (within2s === null)
    return { label: 'Latency, p95', value: milliseconds(p95Ms), note: times, href: '/activity' }
  return {
    label,
    value: percent(within2s),
    note: times,
    href: '/activity',
    tone: within2s < 0.9 ? 'warn' : undefined,
  }
}

function waiting({ queue }: OverviewData): Tile {
  const label = 'In the queue'
  if (queue.state !== 'ready')
    return { label, value: '–', note: 'not known', href: '/activity?outcome=retried' }
  const { waiting: visible, inFlight, oldestSeconds } = queue.value
  const total = visible + inFlight
  const oldest = oldestSeconds === null ? 'oldest not known' : `oldest ${duration(oldestSeconds)}`
  return {
    label,
    value: number(total),
    note: total === 0 ? 'nothing waits' : `${oldest}, ${number(inFlight)} in flight`,
    href: '/activity?outcome=retried',
    tone: oldestSeconds !== null && oldestSeconds > 300 ? 'warn' : undefined,
  }
}

function deadLetters({ counts }: OverviewData): Tile {
  const { deadLetters: total, manual } = counts
  const label = 'Dead letters'
  if (total === null || manual === null)
    return { label, value: '–', note: 'not known', href: '/dead-letters' }
  const note = total === 0 ? 'none' : `${number(manual)} for a person, ${number(total - manual)} automatic`
  return {
    label,
    value: number(total),
    note,
    href: '/dead-letters',
    tone: manual > 0 ? 'bad' : total > 0 ? 'warn' : undefined,
  }
}

/** `98.1 %`; 100 only where it is all. */
export function percent(share: number): string {
  const rounded = Math.floor(share * 1000) / 10
  return `${rounded} %`
}
