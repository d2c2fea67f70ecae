import type { Context, Hono } from 'hono'
import { counted, number } from '../parts/badges.ts'
import { actionButton, confirmButton } from '../parts/controls.ts'
import { type Html, html } from '../parts/html.ts'
import { empty, failureNotice, notice } from '../parts/notices.ts'
import { timeOfDay } from '../parts/times.ts'
import type { Env, Session } from '../security/session.ts'
import { head, here, render } from '../server/render.ts'
import type { DeadLetterList } from '../state/dead-letter-list.ts'
import { deadLetterLane } from '../state/dead-letters.ts'
import type { Job } from '../state/jobs.ts'
import type { Site } from '../state/site.ts'
import { addDeadLetterActions } from './dead-letter-actions.ts'
import { addDeadLetterPages } from './dead-letter-pages.ts'
import { groupCard } from './group-card.ts'

/** Dead letters: grouped by cause, those that need a person first. */
export function addDeadLetters(app: Hono<Env>, site: Site): void {
  app.get('/dead-letters', async (c) => {
    const isFirst = site.deadLetters.latest() === null && site.deadLetters.failure() === null
    // Reading hides them from others for a while: on a deployed stage, only when somebody asks for it.
    if (isFirst && site.place.isLocal) site.deadLetters.look()
    const body = await content(c, site)
    if (c.req.query('part') === 'dead-letters') return c.html(body)
    return render(c, site, { title: 'Dead letters', view: 'deadLetters', body })
  })
  app.post('/dead-letters/look', (c) => {
    site.deadLetters.look()
    return c.redirect('/dead-letters', 303)
  })
  addDeadLetterActions(app, site)
  addDeadLetterPages(app, site)
}

function actions(session: Session, latest: DeadLetterList | null, busy: Job | null): readonly Html[] {
  if (busy) return []
  const total = latest?.byId.size ?? 0
  const look = actionButton(session, {
    action: '/dead-letters/look',
    label: latest ? 'Look again' : 'Read the dead letters',
  })
  if (total === 0) return [look]
  return [
    look,
    confirmButton(session, {
      id: 'redrive-all',
      label: `Redrive all ${number(total)}`,
      title: `Redrive all ${counted(total, 'dead letter')}?`,
      text: 'Each change is sent to the queue again. Of each cause a few go first, then more, until one fails in the same way again; the rest of that cause then stays here.',
      action: '/dead-letters/redrive',
      fields: { all: 'yes' },
      confirm: `Redrive ${number(total)}`,
      isHarmless: true,
    }),
  ]
}

async function content(c: Context<Env>, site: Site): Promise<Html> {
  const { manual, deadLetters } = await site.counts.get()
  const busy = site.jobs.running(deadLetterLane)
  const latest = site.deadLetters.latest()
  const failure = busy ? null : site.deadLetters.failure()
  const now = new Date()
  const automatic = (deadLetters ?? 0) - (manual ?? 0)
  const lead = html`<p class="lead">${counted(deadLetters ?? 0, 'change')} in the dead-letter queues now: ${number(manual ?? 0)} for a person, ${number(automatic)} retried automatically.</p>`
  const shown = latest
    ? html`${looked(latest, now)}${groups(c, latest, busy !== null, now)}`
    : busy || failure
      ? ''
      : notYet()
  return html`<div id="dead-letters"${busy ? refreshing(c) : ''}>${head('Dead letters', ...actions(c.get('session'), latest, busy))}${deadLetters === null ? '' : lead}<div class="stack">${busy ? progress(busy) : ''}${failure ? failureNotice(failure) : ''}${shown}</div></div>`
}

/** While dead letters are held, this part asks for itself again. */
const refreshing = (c: Context) =>
  html` hx-get="${here(c, { part: 'dead-letters' })}" hx-trigger="load delay:700ms" hx-swap="outerHTML"`

function progress({ done, total, title, id }: Job): Html {
  const value = total ? html` max="${total}" value="${Math.min(done, total)}"` : ''
  return html`<div class="card card-body stack"><p role="status">${title}: ${number(done)}${total === null ? '' : ` of about ${number(total)}`}. <a href="/jobs/${id}">Details</a></p><progress${value} aria-label="${title}"></progress><p class="muted">Meanwhile they are hidden from other commands and from automatic retries. <a href="/dead-letters">Reload</a></p></div>`
}

function looked({ lookedAt, byId, groups: all, notShown }: DeadLetterList, now: Date): Html {
  const { elsewhere, behind, full } = notShown
  const hidden = number(elsewhere + behind)
  const text = full
    ? `About ${hidden} more were not read: SQS allows 120,000 in flight. Redrive or drop some first.`
    : `About ${hidden} more could not be read: ${number(elsewhere)} are being looked at elsewhere, ${number(behind)} wait behind another one of the same record.`
  return html`<p class="muted">${counted(byId.size, 'dead letter')}, ${counted(all.length, 'cause')} · looked at ${timeOfDay(lookedAt.toISOString(), now)}</p>${elsewhere + behind > 0 ? notice('warn', text) : ''}`
}

function groups(c: Context<Env>, { groups: all }: DeadLetterList, isBusy: boolean, now: Date): Html {
  if (all.length === 0)
    return html`<div class="card">${empty('No dead letters', 'Every change has arrived, or is being retried.')}</div>`
  return html`${all.map((group) => groupCard(c.get('session'), group, isBusy, now))}`
}

const notYet = () =>
  html`<div class="card">${empty(
    'Not read yet',
    'SQS shows a message only by handing it out. Reading the dead letters takes some seconds and hides them from other readers meanwhile.',
  )}</div>`
