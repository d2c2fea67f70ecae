import type { Context, Hono } from 'hono'
import { type Range, ranges } from '../../operator/activity/figures.ts'
import { type Html, html } from '../parts/html.ts'
import { logTable } from '../parts/log-rows.ts'
import { empty, failureNotice } from '../parts/notices.ts'
import type { Env } from '../security/session.ts'
import { oneOf } from '../server/forms.ts'
import { head, render } from '../server/render.ts'
import type { Site } from '../state/site.ts'
import { ageCard, latencyCard, outcomesCard } from './charts.ts'
import { providersCard, sourcesCard } from './health.ts'
import { type OverviewData, readOverview } from './read-overview.ts'
import { tiles } from './tiles.ts'
import { todo } from './todo.ts'

const rangeKeys = Object.keys(ranges) as readonly Range[]
const pageMs = 900

/** Overview: is it working, and what needs a person? */
export function addOverview(app: Hono<Env>, site: Site): void {
  app.get('/', async (c) => {
    const range = readRange(c, site)
    const data = await readOverview(site, range, pageMs)
    const parts = overviewParts(site, data)
    const part = (id: string, look: string) =>
      parts[id] === undefined ? '' : html`<div id="${id}" class="${look}">${parts[id]}</div>`
    const body = html`${head('Overview')}<div class="stack">${part('ov-todo', '')}${part('ov-tiles', '')}<div class="split">${part('ov-outcomes', 'card')}<div class="stack">${part('ov-latency', 'card')}${part('ov-age', 'card')}</div></div><div class="pair">${part('ov-providers', 'card')}${part('ov-sources', 'card')}</div>${part('ov-recent', 'card')}</div>`
    return render(c, site, {
      title: 'Overview',
      view: 'overview',
      body,
      live: `/live/overview?range=${range}`,
    })
  })
}

/** The range that is asked for; a local stack has rarely run for long. Throws BadInput for another text. */
export function readRange(c: Context, { place }: Site): Range {
  return oneOf('range', c.req.query('range'), rangeKeys) ?? (place.isLocal ? '15m' : '1h')
}

/** The parts of the page by their ids, so that each can be sent again when it has changed. */
export function overviewParts(site: Site, data: OverviewData): Readonly<Record<string, Html>> {
  const now = new Date()
  const age = ageCard(data.figures)
  return {
    'ov-todo': todo(data, site.deadLetters.latest()),
    'ov-tiles': tiles(data),
    'ov-outcomes': outcomesCard(data.figures, data.range),
    'ov-latency': latencyCard(data.figures),
    ...(age && { 'ov-age': age }),
    'ov-providers': providersCard(data, now),
    'ov-sources': sourcesCard(data, now),
    'ov-recent': recentCard(data, site, now),
  }
}

function recentCard({ recent }: OverviewData, { place }: Site, now: Date): Html {
  const title = html`<div class="card-head"><h2>Last changes</h2><div class="actions"><a href="/activity">All activity</a></div></div>`
  if (recent.state === 'failed') return html`${title}${failureNotice(recent.error)}`
  if (recent.state === 'slow') return html`${title}<p class="loading">Still loading</p>`
  const hint = place.isLocal
    ? html`<a href="/try-it">Send a sample webhook</a> to see what happens.`
    : 'No change was synced in the time that the log covers.'
  if (!recent.value || recent.value.length === 0) return html`${title}${empty('No changes yet', hint)}`
  return html`${title}${logTable(recent.value, now)}`
}
