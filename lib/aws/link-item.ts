import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type RecordRef, recordKey, refOf } from '../core/model/change.ts'
import { type Link, newLink } from '../core/model/link.ts'
import type { Mode, ProviderCustomerId, ProviderName } from '../core/model/provider.ts'
import type { Bookkeeping } from './guarded-table.ts'
import { decodeHistory, encodeHistory } from './history-text.ts'

type StoredLink = Partial<Omit<Link, 'ref' | 'history'>> &
  Pick<Link, 'provider' | 'mode'> &
  RecordRef &
  Bookkeeping & { readonly providerCustomer?: string; readonly history?: string }

/** The link as stored in the table. What is null or empty is left out, so that an ordinary link fits into one write unit. */
export function toItem({ ref, history, ...link }: Link): StoredLink {
  const { provider, mode, providerCustomerId } = link
  const filled = Object.entries(link).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  )
  return {
    pk: recordKey(ref),
    sk: sortKey(link),
    ...(provider &&
      providerCustomerId && { providerCustomer: customerKey(provider, mode, providerCustomerId) }),
    ...refOf(ref),
    ...Object.fromEntries(filled),
    provider,
    mode,
    ...(history.length > 0 && { history: encodeHistory(history) }),
  }
}

export function sortKey({ provider, mode }: Pick<Link, 'provider' | 'mode'>): string {
  return provider === null ? 'record' : `${provider}#${mode}`
}

export function fromItem(item: Record<string, AttributeValue>): Link {
  const { pk, sk, writeId, providerCustomer, source, account, recordType, recordId, history, ...link } =
    unmarshall(item) as StoredLink
  const ref = { source, account, recordType, recordId }
  return { ...newLink(ref, link.provider, link.mode), ...link, history: decodeHistory(history) }
}

/** The key of the table's index. */
export function customerKey(provider: ProviderName, mode: Mode, id: ProviderCustomerId): string {
  return `${provider}#${mode}#${id}`
}
