import type { WhyReport } from '../../operator/why/why.ts'
import { type Html, html } from '../parts/html.ts'

const isCommand = (line: string) => /^(npm|npx|crm-pay-sync) /.test(line)

/** What the record waits for now, and what to do about it. */
export function waitingCard({ waitingFor, steps, missing }: WhyReport): Html {
  return html`${
    waitingFor === null
      ? ''
      : html`<section class="card" aria-label="What it waits for"><div class="card-body stack"><p class="strong break">Waits for ${waitingFor}</p>${steps.map((line) => (isCommand(line) ? html`<code class="command">${line}</code>` : html`<p class="muted">${line}</p>`))}</div></section>`
  }${missing.map((line) => html`<div class="notice warn" role="status"><div>${line}</div></div>`)}`
}
