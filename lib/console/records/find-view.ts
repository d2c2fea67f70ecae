import type { Context, Hono } from 'hono'
import { readLinkPage } from '../../aws/link-pages.ts'
import { type RecordRef, recordKey, recordRefSchema, refOf } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import { findByCustomer } from '../../operator/links/find-record.ts'
import { openLinks } from '../../operator/links/open-links.ts'
import { openLog } from '../../operator/log/open-log.ts'
import { linksTable } from '../links/links-table.ts'
import { toShown } from '../links/read-links.ts'
import { counted, number } from '../parts/badges.ts'
import { type Html, html } from '../parts/html.ts'
import { empty } from '../parts/notices.ts'
import { recordLink, recordPath, titleOf } from '../parts/records.ts'
import type { Env } from '../security/session.ts'
import { isPart, panel } from '../server/panel.ts'
import { head, here, render } from '../server/render.ts'
import type { Site } from '../state/site.ts'

/** What is known under an id so far. */
type Found = {
  readonly links: readonly Link[]
  /** Records that only the log or the dead letters know. */
  readonly refs: readonly RecordRef[]
  /** Where the search through the table goes on; null when it is over. */
  readonly cursor: string | null
  readonly seen: number
}

const linksShown = 50
const budgetMs = 600
const mostLines = 500

/** Search by an id, over everything: a provider customer, a CRM record or an event. One record leads to its page. */
export function addFind(app: Hono<Env>, site: Site): void {
  app.get('/find', async (c) => {
    const query = (c.req.query('q') ?? '').trim()
    if (query === '') return c.redirect('/links', 303)
    let only: RecordRef | null = null
    const list = await panel(
      c,
      'found',
      async () => {
        const found = await search(query, c.req.query('cursor') ?? null, site)
        const refs = new Map(
          [...found.links.map(({ ref }) => ref), ...found.refs].map((ref) => [recordKey(ref), ref]),
        )
        if (refs.size === 1 && found.cursor === null) only = [...refs.values()][0] ?? null
        return { found, shown: await toShown(found.links, site.place.stage()) }
      },
      ({ found, shown }) =>
        results(c, found, linksTableOf(found, linksTable(shown.links, shown.surplus, new Date()))),
    )
    if (isPart(c, 'found')) return c.html(list)
    if (only) return c.redirect(recordPath(only), 303)
    const body = html`${head(html`Results for <span class="mono break">${query}</span>`)}${list}`
    return render(c, site, { title: `Search: ${query}`, view: null, body, query })
  })
}

async function search(query: string, cursor: string | null, site: Site): Promise<Found> {
  const stage = site.place.stage()
  const { dynamodb, linksTable: table } = stage
  if (cursor === null) {
    const links = await findByCustomer(query, openLinks(stage))
    if (links.length > 0) return { links, refs: [], cursor: null, seen: 0 }
    const refs = knownElsewhere(query, site)
    if (refs.length > 0) return { links: [], refs, cursor: null, seen: 0 }
  }
  const filter = { recordId: query }
  const page = await readLinkPage(dynamodb, table, { filter, cursor, size: linksShown, budgetMs })
  if (page.links.length > 0 || page.cursor !== null) return { ...page, refs: [] }
  return { ...page, refs: site.place.isLocal ? await searchLog(query, site) : [] }
}

/** Among the dead letters that were read last: they are known without another look. */
function knownElsewhere(query: string, site: Site): readonly RecordRef[] {
  const letters = [...(site.deadLetters.latest()?.byId.values() ?? [])]
  return letters
    .filter(({ row, change }) => row.id === query || change?.eventId === query)
    .flatMap(({ row }) => toRef(row))
}

/** The log of the local stack is a file; that of a deployed stage costs money to search, so its commands do that. */
async function searchLog(query: string, site: Site): Promise<readonly RecordRef[]> {
  const log = await openLog(site.place.stage())
  if (!log) return []
  const wanted = [{ eventId: query }, { record: { recordId: query } }]
  const found = await Promise.all(wanted.map((it) => log.find({ ...it, limit: mostLines })))
  const refs = found.flatMap(({ entries }) => entries.flatMap(toRef))
  return [...new Map(refs.map((ref) => [recordKey(ref), ref])).values()]
}

function toRef(it: object): readonly RecordRef[] {
  const parsed = recordRefSchema.safeParse(it)
  return parsed.success ? [refOf(parsed.data)] : []
}

function linksTableOf({ links, refs }: Found, table: Html): Html {
  if (links.length > 0) return table
  return html`<ul class="todo">${refs.map((ref) => html`<li><span class="what">${recordLink(ref)} <span class="muted">${titleOf(ref.source)}</span></span></li>`)}</ul>`
}

/** A search that is not over goes on by itself, where scripts run. */
function results(c: Context, { links, refs, cursor, seen }: Found, table: Html): Html {
  const onward = cursor === null ? '' : here(c, { cursor })
  const next = html`<a class="button" href="${onward}">Search on</a>`
  if (links.length + refs.length === 0 && cursor !== null) {
    return html`<div class="card" hx-get="${here(c, { cursor, part: 'found' })}" hx-trigger="load" hx-swap="outerHTML">${empty('Searching', `Not among ${number(seen)} entries of the table so far.`, next)}</div>`
  }
  if (links.length + refs.length === 0) {
    const text =
      'No link, no dead letter that was read, and no line of the log names it. Ids are matched as a whole: check for missing characters.'
    return html`<div class="card">${empty('Nothing found', text, html`<a class="button" href="/dead-letters">Read the dead letters</a>`)}</div>`
  }
  return html`<div class="card">${table}<div class="card-foot"><span>${counted(links.length + refs.length, 'match', 'matches')}</span><span class="actions">${cursor === null ? '' : next}</span></div></div>`
}
