import type { Context, Hono } from 'hono'
import { readCalls, type SandboxCall } from '../../operator/samples/sandbox-control.ts'
import { badge, counted } from '../parts/badges.ts'
import { select } from '../parts/controls.ts'
import { type Html, html, type Tone } from '../parts/html.ts'
import { empty } from '../parts/notices.ts'
import { titleOf } from '../parts/records.ts'
import { timeOfDay } from '../parts/times.ts'
import type { Env } from '../security/session.ts'
import { oneOf } from '../server/forms.ts'
import { here } from '../server/render.ts'
import type { Site } from '../state/site.ts'
import { localStack, tryItPage } from './try-it-page.ts'

const mostCalls = 200

type Call = SandboxCall & { readonly sandbox: string }

/** API requests: what the sandboxes were asked, newest first. Their bodies are the only personal data here, and invented. */
export function addCalls(app: Hono<Env>, site: Site): void {
  app.get('/try-it/requests', async (c) => {
    const { sandboxes } = localStack(site)
    const only = oneOf('sandbox', c.req.query('sandbox'), Object.keys(sandboxes))
    const wanted = Object.entries(sandboxes).filter(([name]) => only === undefined || name === only)
    const calls = await Promise.all(
      wanted.map(async ([sandbox, url]) =>
        (await readCalls(url, mostCalls)).map((call) => ({ ...call, sandbox })),
      ),
    )
    const shown = calls
      .flat()
      .toSorted((a, b) => b.at.localeCompare(a.at))
      .slice(0, mostCalls)
    return tryItPage(c, site, 'calls', html`${filters(c, Object.keys(sandboxes), only)}${table(shown)}`)
  })
}

function filters(c: Context, sandboxes: readonly string[], only: string | undefined): Html {
  const choices = [['', 'All sandboxes'], ...sandboxes.map((name) => [name, titleOf(name)] as const)] as const
  return html`<form class="filters" data-auto>${select('sandbox', 'Sandbox', choices, only)}<button class="button">Apply</button><a class="button" href="${here(c, {})}">Reload</a></form>`
}

function table(calls: readonly Call[]): Html {
  if (calls.length === 0)
    return html`<div class="card">${empty('No requests yet', html`<a href="/try-it">Send a webhook</a>, and see which calls it causes.`)}</div>`
  const now = new Date()
  return html`<div class="card"><table class="rows"><thead><tr><th scope="col">Time</th><th scope="col" class="wide">Sandbox</th><th scope="col">Request</th><th scope="col">Status</th></tr></thead><tbody>${calls.map((call) => row(call, now))}</tbody></table><div class="card-foot">${counted(calls.length, 'request')}, newest first${calls.length === mostCalls ? '; older ones are not shown' : ''}</div></div>`
}

function row({ at, sandbox, method, path, status, body, response }: Call, now: Date): Html {
  const answer = response === undefined || response === null ? '' : JSON.stringify(response, null, 2)
  const details = html`<details><summary>Bodies</summary>${body === '' ? '' : html`<p class="muted">Request</p><pre class="json" tabindex="0">${pretty(body)}</pre>`}${answer === '' ? '' : html`<p class="muted">Answer</p><pre class="json" tabindex="0">${answer}</pre>`}</details>`
  return html`<tr><td class="nowrap muted tabular">${timeOfDay(at, now)}</td><td class="wide">${titleOf(sandbox)}</td><td><span class="mono break"><b>${method}</b> ${path}</span><span class="sub">${titleOf(sandbox)}</span>${body === '' && answer === '' ? '' : details}</td><td>${badge(status === null ? 'no answer' : String(status), toneOf(status))}</td></tr>`
}

function toneOf(status: number | null): Tone {
  if (status === null || status >= 500) return 'bad'
  return status >= 400 ? 'warn' : 'good'
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
