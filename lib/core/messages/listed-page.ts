import {
  type CustomerChange,
  type ListedPage,
  type RecordRef,
  recordKey,
  toEventId,
} from '../model/change.ts'

export type PageOptions = {
  readonly walkId: string
  /** The most records of a page. */
  readonly size: number
  readonly now: Date
}

/** The records in pages, in their order. A walk that queues the same records again makes the same pages, apart from their time. */
export function toPages(refs: readonly RecordRef[], { walkId, size, now }: PageOptions): ListedPage[] {
  const groups = Map.groupBy(refs, ({ source, account, recordType }) =>
    recordKey({ source, account, recordType, recordId: '' }),
  )
  return [...groups.values()].flatMap((members) =>
    Array.from({ length: Math.ceil(members.length / size) }, (_, index) => {
      const some = members.slice(index * size, (index + 1) * size)
      const { source, account, recordType } = some[0] as RecordRef
      const recordIds = some.map(({ recordId }) => recordId)
      const receivedAt = now.toISOString()
      return { source, account, recordType, v: 1, kind: 'listed', walkId, recordIds, receivedAt } as const
    }),
  )
}

/** What a page says of each of its records: it may have changed. The same walk gives a record the same event id. */
export function changesOf({ recordIds, walkId, source, account, recordType, v, receivedAt }: ListedPage) {
  return [...new Set(recordIds)].map((recordId): CustomerChange => {
    const ref = { source, account, recordType, recordId }
    const eventId = toEventId(`walk:${walkId}:${recordKey(ref)}`)
    return { ...ref, v, kind: 'changed', eventId, receivedAt, listed: true }
  })
}
