import type { RecordRef } from '../../core/model/change.ts'
import { type Html, html } from '../parts/html.ts'
import { recordLink, titleOf } from '../parts/records.ts'
import { ago } from '../parts/times.ts'
import type { ListedDeadLetter } from '../state/dead-letter-list.ts'

/** Dead letters, one a row. */
export function lettersTable(letters: readonly ListedDeadLetter[], now: Date): Html {
  return html`<table class="rows">
<thead><tr><th scope="col">Record</th><th scope="col" class="wide">Source</th><th scope="col" class="wide num">Tries</th><th scope="col" class="num">Since</th><th scope="col" class="wide">Field</th><th scope="col">Dead letter</th></tr></thead>
<tbody>${letters.map((it) => row(it, now))}</tbody></table>`
}

function row(it: ListedDeadLetter, now: Date): Html {
  const { source, attempts, deadLetteredAt, field, id } = it.row
  const ref = refOfLetter(it)
  return html`<tr><td>${ref ? recordLink(ref) : 'unreadable message'}<span class="sub">${titleOf(source)}</span></td><td class="wide muted">${titleOf(source)}</td><td class="wide num">${attempts ?? '–'}</td><td class="num nowrap">${ago(deadLetteredAt, now)}</td><td class="wide muted">${field ?? ''}</td><td><a class="mono" href="/dead-letters/${encodeURIComponent(id)}">${short(id)}</a></td></tr>`
}

/** The record that it is about; null for a message that cannot be read. */
export function refOfLetter({ row }: ListedDeadLetter): RecordRef | null {
  const { source, account, recordType, recordId } = row
  const isWhole = source !== null && account !== null && recordType !== null && recordId !== null
  return isWhole ? { source, account, recordType, recordId } : null
}

const short = (id: string) => (id.length > 14 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id)
