import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type RecordRef, recordKey, refOf } from '../core/model/change.ts'
import { type Link, newLink } from '../core/model/link.ts'
import type { Mode, ProviderCustomerId, ProviderName } from '../core/model/provider.ts'
import type { Bookkeeping } from './guarded-table.ts'

type StoredLink = Omit<Link, 'ref'> & RecordRef & Bookkeeping & { providerCustomer?: string }

/** The link as stored in the table. */
export function toItem({ ref, ...link }: Link): StoredLink {
  const { provider, mode, providerCustomerId } = link
  return {
    pk: recordKey(ref),
    sk: sortKey(link),
    ...(provider &&
      providerCustomerId && { providerCustomer: customerKey(provider, mode, providerCustomerId) }),
    ...refOf(ref),
    ...link,
  }
}

export function sortKey({ provider, mode }: Pick<Link, 'provider' | 'mode'>): string {
  return provider === null ? 'record' : `${provider}#${mode}`
}

export function fromItem(item: Record<string, AttributeValue>): Link {
  const { pk, sk, writeId, providerCustomer, source, account, recordType, recordId, ...link } = unmarshall(
    item,
  ) as StoredLink
  const ref = { source, account, recordType, recordId }
  return { ...newLink(ref, link.provider, link.mode), ...link }
}

/** The key of the table's index. */
export function customerKey(provider: ProviderName, mode: Mode, id: ProviderCustomerId): string {
  return `${provider}#${mode}#${id}`
}
