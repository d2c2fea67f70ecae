import { readAttioChanges } from '../../../lib/sources/attio/read-changes.ts'
import { aRequest, bytes, sample, thrownBy } from '../requests.ts'

const base = {
  event_type: 'record.updated',
  id: { workspace_id: 'ws-1', object_id: 'obj-1', record_id: 'rec-1', attribute_id: 'attr-1' },
  actor: { type: 'workspace-member', id: 'member-1' },
}
const read = (events: unknown, key: string | undefined = 'key-1') =>
  readAttioChanges(
    aRequest({ body: bytes({ webhook_id: 'wh-1', events }), headers: { 'idempotency-key': key } }),
  )
const id = (changes: Record<string, unknown>) => ({ ...base, id: { ...base.id, ...changes } })

describe('reading an Attio webhook', () => {
  it('announces a record whose object is not known yet', () => {
    expect(read([base])).toEqual({
      changes: [
        {
          source: 'attio',
          account: 'ws-1',
          recordType: 'contact',
          recordId: 'changed:obj-1:rec-1',
          kind: 'related',
          eventId: 'key-1:0:record.updated:rec-1:attr-1',
        },
      ],
      ignored: 0,
      unknownFields: [],
    })
  })

  it.each([
    ['record.created', 'changed:obj-1:rec-1'],
    ['record.updated', 'changed:obj-1:rec-1'],
    ['record.deleted', 'deleted:obj-1:rec-1'],
    ['record.merged', 'merged:obj-1:rec-1:rec-2'],
  ])('reads %s as %s', (event_type, recordId) => {
    const event = { ...base, event_type, duplicate_object_id: 'obj-1', duplicate_record_id: 'rec-2' }
    expect(read([event]).changes).toMatchObject([{ recordId }])
  })

  it('reads a merge without a duplicate', () => {
    expect(read([{ ...base, event_type: 'record.merged' }]).changes).toMatchObject([
      { recordId: 'merged:obj-1:rec-1' },
    ])
  })

  it('reads every event of a delivery, and tells them apart', () => {
    const { changes } = readAttioChanges(
      aRequest({ body: sample('attio', 'record.updated-several').body, headers: { 'idempotency-key': 'k' } }),
    )
    expect(new Set(changes.map(({ recordId }) => recordId)).size).toBe(1)
    expect(new Set(changes.map(({ eventId }) => eventId)).size).toBe(3)
  })

  it('identifies a delivery by its key; without one, each is an event of its own', () => {
    const ids = (key: string | undefined) => read([base], key).changes.map(({ eventId }) => eventId)
    expect(ids('a')).toEqual(ids('a'))
    expect(ids('a')).not.toEqual(ids('b'))
    expect(ids('')).not.toEqual(ids(''))
  })

  it.each([
    'note.created',
    'list-entry.updated',
    'object-attribute.updated',
    'record.renamed',
    'constructor',
  ])('counts %s as ignored', (event_type) => {
    expect(read([{ event_type, id: {} }])).toEqual({ changes: [], ignored: 1, unknownFields: [] })
  })

  it('does not let one unreadable event affect the others', () => {
    expect(read([id({ record_id: null }), base, 'nonsense'])).toMatchObject({
      changes: [{ recordId: 'changed:obj-1:rec-1' }],
      ignored: 2,
    })
  })

  it.each([
    id({ record_id: undefined }),
    id({ record_id: '../../admin' }),
    id({ record_id: 'a:b' }),
    id({ record_id: '9'.repeat(300) }),
    id({ object_id: 7 }),
    id({ workspace_id: '' }),
    { ...base, id: null },
    { ...base, event_type: null },
    { ...base, event_type: 'record.merged', duplicate_record_id: 'a/b' },
  ])('rejects a delivery with nothing but %j in it, without repeating it', (event) => {
    const error = thrownBy(() => read([event]))
    expect(error).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
    expect(String(error)).not.toMatch(/admin|999/)
  })

  it('accepts an empty delivery and rejects an oversized one', () => {
    expect(read([])).toEqual({ changes: [], ignored: 0, unknownFields: [] })
    const many = Array.from({ length: 1001 }, () => base)
    expect(thrownBy(() => read(many))).toMatchObject({ code: 'BAD_FORMAT' })
  })
})
