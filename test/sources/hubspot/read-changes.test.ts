import { readHubspotChanges } from '../../../lib/sources/hubspot/read-changes.ts'
import { aRequest, bytes, sample, thrownBy } from '../requests.ts'

const base = {
  eventId: 9,
  portalId: 33,
  occurredAt: 1772442000000,
  subscriptionType: 'contact.creation',
  objectId: 501,
  attemptNumber: 0,
}
const read = (...events: unknown[]) => readHubspotChanges(aRequest({ body: bytes(events) }))
const readText = (text: string) => readHubspotChanges(aRequest({ body: bytes(text) }))

describe('reading a HubSpot webhook', () => {
  it('identifies the record of the portal', () => {
    expect(read(base)).toEqual({
      changes: [
        {
          source: 'hubspot',
          account: '33',
          recordType: 'contact',
          recordId: '501',
          kind: 'changed',
          eventId: '33:contact.creation:501:9:1772442000000',
          occurredAt: '2026-03-02T09:00:00.000Z',
        },
      ],
      ignored: 0,
      unknownFields: [],
    })
  })

  it.each([
    ['contact.creation', 'contact', 'changed'],
    ['contact.propertyChange', 'contact', 'changed'],
    ['contact.associationChange', 'contact', 'changed'],
    ['contact.restore', 'contact', 'restored'],
    ['contact.deletion', 'contact', 'deleted'],
    ['contact.privacyDeletion', 'contact', 'erased'],
    ['company.creation', 'company', 'changed'],
    ['company.deletion', 'company', 'deleted'],
  ])('reads %s as a %s that was %s', (subscriptionType, recordType, kind) => {
    expect(read({ ...base, subscriptionType }).changes).toMatchObject([{ recordType, kind }])
  })

  it.each([
    ['0-1', 'contact'],
    ['0-2', 'company'],
  ])('reads the generic object type %s as a %s', (objectTypeId, recordType) => {
    const event = { ...base, subscriptionType: 'object.deletion', objectTypeId }
    expect(read(event).changes).toMatchObject([{ recordType, kind: 'deleted' }])
  })

  it.each([
    { subscriptionType: 'deal.creation' },
    { subscriptionType: 'conversation.newMessage' },
    { subscriptionType: 'contact.somethingNew' },
    { subscriptionType: 'contact.creation.more' },
    { subscriptionType: 'object.creation', objectTypeId: '2-143967026' },
    { subscriptionType: 'object.creation' },
    { subscriptionType: 'constructor.constructor' },
    { subscriptionType: 'deal.creation', objectId: undefined, portalId: undefined },
  ])('counts %j as ignored', (changes) => {
    expect(read({ ...base, ...changes })).toEqual({ changes: [], ignored: 1, unknownFields: [] })
  })

  it.each(['contact', 'company', 'object'])(
    'does not use the time of a %s.associationChange as the record’s version, but still distinguishes two of them by it',
    (object) => {
      const event = { ...base, subscriptionType: `${object}.associationChange`, fromObjectTypeId: '0-1' }
      const { changes } = read(event, { ...event, occurredAt: base.occurredAt + 1 })
      expect(changes).toHaveLength(2)
      for (const change of changes) {
        expect(change).toMatchObject({ kind: 'changed', recordId: '501' })
        expect(change).not.toHaveProperty('occurredAt')
      }
      expect(new Set(changes.map(({ eventId }) => eventId)).size).toBe(2)
    },
  )

  it('accepts eventType, as in the guide', () => {
    const { subscriptionType: _, ...event } = base
    expect(read({ ...event, eventType: 'contact.deletion' }).changes).toMatchObject([{ kind: 'deleted' }])
  })

  it('identifies a property change by its property, and a retry as the same event', () => {
    const event = { ...base, subscriptionType: 'contact.propertyChange' }
    const ids = read(
      { ...event, propertyName: 'email' },
      { ...event, propertyName: 'phone' },
      { ...event, propertyName: 'phone', attemptNumber: 3 },
    )
    const [email, phone, retry] = ids.changes.map(({ eventId }) => eventId)
    expect(email).not.toBe(phone)
    expect(retry).toBe(phone)
  })

  it('distinguishes events without an id and a time', () => {
    const { eventId: _, occurredAt: __, ...bare } = { ...base, subscriptionType: 'contact.creation' }
    const { changes } = read(bare, bare, { ...bare, eventId: '', occurredAt: '' })
    expect(new Set(changes.map(({ eventId }) => eventId)).size).toBe(3)
    const timed = read({ ...bare, occurredAt: 1772442000000 }, { ...bare, occurredAt: 1772442000000 })
    expect(new Set(timed.changes.map(({ eventId }) => eventId)).size).toBe(1)
  })

  it('splits a very large merge into changes of a thousand records', () => {
    const mergedObjectIds = Array.from({ length: 2500 }, (_, index) => index + 10)
    const { changes, ignored } = read({
      ...base,
      subscriptionType: 'contact.merge',
      primaryObjectId: 1,
      mergedObjectIds,
    })
    expect(changes.map(({ mergedIds }) => mergedIds?.length)).toEqual([1000, 1000, 500])
    expect(changes.flatMap(({ mergedIds }) => mergedIds)).toEqual(mergedObjectIds.map(String))
    expect(new Set(changes.map(({ eventId }) => eventId)).size).toBe(3)
    expect(ignored).toBe(0)
  })

  it.each([
    {
      why: 'a new record',
      merge: { primaryObjectId: 1, mergedObjectIds: [2, 3], newObjectId: 9 },
      into: '9',
      gone: ['2', '3', '1'],
    },
    {
      why: 'the primary record',
      merge: { primaryObjectId: 1, mergedObjectIds: [2], newObjectId: null },
      into: '1',
      gone: ['2'],
    },
    {
      why: 'the primary by its own id',
      merge: { primaryObjectId: 1, mergedObjectIds: [2], newObjectId: 1 },
      into: '1',
      gone: ['2'],
    },
    {
      why: 'text ids',
      merge: { primaryObjectId: '1', mergedObjectIds: ['2'], newObjectId: '9' },
      into: '9',
      gone: ['2', '1'],
    },
  ])('reads a merge into $why', ({ merge, into, gone }) => {
    const { changes } = read({ ...base, subscriptionType: 'contact.merge', objectId: 1, ...merge })
    expect(changes).toMatchObject([{ recordId: into, kind: 'merged', mergedIds: gone }])
  })

  it('reads a merge that names no other record as a change', () => {
    expect(read({ ...base, subscriptionType: 'contact.merge' }).changes).toMatchObject([
      { kind: 'changed', recordId: '501' },
    ])
  })

  it('identifies the record of an association by its own side when the object id is missing', () => {
    const event = {
      ...base,
      subscriptionType: 'object.associationChange',
      objectId: undefined,
      fromObjectTypeId: '0-2',
      fromObjectId: 77,
    }
    expect(read(event).changes).toMatchObject([{ recordType: 'company', recordId: '77' }])
  })

  it.each([8.64e15 + 1, -5, 1e21, Number.MAX_SAFE_INTEGER, 'soon', null, {}, []])(
    'has no time when occurredAt is %j',
    (occurredAt) => {
      expect(read({ ...base, occurredAt }).changes).toMatchObject([{ occurredAt: undefined }])
    },
  )

  it('keeps every digit of an id beyond 2^53', () => {
    const text = '[{"subscriptionType":"contact.creation","portalId":33,"objectId":9007199254740993123}]'
    expect(readText(text).changes[0]?.recordId).toBe('9007199254740993123')
  })

  it('does not let one unreadable event affect the others', () => {
    expect(read({ ...base, objectId: 'not-a-number' }, base, 'nonsense')).toMatchObject({
      changes: [{ recordId: '501' }],
      ignored: 2,
      unknownFields: [],
    })
  })

  it.each([
    { objectId: undefined },
    { objectId: 1.5 },
    { objectId: -1 },
    { objectId: '../../admin' },
    { objectId: '9'.repeat(300) },
    { portalId: undefined },
    { portalId: {} },
    { subscriptionType: undefined },
  ])('rejects a batch with nothing but %j in it, without repeating it', (changes) => {
    const error = thrownBy(() => read({ ...base, ...changes }))
    expect(error).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
    expect(String(error)).not.toMatch(/admin|999/)
  })

  it('accepts an empty batch and rejects an oversized one', () => {
    expect(read()).toEqual({ changes: [], ignored: 0, unknownFields: [] })
    expect(thrownBy(() => read(...Array.from({ length: 1001 }, () => base)))).toMatchObject({
      code: 'BAD_FORMAT',
    })
  })

  it('reads the burst of events of a new contact as one record', () => {
    const { changes } = readHubspotChanges(
      aRequest({ body: sample('hubspot', 'contact.creation-storm').body }),
    )
    expect(changes).toHaveLength(6)
    expect(new Set(changes.map(({ recordId }) => recordId)).size).toBe(1)
  })

  it('keeps the same record id of two portals apart', () => {
    const { changes } = readHubspotChanges(aRequest({ body: sample('hubspot', 'batch-two-portals').body }))
    expect(new Set(changes.map(({ account }) => account))).toEqual(new Set(['48213377', '48990112']))
  })
})
