import type { Context, Hono } from 'hono'
import type { ActivityFilter } from '../../operator/activity/figures.ts'
import type { LogEntry } from '../../operator/log/log-entry.ts'
import { providerNames } from '../../providers/registry.ts'
import { sourceNames } from '../../sources/registry.ts'
import { select, textField } from '../parts/controls.ts'
import { type Html, html } from '../parts/html.ts'
import { logTable } from '../parts/log-rows.ts'
import { empty } from '../parts/notices.ts'
import { titleOf } from '../parts/records.ts'
import type { Env } from '../security/session.ts'
import { oneOf } from '../server/forms.ts'
import { isPart, panel } from '../server/panel.ts'
import { head, here, render } from '../server/render.ts'
import type { Site } from '../state/site.ts'

const outcomes = [
  'created',
  'adopted',
  'updated',
  'unchanged',
  'superseded',
  'closed',
  'erased',
  'not-routed',
  'retried',
  'dead-lettered',
] as const
const entriesShown = 100

/** Activity: what became of each change, as it happens. */
export function addActivity(app: Hono<Env>, site: Site): void {
  app.get('/activity', async (c) => {
    const filter = readActivityFilter(c)
    const list = await panel(
      c,
      'activity',
      () => site.readings.recent({ ...filter, limit: entriesShown }),
      (entries) => card(entries, filter),
    )
    if (isPart(c, 'activity')) return c.html(list)
    const waiting = html`<div class="new-rows" id="new-rows" hidden><a class="button primary" href="${here(c, {})}">New changes: show</a></div>`
    const body = html`${head('Activity')}${filters(filter)}${waiting}${list}`
    const live = `/live/activity${new URL(c.req.url).search}`
    return render(c, site, { title: 'Activity', view: 'activity', body, live })
  })
}

export function readActivityFilter(c: Context): ActivityFilter {
  const source = oneOf('source', c.req.query('source'), sourceNames)
  const provider = oneOf('provider', c.req.query('provider'), providerNames)
  const outcome = oneOf('outcome', c.req.query('outcome'), outcomes)
  const code = c.req.query('code')?.trim()
  return {
    ...(source && { source }),
    ...(provider && { provider }),
    ...(outcome && { outcome }),
    ...(code && { code }),
  }
}

/** Whether the list would show this line. */
export function isShown(entry: LogEntry, { source, provider, outcome, code }: ActivityFilter): boolean {
  return (
    entry.outcome !== null &&
    (source === undefined || entry.source === source) &&
    (provider === undefined || entry.provider === provider) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (code === undefined || entry.code === code)
  )
}

function filters({ source, provider, outcome, code = '' }: ActivityFilter): Html {
  const named = (names: readonly string[]) => names.map((name) => [name, titleOf(name)] as const)
  return html`<form class="filters" data-auto>${select(
    'outcome',
    'Outcome',
    [['', 'Any outcome'], ...outcomes.map((it) => [it, it] as const)],
    outcome,
  )}${select('source', 'Source', [['', 'Any source'], ...named(sourceNames)], source)}${select(
    'provider',
    'Provider',
    [['', 'Any provider'], ...named(providerNames)],
    provider,
  )}${textField('code', 'Code', { value: code, placeholder: 'CONTACT_MISSING' })}<button class="button">Apply</button></form>`
}

function card(entries: readonly LogEntry[] | null, filter: ActivityFilter): Html {
  if (entries === null)
    return html`<div class="card">${empty('No log', 'This stage keeps no log that could be read.')}</div>`
  const isNarrow = Object.keys(filter).length > 0
  if (entries.length === 0 && isNarrow) {
    const all = html`<a class="button" href="/activity">Show all</a>`
    return html`<div class="card" id="none-yet">${empty('Nothing matches', 'Rows appear here as soon as something does.', all)}</div>`
  }
  const none = html`<tr id="none-yet"><td colspan="7">${empty('No changes yet', 'Rows appear here as soon as a change is synced.')}</td></tr>`
  return html`<div class="card">${logTable(entries, new Date(), entries.length === 0 ? none : undefined)}${
    entries.length === entriesShown
      ? html`<div class="card-foot">The last ${entriesShown}. Filter, or search for a record above, to find older ones.</div>`
      : ''
  }</div>`
}
