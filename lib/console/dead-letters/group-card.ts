import { errorPage } from '../../core/model/error-codes.ts'
import { adviceFor } from '../../operator/advice/advice.ts'
import { badge, counted, number, sentence } from '../parts/badges.ts'
import { confirmButton } from '../parts/controls.ts'
import { type Html, html } from '../parts/html.ts'
import { titleOf } from '../parts/records.ts'
import { minuteTime } from '../parts/times.ts'
import type { Session } from '../security/session.ts'
import type { DeadLetterGroup, ListedDeadLetter } from '../state/dead-letter-list.ts'
import { lettersTable } from './letters-table.ts'

const lettersInCard = 5

export function groupPath(cause: string): string {
  return `/dead-letters/cause?of=${encodeURIComponent(cause)}`
}

/** A cause with what to do about it, its actions, and the first of its dead letters. */
export function groupCard(session: Session, group: DeadLetterGroup, isBusy: boolean, now: Date): Html {
  const { cause, code, where, letters } = group
  const rest = letters.length - lettersInCard
  const summary =
    rest > 0
      ? `The oldest ${lettersInCard} of ${number(letters.length)}`
      : counted(letters.length, 'dead letter')
  return html`<section class="card">
<div class="card-head"><h2><a href="${groupPath(cause)}">${code}</a></h2><span class="muted">${titleOf(where)}</span><span class="count ${group.manual > 0 ? 'bad' : 'warn'}">${number(letters.length)}<span class="sr-only"> dead letters</span></span>${handling(group, now)}<div class="actions">${isBusy ? '' : groupActions(session, group)}</div></div>
<div class="card-body">${advice(code, letters)}</div>
<details open><summary>${summary}</summary>${lettersTable(letters.slice(0, lettersInCard), now)}</details>
${rest > 0 ? html`<div class="card-foot"><a href="${groupPath(cause)}">Show all ${number(letters.length)}</a></div>` : ''}
</section>`
}

/** What happened, and what to do about it. */
export function advice(code: string, letters: readonly ListedDeadLetter[]): Html {
  const [reason, ...others] = new Set(letters.slice(0, 200).map(({ row }) => row.reason))
  const more =
    others.length > 0 ? html` <span class="muted">and ${counted(others.length, 'other reason')}</span>` : ''
  const fix = adviceFor(code).find((line) => !line.startsWith('See '))
  return html`<p class="strong">${sentence(reason ?? '')}${more}</p>${fix === undefined ? '' : html`<p class="muted">${fix}</p>`}<p class="muted"><code>${errorPage(code)}</code></p>`
}

/** Whether somebody has to act, or when it is retried. */
export function handling({ manual, letters, retriedFrom }: DeadLetterGroup, now: Date): Html {
  const automatic = letters.length - manual
  const person = automatic > 0 ? `${number(manual)} need a person` : 'needs a person'
  return html`${manual > 0 ? badge(person, 'warn') : ''}${automatic > 0 ? badge(retryText(retriedFrom, now)) : ''}`
}

export function retryText(retriedFrom: number | null, now: Date): string {
  if (retriedFrom === null) return 'not retried automatically'
  return retriedFrom <= now.getTime()
    ? 'retried automatically, due now'
    : `retried automatically from ${minuteTime(new Date(retriedFrom))}`
}

export function groupActions(
  session: Session,
  { cause, code, where, letters, manual }: DeadLetterGroup,
): Html {
  const count = number(letters.length)
  const many = counted(letters.length, 'dead letter')
  const what = `${code} at ${titleOf(where)}.`
  const id = `g-${Buffer.from(cause).toString('base64url')}`
  const redrive = confirmButton(session, {
    id: `${id}-redrive`,
    label: `Redrive ${count}`,
    look: manual > 0 ? 'primary' : '',
    title: `Redrive ${many}?`,
    text: `${what} Each change is sent to the queue again, and the newest state of its record is synced. A few go first, then more, until one fails in the same way again.`,
    action: '/dead-letters/redrive',
    fields: { cause },
    confirm: `Redrive ${count}`,
    isHarmless: true,
  })
  const drop = confirmButton(session, {
    id: `${id}-drop`,
    label: `Drop ${count}…`,
    title: `Drop ${many}?`,
    text: `${what} They are deleted for good, and these changes are not sent. The customers stay as the provider has them.`,
    action: '/dead-letters/drop',
    fields: { cause },
    confirm: `Drop ${count}`,
  })
  return html`${letters.some(({ isRedrivable }) => isRedrivable) ? redrive : ''}${drop}`
}
