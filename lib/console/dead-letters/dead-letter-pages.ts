import type { Context, Hono } from 'hono'
import { commandLine } from '../../operator/advice/advice.ts'
import { badge, counted } from '../parts/badges.ts'
import { actionButton, confirmButton } from '../parts/controls.ts'
import { type Html, html } from '../parts/html.ts'
import { empty } from '../parts/notices.ts'
import { pageOf, pager } from '../parts/pager.ts'
import { recordLink, titleOf } from '../parts/records.ts'
import { ago } from '../parts/times.ts'
import type { Env } from '../security/session.ts'
import { head, here, render } from '../server/render.ts'
import type { DeadLetterGroup, ListedDeadLetter } from '../state/dead-letter-list.ts'
import { deadLetterLane } from '../state/dead-letters.ts'
import type { Site } from '../state/site.ts'
import { advice, groupActions, groupPath, handling, retryText } from './group-card.ts'
import { lettersTable, refOfLetter } from './letters-table.ts'

const lettersPerPage = 100
const crumb = html`<p class="crumbs"><a href="/dead-letters">Dead letters</a> /</p>`

/** All dead letters of one cause, and one of them with everything that is known of it. */
export function addDeadLetterPages(app: Hono<Env>, site: Site): void {
  app.get('/dead-letters/cause', (c) => {
    const cause = c.req.query('of') ?? ''
    const group = site.deadLetters.latest()?.groups.find((it) => it.cause === cause)
    if (!group) return gone(c, site, 'No dead letters of this cause')
    return render(c, site, { title: group.code, view: 'deadLetters', body: groupPage(c, site, group) })
  })
  app.get('/dead-letters/:id', (c) => {
    const it = site.deadLetters.latest()?.byId.get(c.req.param('id'))
    if (!it) return gone(c, site, 'No such dead letter')
    return render(c, site, { title: it.row.code, view: 'deadLetters', body: letterPage(c, site, it) })
  })
}

function gone(c: Context<Env>, site: Site, title: string) {
  const again = actionButton(c.get('session'), { action: '/dead-letters/look', label: 'Look again' })
  const text = 'It was redriven, dropped or retried since, or the dead letters were not read yet.'
  const body = html`${crumb}${head(title)}<div class="card">${empty(title, text, again)}</div>`
  return render(c, site, { title, view: 'deadLetters', body }, 404)
}

const isBusy = (site: Site) => site.jobs.running(deadLetterLane) !== null

function groupPage(c: Context<Env>, site: Site, group: DeadLetterGroup): Html {
  const now = new Date()
  const { letters, code, where } = group
  const { shown, page, pages, from } = pageOf(letters, c.req.query('page'), lettersPerPage)
  const title = html`${code} <span class="muted">${titleOf(where)}</span>`
  const range = pages > 1 ? `, ${from} to ${from + shown.length - 1}` : ''
  return html`${crumb}${head(title, ...(isBusy(site) ? [] : [groupActions(c.get('session'), group)]))}<div class="stack"><div class="card card-body stack"><div>${advice(code, letters)}</div><p>${handling(group, now)}</p></div><div class="card"><div class="card-head"><h2>${counted(letters.length, 'dead letter')}</h2><span class="muted">oldest first${range}</span></div>${lettersTable(shown, now)}${pager(page, pages, (to) => here(c, { page: String(to) }))}</div></div>`
}

function letterPage(c: Context<Env>, site: Site, it: ListedDeadLetter): Html {
  const now = new Date()
  const { row, isAutomatic, retriedFrom } = it
  const ref = refOfLetter(it)
  const title = ref ? `${ref.recordType} ${ref.recordId}` : 'Unreadable message'
  const retry = isAutomatic ? badge(retryText(retriedFrom, now)) : badge('needs a person', 'warn')
  const command = (verb: string) =>
    html`<code class="command">${commandLine('dead-letters', [verb, row.id], site.place.flags)}</code>`
  return html`<p class="crumbs"><a href="/dead-letters">Dead letters</a> / <a href="${groupPath(it.cause)}">${row.code}</a> /</p>${head(title, ...(isBusy(site) ? [] : actionsOf(c, it)))}<div class="split"><div class="stack"><div class="card card-body stack"><div>${advice(row.code, [it])}</div><p>${retry}</p></div><div class="card"><div class="card-head"><h2>As a command</h2></div><div class="card-body stack">${command('redrive')}${command('drop')}</div></div></div><div class="card"><div class="card-head"><h2>Details</h2></div><dl class="facts card-body">${factsOf(it, now).map(([name, value]) => (value === null ? '' : html`<dt>${name}</dt><dd>${value}</dd>`))}</dl></div></div>`
}

function factsOf(it: ListedDeadLetter, now: Date): readonly (readonly [string, Html | string | null])[] {
  const { row, change } = it
  const ref = refOfLetter(it)
  const mono = (text: string) => html`<span class="mono">${text}</span>`
  return [
    ['Dead letter', mono(row.id)],
    ['Record', ref && recordLink(ref)],
    ['Source', row.source && titleOf(row.source)],
    ['Account', row.account],
    ['Provider', row.provider && titleOf(row.provider)],
    ['Cause', html`<a href="${groupPath(it.cause)}">${row.code}</a>`],
    ['Field', row.field],
    ['Tries', row.attempts === null ? null : String(row.attempts)],
    ['First failed', row.firstFailedAt && ago(row.firstFailedAt, now)],
    ['Dead-lettered', ago(row.deadLetteredAt, now)],
    ['Redriven before', row.round === 0 ? 'never' : counted(row.round, 'time')],
    ['Change', change?.kind ?? null],
    ['Event', change && mono(change.eventId)],
    ['Webhook received', change && ago(change.receivedAt, now)],
  ]
}

function actionsOf(c: Context<Env>, { row, isRedrivable }: ListedDeadLetter): readonly Html[] {
  const session = c.get('session')
  const fields = { id: row.id }
  const redrive = { action: '/dead-letters/redrive', fields, label: 'Redrive', look: 'primary' } as const
  const drop = confirmButton(session, {
    id: 'drop',
    label: 'Drop…',
    title: 'Drop this dead letter?',
    text: 'It is deleted for good, and its change is not sent. The customer stays as the provider has it.',
    action: '/dead-letters/drop',
    fields,
    confirm: 'Drop 1',
  })
  return [...(isRedrivable ? [actionButton(session, redrive)] : []), drop]
}
