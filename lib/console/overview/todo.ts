import { adviceFor } from '../../operator/advice/advice.ts'
import { counted, dot, number } from '../parts/badges.ts'
import { type Html, html, type Tone } from '../parts/html.ts'
import { titleOf } from '../parts/records.ts'
import { minuteTime } from '../parts/times.ts'
import type { DeadLetterList } from '../state/dead-letter-list.ts'
import type { OverviewData } from './read-overview.ts'

type Item = { readonly tone: Tone; readonly what: string; readonly how: string; readonly href: string }

/** What needs a person, the most urgent first, and where to resolve it. */
export function todo(data: OverviewData, latest: DeadLetterList | null): Html {
  const items = [...pauses(data), ...stuckItems(data), ...deadLetterItems(data, latest), ...decisions(data)]
  if (items.length === 0)
    return html`<div class="notice good" role="status"><div><b>Nothing needs a person.</b> Failures that can resolve are retried automatically.</div></div>`
  return html`<section class="card" aria-label="What needs a person"><ul class="todo">${items.map(
    ({ tone, what, how, href }) =>
      html`<li>${dot(tone)}<span class="what"><a class="strong" href="${href}">${what}</a> <span class="muted">${how}</span></span></li>`,
  )}</ul></section>`
}

function pauses({ providers }: OverviewData): readonly Item[] {
  if (providers.state !== 'ready') return []
  return providers.value
    .filter(({ state }) => state === 'paused')
    .map(({ provider, until, code }) => ({
      tone: 'bad',
      what: `${titleOf(provider)} is paused${until ? ` until ${minuteTime(new Date(until))}` : ''} after ${code}`,
      how: `Its changes wait, and continue automatically. ${fixOf(code)}`,
      href: `/activity?provider=${provider}`,
    }))
}

function stuckItems({ stuck, providers }: OverviewData): readonly Item[] {
  const paused = providers.state === 'ready' ? providers.value.filter(({ state }) => state === 'paused') : []
  return stuck
    .filter(({ where }) => !paused.some(({ provider }) => provider === where))
    .map(({ records, where, code }) => ({
      tone: 'bad',
      what: `${counted(records, 'record waits', 'records wait')} for ${titleOf(where)} after ${code}`,
      how: fixOf(code),
      href: `/activity?code=${encodeURIComponent(code)}`,
    }))
}

/** By cause once they were read; until then only how many there are. */
function deadLetterItems({ counts }: OverviewData, latest: DeadLetterList | null): readonly Item[] {
  const manual = counts.manual ?? 0
  const groups = latest?.groups.filter((group) => group.manual > 0) ?? []
  const known = groups.reduce((sum, group) => sum + group.manual, 0)
  if (known !== manual) {
    if (manual === 0) return []
    const what = `${counted(manual, 'dead letter needs', 'dead letters need')} a person`
    return [{ tone: 'bad', what, how: 'Read them to see the causes.', href: '/dead-letters' }]
  }
  return groups.map(({ manual: count, code, where, cause }) => ({
    tone: 'bad',
    what: `${counted(count, 'dead letter')} of ${titleOf(where)}: ${code}`,
    how: fixOf(code),
    href: `/dead-letters/cause?of=${encodeURIComponent(cause)}`,
  }))
}

function decisions({ counts }: OverviewData): readonly Item[] {
  const undecided = counts.undecided ?? 0
  if (undecided === 0) return []
  const what = `${number(undecided)} ${undecided === 1 ? 'record needs' : 'records need'} a decision`
  return [{ tone: 'warn', what, how: 'Which provider customer is theirs?', href: '/decisions' }]
}

function fixOf(code: string | null): string {
  return (code === null ? [] : adviceFor(code)).find((line) => !line.startsWith('See ')) ?? ''
}
