import type { Context, Hono } from 'hono'
import type { LinkFilter } from '../../aws/link-pages.ts'
import { linkStates } from '../../core/model/link.ts'
import { providerNames } from '../../providers/registry.ts'
import { sourceNames } from '../../sources/registry.ts'
import { counted, number } from '../parts/badges.ts'
import { select } from '../parts/controls.ts'
import { type Html, html } from '../parts/html.ts'
import { empty } from '../parts/notices.ts'
import { titleOf } from '../parts/records.ts'
import type { Env } from '../security/session.ts'
import { oneOf } from '../server/forms.ts'
import { isPart, panel } from '../server/panel.ts'
import { head, here, render } from '../server/render.ts'
import type { Site } from '../state/site.ts'
import { linksTable } from './links-table.ts'
import { readLinks, type ShownLinks } from './read-links.ts'

const lastResults = ['failed'] as const
type Filter = LinkFilter

/** Links: the table of which record is which customer, a page at a time. */
export function addLinks(app: Hono<Env>, site: Site): void {
  app.get('/links', async (c) => {
    const filter = readFilter(c)
    const cursor = c.req.query('cursor') ?? null
    const list = await panel(
      c,
      'links',
      () => readLinks(site.place.stage(), filter, cursor),
      (shown) => card(c, shown, filter),
    )
    if (isPart(c, 'links')) return c.html(list)
    const body = html`${head('Links')}<p class="lead">Which CRM record is which provider customer. Search above by record id or customer id.</p>${filters(filter)}${list}`
    return render(c, site, { title: 'Links', view: 'links', body })
  })
}

function readFilter(c: Context): Filter {
  return {
    state: oneOf('state', c.req.query('state'), linkStates),
    provider: oneOf('provider', c.req.query('provider'), providerNames),
    source: oneOf('source', c.req.query('source'), sourceNames),
    isFailing: oneOf('last', c.req.query('last'), lastResults) === 'failed' ? true : undefined,
  }
}

function filters({ state, provider, source, isFailing }: Filter): Html {
  const named = (names: readonly string[]) => names.map((name) => [name, titleOf(name)] as const)
  return html`<form class="filters" data-auto>${select(
    'state',
    'State',
    [['', 'Any state'], ...linkStates.map((it) => [it, it] as const)],
    state,
  )}${select('provider', 'Provider', [['', 'Any provider'], ...named(providerNames)], provider)}${select(
    'source',
    'Source',
    [['', 'Any source'], ...named(sourceNames)],
    source,
  )}${select(
    'last',
    'Last change',
    [
      ['', 'Any outcome'],
      ['failed', 'failed'],
    ],
    isFailing ? 'failed' : undefined,
  )}<button class="button">Apply</button></form>`
}

function card(c: Context, { links, surplus, cursor, seen }: ShownLinks, filter: Filter): Html {
  const isNarrow = Object.values(filter).some((value) => value !== undefined)
  if (links.length === 0 && cursor === null) return html`<div class="card">${nothing(c, isNarrow)}</div>`
  return html`<div class="card">${
    links.length > 0
      ? linksTable(links, surplus, new Date())
      : empty('None so far', `None among the ${number(seen)} entries that were looked at.`)
  }<div class="card-foot"><span>${counted(links.length, 'link')} on this page${isNarrow && cursor !== null ? ` among ${number(seen)} entries of the table` : ''}</span><span class="actions">${
    c.req.query('cursor') === undefined
      ? ''
      : html`<a class="button" href="${here(c, { cursor: null, part: null })}">First page</a>`
  }${cursor === null ? '' : html`<a class="button" rel="next" href="${here(c, { cursor })}">${links.length > 0 ? 'Next page' : 'Search on'}</a>`}</span></div></div>`
}

function nothing(c: Context, isNarrow: boolean): Html {
  if (c.req.query('cursor') !== undefined) return empty('No more links', 'This is the end of the table.')
  return isNarrow
    ? empty(
        'No link matches',
        'A customer that could not be created yet may have no link: look among the dead letters.',
        html`<a class="button" href="/links">Show all links</a> <a class="button" href="/dead-letters">Dead letters</a>`,
      )
    : empty(
        'No links yet',
        'A link is made with the first change of a record that reaches a provider. Nothing has arrived so far, or the table was emptied.',
      )
}
