import type { Context } from 'hono'
import { type Html, html } from '../parts/html.ts'
import { failureNotice } from '../parts/notices.ts'
import { settle } from '../state/settle.ts'
import { here } from './render.ts'

/** How long a page waits for a part of it, and how long the part itself may take after that. */
const pageMs = 800
const partMs = 30_000

/**
 * A part of a page that reads the store. When that is slow, the page is sent without it, and the part is asked for again by
 * `part=<id>`; when it fails, the reason stands in its place.
 */
export async function panel<T>(
  c: Context,
  id: string,
  work: () => Promise<T>,
  show: (value: T) => Html,
): Promise<Html> {
  const settled = await settle(attempt(work), isPart(c, id) ? partMs : pageMs)
  if (settled.state === 'ready') return html`<div id="${id}">${show(settled.value)}</div>`
  if (settled.state === 'failed') return html`<div id="${id}">${failureNotice(settled.error)}</div>`
  const url = here(c, { part: id })
  return html`<div id="${id}" class="card loading" aria-busy="true" hx-get="${url}" hx-trigger="load" hx-swap="outerHTML">Still loading. <a href="${here(c, {})}">Reload</a></div>`
}

/** Whether only this part of the page is asked for. */
export function isPart(c: Context, id: string): boolean {
  return c.req.query('part') === id
}

/** What throws at once fails like what throws later. */
const attempt = async <T>(work: () => Promise<T>) => work()
