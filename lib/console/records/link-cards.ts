import type { Link } from '../../core/model/link.ts'
import type { WhyReport } from '../../operator/why/why.ts'
import { providerNames } from '../../providers/registry.ts'
import { linkFieldsOf } from '../decisions/link-actions.ts'
import { badge, stateBadge } from '../parts/badges.ts'
import { actionButton, confirmButton, hiddenFields, select } from '../parts/controls.ts'
import { type Html, html } from '../parts/html.ts'
import { titleOf } from '../parts/records.ts'
import { ago } from '../parts/times.ts'
import type { Session } from '../security/session.ts'

/** The links of a record, each with its facts and actions, and a form that attaches a customer. */
export function linkCards(session: Session, links: readonly Link[], report: WhyReport, now: Date): Html {
  const [first] = links
  return html`${links.map((link) => (link.provider === null ? '' : linkCard(session, link, report, now)))}${first ? actionsCard(session, first) : ''}`
}

function linkCard(session: Session, link: Link, { links }: WhyReport, now: Date): Html {
  const { provider, mode, state, failure } = link
  const row = links.find((it) => it.provider === provider && it.mode === mode)
  const facts: readonly (readonly [string, Html | string | null])[] = [
    ['Customer', link.providerCustomerId && html`<span class="mono">${link.providerCustomerId}</span>`],
    ['Mode', mode],
    ['Last outcome', link.lastOutcome],
    ['Last sync', link.syncedAt && ago(link.syncedAt, now)],
    ['CRM version', link.crmVersion],
    ['Merged into', link.mergedInto],
    ['Left over', row?.surplus ? 'a merge left this customer over' : null],
    ['Absorbed records', list(link.absorbed)],
    ['Not readable in the CRM', list(link.unreadable)],
    ['Error', failure && badge(failure.code, 'bad')],
    ['Field', failure?.field ?? null],
    ['Failing since', failure && ago(failure.firstFailedAt, now)],
    ['Revision', String(link.revision)],
  ]
  const candidates = link.candidates.map(
    (candidate) =>
      html`<li><span class="mono break">${candidate}</span><div class="actions">${actionButton(session, { action: '/links/attach', fields: { ...linkFieldsOf(link), customer: candidate }, label: 'Attach' })}</div></li>`,
  )
  return html`<section class="card"><div class="card-head"><h2>${titleOf(provider)}</h2>${stateBadge(state)}<div class="actions">${forget(session, link)}</div></div><dl class="facts card-body">${facts.map(([name, value]) => (value === null ? '' : html`<dt>${name}</dt><dd>${value}</dd>`))}</dl>${candidates.length > 0 ? html`<div class="card-head"><h3>Candidates</h3></div><ul class="choices">${candidates}</ul>` : ''}</section>`
}

const list = (texts: readonly string[]) => (texts.length === 0 ? null : texts.join(', '))

function forget(session: Session, link: Link): Html {
  const { provider, mode, ref, state, failure } = link
  const title = titleOf(provider)
  const isInUse = state !== 'undecided' && state !== 'creating' && failure === null
  const warning = isInUse
    ? ' This link is in use: without it, the next change creates a second customer, and both remain.'
    : ''
  return confirmButton(session, {
    id: `forget-${provider}-${mode}`,
    label: 'Forget…',
    title: `Forget the link to ${title}?`,
    text: `No customer at ${title} is changed or deleted. The next change of ${ref.recordType} ${ref.recordId} creates a new customer.${warning}`,
    action: '/links/forget',
    fields: { ...linkFieldsOf(link), force: isInUse ? 'yes' : undefined },
    confirm: isInUse ? 'Forget it anyway' : 'Forget the link',
  })
}

function actionsCard(session: Session, link: Link): Html {
  const names = providerNames.map((name) => [name, titleOf(name)] as const)
  const chosen = link.provider ?? undefined
  return html`<section class="card"><div class="card-head"><h2>Actions</h2><div class="actions">${actionButton(session, { action: '/links/sync', fields: { ...link.ref }, label: 'Sync now' })}</div></div><form class="card-body stack" method="post" action="/links/attach">${hiddenFields(session, { ...link.ref })}${select('provider', 'Attach a customer of', names, chosen)}<div class="field"><label for="attach-customer">Customer id</label><input id="attach-customer" type="text" name="customer" required autocomplete="off" spellcheck="false"></div><label class="check"><input type="checkbox" name="force" value="yes"> Also if the record is linked, or the customer belongs to another record</label><div class="actions"><button class="button">Attach</button></div></form></section>`
}
