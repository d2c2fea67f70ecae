import type { Link } from '../../core/model/link.ts'
import { noteOf } from '../../operator/links/link-row.ts'
import type { Surplus } from '../../operator/links/surplus.ts'
import { badge, stateBadge } from '../parts/badges.ts'
import { type Html, html } from '../parts/html.ts'
import { recordLink, titleOf } from '../parts/records.ts'
import { ago } from '../parts/times.ts'

/** Links, one a row. */
export function linksTable(links: readonly Link[], surplus: Surplus, now: Date): Html {
  return html`<table class="rows">
<thead><tr><th scope="col">Record</th><th scope="col" class="wide">Source</th><th scope="col" class="wide">Provider</th><th scope="col" class="wide">Customer</th><th scope="col">State</th><th scope="col" class="wide">Last sync</th><th scope="col" class="wide">Note</th></tr></thead>
<tbody>${links.map((link) => row(link, surplus, now))}</tbody>
</table>`
}

function row(link: Link, surplus: Surplus, now: Date): Html {
  const { ref, provider, mode, state, providerCustomerId, failure } = link
  const note = noteOf(link, surplus)
  const where = provider === null ? '–' : `${titleOf(provider)}`
  return html`<tr>
<td>${recordLink(ref)}<span class="sub">${titleOf(ref.source)}${provider === null ? '' : ` → ${where}`}</span><span class="sub mono">${providerCustomerId ?? ''}</span>${note === null ? '' : html`<span class="sub">${note}</span>`}</td>
<td class="wide muted nowrap">${titleOf(ref.source)}</td>
<td class="wide nowrap">${where}${provider !== null && mode === 'live' ? html` <span class="muted">live</span>` : ''}</td>
<td class="wide mono break">${providerCustomerId ?? '–'}</td>
<td>${stateBadge(state)}${failure ? html` <span class="sub">${failure.code}</span>` : ''}</td>
<td class="wide nowrap">${link.lastOutcome ?? ''} <span class="muted">${link.syncedAt ? ago(link.syncedAt, now) : link.lastOutcome ? '' : '–'}</span></td>
<td class="wide muted break">${failure ? html`${badge(failure.code, 'bad')} ` : ''}${note ?? ''}</td>
</tr>`
}
