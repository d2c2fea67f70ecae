import type { Context, Hono } from 'hono'
import { type RecordRef, recordRefSchema } from '../../core/model/change.ts'
import { type Link, newLink } from '../../core/model/link.ts'
import { openLinks } from '../../operator/links/open-links.ts'
import { explain, type WhyReport } from '../../operator/why/why.ts'
import { stateBadge } from '../parts/badges.ts'
import { type Html, html } from '../parts/html.ts'
import { empty } from '../parts/notices.ts'
import { titleOf } from '../parts/records.ts'
import type { Env } from '../security/session.ts'
import { isPart, panel } from '../server/panel.ts'
import { head, render } from '../server/render.ts'
import type { Site } from '../state/site.ts'
import { linkCards } from './link-cards.ts'
import { timelineCard } from './timeline.ts'
import { waitingCard } from './waiting.ts'

type Known = { readonly report: WhyReport | null; readonly links: readonly Link[] }

/** A record: what it waits for, its timeline, and its links with their actions. */
export function addRecordPage(app: Hono<Env>, site: Site): void {
  app.get('/records/:source/:account/:recordType/:recordId', async (c) => {
    const parsed = recordRefSchema.safeParse(c.req.param())
    if (!parsed.success) return c.notFound()
    const ref = parsed.data
    const whole = await panel(
      c,
      'record',
      () => read(ref, site),
      (known) => page(c, ref, known),
    )
    if (isPart(c, 'record')) return c.html(whole)
    const title = `${ref.recordType} ${ref.recordId}`
    const crumbs = html`<p class="crumbs"><a href="/links">Links</a> / ${titleOf(ref.source)} ${ref.account === 'default' ? '' : ref.account} /</p>`
    return render(c, site, { title, view: 'links', body: html`${crumbs}${whole}` })
  })
}

async function read(ref: RecordRef, { place }: Site): Promise<Known> {
  const stage = place.stage()
  const { source, account, recordType: type, recordId } = ref
  const [report, links] = await Promise.all([
    explain(recordId, { source, account, type, ...place.flags }, stage),
    openLinks(stage).findLinks(ref),
  ])
  return { report, links: links.filter(({ provider }) => provider !== null) }
}

function page(c: Context<Env>, ref: RecordRef, { report, links }: Known): Html {
  const states = [...new Set(links.map(({ state }) => state))]
  const title = html`<span class="break">${ref.recordType} ${ref.recordId}</span> ${states.map(stateBadge)}`
  if (!report) {
    const text =
      'There is no link, no line in the log and no dead letter of it. The CRM has sent no webhook about it, or the log does not go back that far.'
    return html`${head(title)}<div class="card">${empty('Nothing is known of this record', text)}</div>`
  }
  const session = c.get('session')
  const now = new Date()
  // The record as a whole can be synced also while no link of it is known.
  const shown = links.length > 0 ? links : [newLink(ref, null, 'test')]
  return html`${head(title)}<div class="split"><div class="stack">${waitingCard(report)}${timelineCard(report, now)}</div><div class="stack">${linkCards(session, shown, report, now)}</div></div>`
}
