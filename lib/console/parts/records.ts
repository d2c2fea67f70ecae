import type { RecordRef } from '../../core/model/change.ts'
import { providers } from '../../providers/registry.ts'
import { sources } from '../../sources/registry.ts'
import { type Html, html } from './html.ts'

/** The page of a record. */
export function recordPath({ source, account, recordType, recordId }: RecordRef): string {
  return `/records/${[source, account, recordType, recordId].map(encodeURIComponent).join('/')}`
}

/** `contact 701000000112`, which leads to its page. */
export function recordLink(ref: RecordRef): Html {
  return html`<a href="${recordPath(ref)}" class="record">${ref.recordType} ${ref.recordId}</a>`
}

/** `Notch Pay`, `HubSpot`: a provider or CRM by the name that people know it by. A dash for null. */
export function titleOf(name: string | null): string {
  if (name === null) return '–'
  return own(providers, name)?.title ?? own(sources, name)?.title ?? name
}

function own<T>(all: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(all, name) ? all[name] : undefined
}
