import type { Context } from 'hono'
import type { StackInfo } from '../../offline/stack-file.ts'
import { BadInput } from '../../operator/errors.ts'
import { type Html, html } from '../parts/html.ts'
import type { Env } from '../security/session.ts'
import { head, render } from '../server/render.ts'
import type { Site } from '../state/site.ts'

const tabs = {
  samples: ['/try-it', 'Send a webhook'],
  records: ['/try-it/records', 'CRM records'],
  faults: ['/try-it/faults', 'Faults'],
  calls: ['/try-it/requests', 'API requests'],
} as const
type Tab = keyof typeof tabs

/** A page of Try it, below its tabs. */
export function tryItPage(c: Context<Env>, site: Site, tab: Tab, body: Html) {
  const shown = Object.entries(tabs).map(
    ([name, [path, label]]) =>
      html`<a href="${path}"${name === tab ? html` aria-current="page"` : ''}>${label}</a>`,
  )
  const page = html`${head('Try it')}<p class="lead">Everything here stays on this machine: the CRMs and providers are sandboxes, and their people are invented.</p><nav class="tabs" aria-label="Try it">${shown}</nav>${body}`
  return render(c, site, { title: `Try it: ${tabs[tab][1]}`, view: 'tryIt', body: page })
}

/** The local stack. Throws BadInput where there is none. */
export function localStack({ place }: Site): StackInfo {
  const stack = place.stack()
  if (stack) return stack
  throw new BadInput(
    place.isLocal
      ? 'the local stack is not running: start it with npm start'
      : 'a deployed stage has no sandboxes: this works on the local stack only',
  )
}
