import type { Context } from 'hono'
import { type Html, html } from '../parts/html.ts'
import { layout, type Page } from '../parts/layout.ts'
import { notice } from '../parts/notices.ts'
import type { Env } from '../security/session.ts'
import type { Site } from '../state/site.ts'

/** The answer with a whole page, below what the last action had to say. */
export async function render(c: Context<Env>, site: Site, page: Page, status: 200 | 404 | 409 | 422 = 200) {
  const left = site.notices.find(c.req.query('notice'))
  const body = left
    ? html`<div class="left-notice">${notice(left.tone, left.text)}</div>${page.body}`
    : page.body
  const frame = {
    session: c.get('session'),
    stage: site.place.name,
    isLocal: site.place.isLocal,
    counts: await site.counts.get(),
    here: hereOf(c),
  }
  return c.html(layout(frame, { ...page, body }), status)
}

/** The address of the page, without the notice that it shows. */
function hereOf(c: Context): string {
  const url = new URL(c.req.url)
  url.searchParams.delete('notice')
  url.searchParams.delete('part')
  return `${url.pathname}${url.search}`
}

/** The same address with other parameters; null removes one. */
export function here(c: Context, changes: Readonly<Record<string, string | null>>): string {
  const url = new URL(hereOf(c), 'http://127.0.0.1')
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return `${url.pathname}${url.search}`
}

/** The title of a page with what can be done there. */
export function head(title: string | Html, ...actions: readonly Html[]): Html {
  return html`<div class="head"><h1>${title}</h1>${actions.length > 0 && html`<div class="actions">${actions}</div>`}</div>`
}
