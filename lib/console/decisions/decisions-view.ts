import type { Context, Hono } from 'hono'
import type { Link } from '../../core/model/link.ts'
import { counted, number } from '../parts/badges.ts'
import { actionButton, confirmButton, hiddenFields } from '../parts/controls.ts'
import { type Html, html } from '../parts/html.ts'
import { empty } from '../parts/notices.ts'
import { pageOf, pager } from '../parts/pager.ts'
import { recordLink, titleOf } from '../parts/records.ts'
import { ago, timeOfDay } from '../parts/times.ts'
import type { Env, Session } from '../security/session.ts'
import { isPart, panel } from '../server/panel.ts'
import { head, here, render } from '../server/render.ts'
import type { Site } from '../state/site.ts'
import type { UndecidedLinks } from '../state/undecided.ts'
import { linkFieldsOf } from './link-actions.ts'

const cardsPerPage = 25

/** Decisions: records for which only a person can say which provider customer is theirs. */
export function addDecisions(app: Hono<Env>, site: Site): void {
  app.get('/decisions', async (c) => {
    const work = () => {
      const known = site.undecided.latest()
      return known ? Promise.resolve(known) : site.undecided.look()
    }
    const list = await panel(c, 'decisions', work, (found) => cards(c, found))
    if (isPart(c, 'decisions')) return c.html(list)
    const again = actionButton(c.get('session'), {
      action: '/decisions/look',
      label: 'Refresh',
    })
    const body = html`${head('Decisions', again)}<p class="lead">For each of these records several provider customers match, or an answer was lost. Attach the customer that belongs to the record. If none does, forget the link: the next change of the record creates a customer.</p>${list}`
    return render(c, site, { title: 'Decisions', view: 'decisions', body })
  })

  app.post('/decisions/look', async (c) => {
    await site.undecided.look()
    return c.redirect('/decisions', 303)
  })
}

function cards(c: Context<Env>, { links, lookedAt, seen }: UndecidedLinks): Html {
  const now = new Date()
  const looked = html`<p class="muted">${counted(links.length, 'record')} undecided among ${counted(seen, 'entry', 'entries')} of the table · looked at ${timeOfDay(lookedAt.toISOString(), now)}</p>`
  if (links.length === 0) {
    return html`<div class="stack">${looked}<div class="card">${empty('Nothing to decide', 'Every record is linked to one customer, or is being created.')}</div></div>`
  }
  const { shown, page, pages } = pageOf(links, c.req.query('page'), cardsPerPage)
  return html`<div class="stack">${looked}${shown.map((link) => card(c.get('session'), link, now))}${pager(page, pages, (to) => here(c, { page: String(to), part: null }))}</div>`
}

/** One record with its candidates, one a row. */
function card(session: Session, link: Link, now: Date): Html {
  const { ref, provider, mode, candidates, failure } = link
  const title = titleOf(provider)
  const fields = linkFieldsOf(link)
  const id = `d-${Buffer.from(`${ref.source} ${ref.account} ${ref.recordType} ${ref.recordId} ${provider} ${mode}`).toString('base64url')}`
  return html`<section class="card">
<div class="card-head"><h2>${recordLink(ref)}</h2><span class="muted">${titleOf(ref.source)} → ${title} (${mode})${failure ? html` · ${failure.code} since ${ago(failure.firstFailedAt, now)}` : ''}</span>
<div class="actions">${actionButton(session, { action: '/links/sync', fields, label: 'Look again', look: 'quiet' })}${confirmButton(
    session,
    {
      id,
      label: 'Forget…',
      title: `Forget the link to ${title}?`,
      text: `No customer at ${title} is changed or deleted. The next change of ${ref.recordType} ${ref.recordId} creates a new customer. Do this only if none of the ${number(candidates.length)} candidates belongs to the record.`,
      action: '/links/forget',
      fields,
      confirm: 'Forget the link',
    },
  )}</div></div>
<ul class="choices">${candidates.map(
    (candidate) =>
      html`<li><span class="mono break">${candidate}</span><div class="actions">${confirmButton(session, {
        id: `${id}-${Buffer.from(candidate).toString('base64url')}`,
        label: 'Attach…',
        title: `Attach ${candidate}?`,
        text: `${ref.recordType} ${ref.recordId} is then linked to ${candidate} at ${title}, and its data is sent there.`,
        action: '/links/attach',
        fields: { ...fields, customer: candidate },
        confirm: 'Attach',
        isHarmless: true,
      })}</div></li>`,
  )}<li><form method="post" action="/links/attach" class="attach">${hiddenFields(session, fields)}<label class="sr-only" for="${id}-other">Another customer id</label><input id="${id}-other" type="text" name="customer" placeholder="Another customer id of ${title}" required autocomplete="off" spellcheck="false"><button class="button">Attach</button></form></li></ul>
</section>`
}
