import { randomUUID } from 'node:crypto'
import type { Context, Hono } from 'hono'
import type { LogEntry } from '../../operator/log/log-entry.ts'
import { openLog } from '../../operator/log/open-log.ts'
import type { Posted } from '../../operator/samples/post.ts'
import { isAccepted } from '../../operator/samples/post-samples.ts'
import { type Html, html } from '../parts/html.ts'
import { logTable } from '../parts/log-rows.ts'
import { empty, notice } from '../parts/notices.ts'
import { titleOf } from '../parts/records.ts'
import { timeOfDay } from '../parts/times.ts'
import type { Env } from '../security/session.ts'
import { here } from '../server/render.ts'
import type { Site } from '../state/site.ts'
import { tryItPage } from './try-it-page.ts'

type Sent = Posted & { readonly name: string; readonly at: Date }

/** What was sent from here, to see what became of it. */
export type SentLog = {
  add(sent: Sent): string
  find(id: string): Sent | null
}

const mostKept = 50
const watchSeconds = 20
const mostEntries = 100

export function newSentLog(): SentLog {
  const kept = new Map<string, Sent>()
  return {
    add(sent) {
      const id = randomUUID().slice(0, 8)
      kept.set(id, sent)
      for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - mostKept))) kept.delete(old)
      return id
    },
    find: (id) => kept.get(id) ?? null,
  }
}

/** The answer to a webhook, and what happens to its records from then on. */
export function addSentPage(app: Hono<Env>, site: Site, log: SentLog): void {
  app.get('/try-it/sent/:id', async (c) => {
    const sent = log.find(c.req.param('id'))
    if (!sent) {
      const none = empty('This is not known any more', html`<a href="/try-it">Send a webhook</a>`)
      return tryItPage(c, site, 'samples', html`<div class="card">${none}</div>`)
    }
    const happened = await showHappened(c, site, sent)
    if (c.req.query('part') === 'happened') return c.html(happened)
    const again = html`<p><a class="button" href="/try-it?sample=${encodeURIComponent(sent.name)}">Back to the sample</a></p>`
    return tryItPage(c, site, 'samples', html`<div class="stack">${answer(sent)}${happened}${again}</div>`)
  })
}

function answer({ status, answer: text, source, at }: Sent): Html {
  const when = html`, ${timeOfDay(at.toISOString(), new Date())}`
  if (status === null) return notice('bad', `The local stack could not be reached: ${text}`)
  const words = `${titleOf(source)} would get ${status}${text === '' ? '' : ` ${text}`}`
  return isAccepted({ status })
    ? notice('good', html`Accepted: ${words}${when}`)
    : notice('bad', html`Refused: ${words}${when}`)
}

async function showHappened(c: Context<Env>, site: Site, sent: Sent): Promise<Html> {
  const entries = await readHappened(site, sent)
  const isWatching = Date.now() < sent.at.getTime() + watchSeconds * 1000
  const refreshing = html` hx-get="${here(c, { part: 'happened' })}" hx-trigger="load delay:700ms" hx-swap="outerHTML"`
  const note = isWatching ? 'updated every second' : html`<a href="${here(c, {})}">Reload</a>`
  const body =
    entries.length > 0
      ? logTable(entries, new Date())
      : empty(
          isWatching ? 'Waiting for the first step' : 'Nothing happened',
          'Nothing of this source was logged since. An event that was sent before is dropped as a repeat.',
        )
  return html`<section class="card" id="happened"${isWatching ? refreshing : ''}><div class="card-head"><h2>What happened since</h2><span class="muted">${titleOf(sent.source)} · ${note}</span></div>${body}</section>`
}

async function readHappened(site: Site, { at, source }: Sent): Promise<readonly LogEntry[]> {
  const log = await openLog(site.place.stage())
  if (!log) return []
  const { entries } = await log.find({ since: at, limit: mostEntries })
  return entries.filter(
    (entry) => entry.source === source && (entry.outcome !== null || entry.event === 'changeQueued'),
  )
}
