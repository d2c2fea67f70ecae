import type { Context, Hono } from 'hono'
import type { SandboxFault } from '../../offline/sandbox/faults.ts'
import { BadInput } from '../../operator/errors.ts'
import {
  addFault,
  clearFaults,
  type InjectedFault,
  readFaults,
} from '../../operator/samples/sandbox-control.ts'
import { counted, dot } from '../parts/badges.ts'
import { actionButton, hiddenFields, select, textField } from '../parts/controls.ts'
import { type Html, html } from '../parts/html.ts'
import { empty } from '../parts/notices.ts'
import { titleOf } from '../parts/records.ts'
import type { Env } from '../security/session.ts'
import { oneOf, readForm } from '../server/forms.ts'
import type { Site } from '../state/site.ts'
import { faultKinds, kindNames, toFault } from './fault-kinds.ts'
import { localStack, tryItPage } from './try-it-page.ts'

type InForce = { readonly sandbox: string; readonly faults: readonly InjectedFault[] }

/** Faults: make the sandbox of a provider or CRM fail, and see what the sync makes of it. */
export function addFaults(app: Hono<Env>, site: Site): void {
  app.get('/try-it/faults', async (c) => {
    const { sandboxes } = localStack(site)
    const inForce = await Promise.all(
      Object.entries(sandboxes).map(async ([sandbox, url]) => ({ sandbox, faults: await readFaults(url) })),
    )
    const failing = inForce.filter(({ faults }) => faults.length > 0)
    const body = html`<div class="split">${form(c, Object.keys(sandboxes))}${list(c, failing)}</div>`
    return tryItPage(c, site, 'faults', body)
  })
  app.post('/try-it/faults', async (c) => {
    const field = await readForm(c)
    const sandbox = field('sandbox')
    await addFault(urlOf(site, sandbox), toFault(field))
    const text = `${titleOf(sandbox)} fails from now on. Send a webhook to see what happens.`
    return c.redirect(site.notices.leave('/try-it/faults', { tone: 'warn', text }), 303)
  })
  app.post('/try-it/faults/clear', async (c) => {
    const sandbox = (await readForm(c))('sandbox')
    await clearFaults(urlOf(site, sandbox))
    const text = `${titleOf(sandbox)} works again. What failed is retried automatically.`
    return c.redirect(site.notices.leave('/try-it/faults', { tone: 'good', text }), 303)
  })
}

function urlOf(site: Site, name: string): string {
  const { sandboxes } = localStack(site)
  const sandbox = oneOf('sandbox', name, Object.keys(sandboxes))
  const url = sandbox === undefined ? undefined : sandboxes[sandbox]
  if (url === undefined) throw new BadInput('there is no such sandbox')
  return url
}

function form(c: Context<Env>, sandboxes: readonly string[]): Html {
  const kinds = kindNames.map((name) => [name, faultKinds[name].label] as const)
  return html`<form class="card" method="post" action="/try-it/faults">${hiddenFields(c.get('session'))}<div class="card-head"><h2>Inject a fault</h2><div class="actions"><button class="button primary">Inject</button></div></div><div class="card-body stack"><div class="form-grid">${select(
    'sandbox',
    'Sandbox',
    sandboxes.map((name) => [name, titleOf(name)]),
    undefined,
  )}${select('kind', 'What happens', kinds, undefined)}${textField('times', 'How many requests (empty: all)', { type: 'number', placeholder: 'all' })}</div><details><summary>Only some requests</summary><div class="form-grid narrowing">${select(
    'method',
    'Method',
    [
      ['', 'Any'],
      ['GET', 'GET'],
      ['POST', 'POST'],
      ['PUT', 'PUT'],
      ['DELETE', 'DELETE'],
    ],
    undefined,
  )}${textField('path', 'Path (a regular expression)', { placeholder: '/customers' })}${textField('status', 'Another HTTP status', { type: 'number', placeholder: 'as above' })}</div></details></div></form>`
}

function list(c: Context<Env>, failing: readonly InForce[]): Html {
  if (failing.length === 0) {
    return html`<section class="card"><div class="card-head"><h2>In force</h2></div>${empty('No faults', 'All sandboxes work as documented.')}</section>`
  }
  return html`<div class="stack">${failing.map(
    ({ sandbox, faults }) =>
      html`<section class="card"><div class="card-head"><h2>${titleOf(sandbox)}</h2><div class="actions">${actionButton(c.get('session'), { action: '/try-it/faults/clear', fields: { sandbox }, label: 'Clear' })}</div></div><ul class="todo">${faults.map(
        (fault) =>
          html`<li>${dot('bad')}<span class="what">${describe(fault)} <span class="muted">· ${counted(fault.hits, 'request')} hit</span></span></li>`,
      )}</ul></section>`,
  )}</div>`
}

function describe({ effect, method, path, status, times }: InjectedFault): string {
  const kind = kindNames.find((name) => {
    const known: SandboxFault = faultKinds[name].fault
    return known.effect === effect && (known.status ?? 500) === (status ?? 500)
  })
  const what = kind ? faultKinds[kind].label : `${effect} ${status ?? ''}`.trim()
  const which = [method, path].filter(Boolean).join(' ')
  return `${what}${which === '' ? '' : `, for ${which}`}${times === undefined ? '' : `, ${counted(times, 'time')}`}`
}
