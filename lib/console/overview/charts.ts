import { type Figures, type Range, ranges } from '../../operator/activity/figures.ts'
import { barChart } from '../charts/bars.ts'
import { lineChart } from '../charts/lines.ts'
import { type Html, html } from '../parts/html.ts'
import { empty, failureNotice } from '../parts/notices.ts'
import { duration, milliseconds, minuteTime, shortDay } from '../parts/times.ts'
import type { Settled } from '../state/settle.ts'
import { rangeNames } from './tiles.ts'

const bucketNames = { 60: 'minute', 900: '15 minutes', 3600: 'hour' } as const

/** What became of changes over time. */
export function outcomesCard(figures: Settled<Figures | null>, range: Range): Html {
  const per = bucketNames[ranges[range].bucketSeconds]
  return html`<div class="card-head"><h2>Outcomes per ${per}</h2><div class="actions">${rangePicker(range)}</div></div><div class="card-body">${of(figures, (known) => outcomes(known))}</div>`
}

/** How long changes took, or how long the oldest one waited. */
export function latencyCard(figures: Settled<Figures | null>): Html {
  return html`<div class="card-head"><h2>Time from webhook to provider</h2></div><div class="card-body">${of(figures, latency)}</div>`
}

export function ageCard(figures: Settled<Figures | null>): Html | null {
  const isKnown =
    figures.state === 'ready' && figures.value?.buckets.some(({ oldestSeconds }) => oldestSeconds !== null)
  if (!isKnown) return null
  return html`<div class="card-head"><h2>Age of the oldest change</h2></div><div class="card-body">${of(figures, age)}</div>`
}

function of(figures: Settled<Figures | null>, show: (known: Figures) => Html): Html {
  if (figures.state === 'slow') return html`<p class="loading">Still loading</p>`
  if (figures.state === 'failed') return failureNotice(figures.error)
  return figures.value ? show(figures.value) : empty('No log', 'This stage keeps no log that could be read.')
}

function outcomes({ buckets, range }: Figures): Html {
  return barChart({
    title: 'Outcomes over time',
    times: timesOf({ buckets, range }),
    series: [
      {
        name: 'changed at the provider',
        look: 'changed',
        values: buckets.map(({ changed, closed }) => changed + closed),
      },
      {
        name: 'already the same',
        look: 'same',
        values: buckets.map(({ same, notRouted }) => same + notRouted),
      },
      { name: 'to be retried', look: 'retried', values: buckets.map(({ retried }) => retried) },
      { name: 'dead-lettered', look: 'dead', values: buckets.map(({ deadLettered }) => deadLettered) },
    ],
  })
}

function latency({ buckets, range }: Figures): Html {
  return lineChart({
    title: 'Time from webhook to provider',
    times: timesOf({ buckets, range }),
    series: [
      { name: 'p95', look: 'first', values: buckets.map((it) => it.latency?.p95Ms ?? null) },
      { name: 'median', look: 'second', values: buckets.map((it) => it.latency?.p50Ms ?? null) },
    ],
    format: milliseconds,
  })
}

function age({ buckets, range }: Figures): Html {
  return lineChart({
    title: 'Age of the oldest change',
    times: timesOf({ buckets, range }),
    series: [{ name: 'oldest', look: 'first', values: buckets.map(({ oldestSeconds }) => oldestSeconds) }],
    format: duration,
  })
}

function timesOf({ buckets, range }: Pick<Figures, 'buckets' | 'range'>): readonly string[] {
  return buckets.map(({ at }) => {
    const time = new Date(at)
    return range === '7d' ? `${shortDay(time)} ${minuteTime(time)}` : minuteTime(time)
  })
}

function rangePicker(range: Range): Html {
  return html`<div class="segments" role="group" aria-label="Range">${Object.entries(rangeNames).map(
    ([name, label]) =>
      html`<a href="/?range=${name}"${name === range ? html` aria-current="true"` : ''}>${label}</a>`,
  )}</div>`
}
