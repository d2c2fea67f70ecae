import type { Context, Hono } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import type { LogEntry } from '../../operator/log/log-entry.ts'
import { overviewParts, readRange } from '../overview/overview-view.ts'
import { readOverview } from '../overview/read-overview.ts'
import { type Html, html } from '../parts/html.ts'
import { logRows } from '../parts/log-rows.ts'
import { navigation } from '../parts/navigation.ts'
import type { Env } from '../security/session.ts'
import type { Site } from '../state/site.ts'
import { isShown, readActivityFilter } from './activity-view.ts'

const everyMs = { local: 2000, deployed: 30_000 } as const
/** Lines that come together are sent together. */
const gatherMs = 300
const patienceMs = 10_000

/** The streams of updates: one for each page that is open, which sends only what has changed. */
export function addLive(app: Hono<Env>, site: Site): void {
  const wait = everyMs[site.place.isLocal ? 'local' : 'deployed']
  app.get('/live/overview', (c) => {
    const range = readRange(c, site)
    return stream(c, async (send, api) => {
      while (!api.aborted && !api.closed) {
        const parts = overviewParts(site, await readOverview(site, range, patienceMs))
        for (const [id, part] of Object.entries(parts)) await send(id, part, 'innerMorph')
        await send('nav', await navOf(site, 'overview'), 'outerMorph')
        await api.sleep(wait)
      }
    })
  })
  app.get('/live/activity', (c) => {
    const filter = readActivityFilter(c)
    return stream(c, async (send, api, signal) => {
      const waiting: LogEntry[] = []
      const follow = async () => {
        for await (const entry of site.readings.follow(signal))
          if (isShown(entry, filter)) waiting.push(entry)
      }
      const following = follow()
      for (let tick = 0; !api.aborted && !api.closed; tick += 1) {
        const entries = waiting.splice(0).toReversed()
        if (entries.length > 0) await send('rows', newRows(entries), 'afterbegin')
        if (tick % Math.ceil(wait / gatherMs) === 0)
          await send('nav', await navOf(site, 'activity'), 'outerMorph')
        await Promise.race([api.sleep(gatherMs), following.then(() => api.sleep(gatherMs))])
      }
      await following
    })
  })
}

type Send = (id: string, part: Html, how: 'innerMorph' | 'outerMorph' | 'afterbegin') => Promise<void>

/** Runs until the page is closed. A part that is the same as before is not sent again. */
function stream(c: Context, work: (send: Send, api: SSEStreamingApi, signal: AbortSignal) => Promise<void>) {
  return streamSSE(
    c,
    async (api) => {
      const closed = new AbortController()
      api.onAbort(() => closed.abort())
      const sent = new Map<string, string>()
      const send: Send = async (id, part, how) => {
        const data = String(await html`<hx-partial hx-target="#${id}" hx-swap="${how}">${part}</hx-partial>`)
        if (how !== 'afterbegin' && sent.get(id) === data) return
        sent.set(id, data)
        await api.writeSSE({ data })
      }
      try {
        await work(send, api, closed.signal)
      } finally {
        closed.abort()
      }
    },
    async (error, api) => {
      process.stderr.write(`console: the stream of updates ended: ${error}\n`)
      await api.close()
    },
  )
}

const newRows = (entries: readonly LogEntry[]) =>
  html`${logRows(entries, new Date(), true)}<tr hidden data-rows="${entries.length}"></tr>`

async function navOf(site: Site, view: 'overview' | 'activity'): Promise<Html> {
  return navigation(view, { counts: await site.counts.get(), isLocal: site.place.isLocal })
}
