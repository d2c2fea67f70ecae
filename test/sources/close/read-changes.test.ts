import { readCloseChanges } from '../../../lib/sources/close/read-changes.ts'
import { aRequest, bytes, sample, thrownBy } from '../requests.ts'

const base = {
  id: 'ev_1',
  date_created: '2026-03-02T09:00:00.100000',
  date_updated: '2026-03-02T09:00:00.138000',
  organization_id: 'orga_1',
  object_type: 'contact',
  object_id: 'cont_1',
  lead_id: 'lead_1',
  action: 'updated',
  data: { id: 'cont_1', date_updated: '2026-03-02T09:00:00.135000+00:00' },
  previous_data: {},
}
const read = (changes: Record<string, unknown> = {}) =>
  readCloseChanges(aRequest({ body: bytes({ event: { ...base, ...changes }, subscription_id: 'whsub_1' }) }))

describe('reading a Close webhook', () => {
  it('points at the contact, with the time of the contact itself', () => {
    expect(read()).toEqual({
      changes: [
        {
          source: 'close',
          account: 'orga_1',
          recordType: 'contact',
          recordId: 'cont_1',
          kind: 'changed',
          eventId: 'ev_1:2026-03-02T09:00:00.138000',
          occurredAt: '2026-03-02T09:00:00.135Z',
        },
      ],
      ignored: 0,
      unknownFields: [],
    })
  })

  it.each([
    ['contact', 'created', 'contact', 'changed'],
    ['contact', 'updated', 'contact', 'changed'],
    ['contact', 'deleted', 'contact', 'deleted'],
    ['lead', 'created', 'lead', 'related'],
    ['lead', 'updated', 'lead', 'related'],
    ['lead', 'merged', 'lead', 'related'],
  ])('reads %s.%s as a %s that is %s', (object_type, action, recordType, kind) => {
    expect(read({ object_type, action }).changes).toMatchObject([{ recordType, kind }])
  })

  it('takes the time of a deletion from the event, which is in UTC', () => {
    expect(read({ action: 'deleted', data: {} }).changes).toMatchObject([
      { occurredAt: '2026-03-02T09:00:00.138Z' },
    ])
  })

  it('gives a lead no time, since its contacts have their own', () => {
    expect(read({ object_type: 'lead' }).changes[0]).not.toHaveProperty('occurredAt')
  })

  it.each([{}, null, undefined, [], 'text', { date_updated: 7 }, { date_updated: 'soon' }])(
    'has no time when the data is %j',
    (data) => expect(read({ data }).changes).toMatchObject([{ occurredAt: undefined }]),
  )

  it('tells an event that was updated from the one before, and recognises one that is sent again', () => {
    const [first, again, updated] = [
      'contact.updated-added',
      'contact.updated-added',
      'contact.updated-again',
    ].map((name) => readCloseChanges(aRequest({ body: sample('close', name).body })).changes[0]?.eventId)
    expect(again).toBe(first)
    expect(updated).not.toBe(first)
    expect(updated?.split(':')[0]).toBe(first?.split(':')[0])
  })

  it.each([{ id: null }, { id: '' }, { date_updated: null }, { date_updated: undefined }])(
    'counts each delivery as an event of its own with %j',
    (changes) => {
      const [first, second] = [read(changes), read(changes)].map(({ changes: [change] }) => change?.eventId)
      expect(first).not.toBe(second)
    },
  )

  it.each([
    { object_type: 'opportunity' },
    { object_type: 'activity.email', action: 'created' },
    { object_type: 'lead', action: 'deleted' },
    { object_type: 'contact', action: 'called' },
    { object_type: 'opportunity', object_id: undefined, organization_id: undefined },
  ])('counts %j as ignored', (changes) => {
    expect(read(changes)).toEqual({ changes: [], ignored: 1, unknownFields: [] })
  })

  it.each([
    { object_id: undefined },
    { object_id: '' },
    { object_id: '..' },
    { object_id: {} },
    { object_id: 'cont_secret'.repeat(50) },
    { organization_id: null },
    { action: 7 },
    { object_type: undefined },
  ])('rejects an event with %j, without repeating it', (changes) => {
    const error = thrownBy(() => read(changes))
    expect(error).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
    expect(String(error)).not.toContain('secret')
  })
})
