import type { ProviderFigures } from '../../operator/activity/figures.ts'
import type { ProviderStatus } from '../../operator/status/provider-status.ts'
import { badge, number } from '../parts/badges.ts'
import { type Html, html, type Tone } from '../parts/html.ts'
import { failureNotice } from '../parts/notices.ts'
import { titleOf } from '../parts/records.ts'
import { ago, minuteTime, timeOfDay } from '../parts/times.ts'
import type { OverviewData } from './read-overview.ts'
import { percent, rangeNames } from './tiles.ts'

/** The providers with their health. */
export function providersCard({ providers, figures, range }: OverviewData, now: Date): Html {
  if (providers.state === 'failed') return html`${title('Providers')}${failureNotice(providers.error)}`
  if (providers.state === 'slow') return html`${title('Providers')}<p class="loading">Still loading</p>`
  const counted = (figures.state === 'ready' ? figures.value?.providers : null) ?? null
  const rows = providers.value.map((it) => providerRow(it, counted, now))
  return html`${title('Providers', rangeNames[range])}<table class="rows"><thead><tr><th scope="col">Provider</th><th scope="col">State</th><th scope="col" class="num">Changes</th><th scope="col" class="num">Failed</th></tr></thead><tbody>${rows}</tbody></table>`
}

const title = (text: string, range?: string) =>
  html`<div class="card-head"><h2>${text}</h2>${range === undefined ? '' : html`<span class="muted">last ${range}</span>`}</div>`

const states: Readonly<Record<'ok' | 'paused' | 'unknown', readonly [string, Tone]>> = {
  ok: ['healthy', 'good'],
  paused: ['paused', 'bad'],
  unknown: ['not tried since the pause', 'warn'],
}

function providerRow(status: ProviderStatus, counted: readonly ProviderFigures[] | null, now: Date): Html {
  const { provider, mode, state, since, until, code } = status
  const [text, tone] = states[state ?? 'unknown']
  const own = counted?.filter((it) => it.provider === provider && (mode === null || it.mode === mode)) ?? []
  const succeeded = own.reduce((sum, it) => sum + it.succeeded, 0)
  const failed = own.reduce((sum, it) => sum + it.failed, 0)
  const total = succeeded + failed
  const pause = until === null ? '' : `until ${minuteTime(new Date(until))}`
  const note =
    state === 'ok'
      ? ''
      : html`<div class="muted">${code ?? ''} since ${timeOfDay(since, now)}${state === 'paused' ? `, paused ${pause}` : ''}</div>`
  return html`<tr><td><a href="/activity?provider=${provider}">${titleOf(provider)}</a> <span class="muted">${mode ?? ''}</span>${note}</td><td>${badge(text, tone)}</td><td class="num">${counted === null ? '–' : number(total)}</td><td class="num">${total === 0 ? '–' : percent(failed / total)}</td></tr>`
}

/** The CRMs with their last webhook. */
export function sourcesCard({ accepted, figures, range, sources }: OverviewData, now: Date): Html {
  if (accepted.state === 'failed') return html`${title('Sources')}${failureNotice(accepted.error)}`
  if (accepted.state === 'slow') return html`${title('Sources')}<p class="loading">Still loading</p>`
  const counted = (figures.state === 'ready' ? figures.value?.sources : null) ?? null
  const last = accepted.value
  const silent = sources.filter((name) => !last?.has(name))
  const rows = sources.flatMap((name) => {
    const at = last?.get(name)
    if (at === undefined) return []
    const own = counted?.find(({ source }) => source === name)
    const refused = own?.refused ?? 0
    return html`<tr><td><a href="/activity?source=${name}">${titleOf(name)}</a></td><td class="nowrap">${ago(at, now)}</td><td class="num">${counted === null ? '–' : number(own?.accepted ?? 0)}</td><td class="num">${refused > 0 ? badge(number(refused), 'bad') : counted === null ? '–' : '0'}</td></tr>`
  })
  const table = html`<table class="rows"><thead><tr><th scope="col">Source</th><th scope="col">Last webhook</th><th scope="col" class="num">Accepted</th><th scope="col" class="num">Refused</th></tr></thead><tbody>${rows}</tbody></table>`
  const rest = html`<p class="card-foot">No webhook in the log: ${silent.map(titleOf).join(', ')}</p>`
  return html`${title('Sources', rangeNames[range])}${rows.length > 0 ? table : ''}${silent.length > 0 ? rest : ''}`
}
