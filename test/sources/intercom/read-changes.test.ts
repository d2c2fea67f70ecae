import { readIntercomChanges } from '../../../lib/sources/intercom/read-changes.ts'
import { aRequest, bytes, sample, thrownBy } from '../requests.ts'

const item = {
  type: 'contact',
  id: '66b0c8',
  name: 'Ama Serwaa',
  email: 'ama@example.gh',
  phone: null,
  updated_at: '2026-03-02T09:00:00.988+00:00',
}
const notification = (changes: object = {}, of: unknown = item) => ({
  type: 'notification_event',
  app_id: 'wk7pay3k',
  data: { type: 'notification_event_data', item: of },
  id: 'notif_1',
  topic: 'contact.user.updated',
  delivery_attempts: 1,
  created_at: 1772442001,
  ...changes,
})
const read = (body: unknown, fields?: Parameters<typeof readIntercomChanges>[1]) =>
  readIntercomChanges(aRequest({ body: bytes(body) }), fields)
const only = (...args: Parameters<typeof read>) => read(...args).changes[0]

describe('a notification of Intercom', () => {
  it('contains the whole contact, whose times are texts', () => {
    const { changes, ignored } = readIntercomChanges(
      aRequest({ body: sample('intercom', 'contact.user.created').body }),
    )
    expect(ignored).toBe(0)
    expect(changes).toEqual([
      {
        source: 'intercom',
        account: 'wk7pay3k',
        recordType: 'contact',
        recordId: '67a1f3b2c4d5e6f708192a01',
        kind: 'changed',
        eventId: 'notif_5d21c0de-77aa-4c1f-9b0e-000000000001',
        occurredAt: '2026-03-02T08:26:40.000Z',
        snapshot: {
          version: '2026-03-02T08:26:40.000Z',
          // Not where her IP address is.
          customer: {
            name: { full: 'Chiamaka Nwosu' },
            email: 'chiamaka.nwosu@example.ng',
            phone: '+2348035550142',
          },
        },
      },
    ])
  })

  it.each([
    ['contact.user.created', 'contact', 'changed'],
    ['contact.user.updated', 'contact', 'changed'],
    ['contact.lead.created', 'contact', 'changed'],
    ['contact.lead.updated', 'contact', 'changed'],
    ['contact.lead.added_email', 'contact', 'changed'],
    ['contact.lead.signed_up', 'contact', 'changed'],
    ['contact.email.updated', 'contact', 'changed'],
    ['contact.merged', 'contact', 'changed'],
    ['contact.deleted', 'contact', 'deleted'],
    ['contact.archived', 'contact', 'deleted'],
    ['contact.unarchived', 'contact', 'restored'],
    ['company.created', 'company', 'changed'],
    ['company.updated', 'company', 'changed'],
    ['company.deleted', 'company', 'deleted'],
  ])('%s is a %s that was %s', (topic, recordType, kind) => {
    expect(only(notification({ topic }))).toMatchObject({ recordType, kind, recordId: '66b0c8' })
  })

  it.each(['ping', 'contact.unsubscribed', 'contact.user.tag.created', 'conversation.user.created'])(
    '%s is accepted and not followed',
    (topic) => {
      expect(read({ topic })).toEqual({ changes: [], ignored: 1, unknownFields: [] })
    },
  )

  it.each(['contact.merged', 'contact.archived', 'contact.deleted', 'contact.unarchived', 'company.updated'])(
    '%s contains no customer, and happened when it was announced',
    (topic) => {
      const change = only(notification({ topic }))
      expect(change).not.toHaveProperty('snapshot')
      expect(change?.occurredAt).toBe('2026-03-02T09:00:01.000Z')
    },
  )

  it('has the time of its contact in whole seconds, as the API has it', () => {
    expect(only(notification())).toMatchObject({
      occurredAt: '2026-03-02T09:00:00.000Z',
      snapshot: { version: '2026-03-02T09:00:00.000Z' },
    })
  })

  it.each([1772442000, '1772442000', '2026-03-02T09:00:00Z', '2026-03-02T10:00:00.5+01:00'])(
    'may have the time %j',
    (updated_at) => {
      expect(only(notification({}, { ...item, updated_at }))?.snapshot?.version).toBe(
        '2026-03-02T09:00:00.000Z',
      )
    },
  )

  it.each([undefined, null, 'soon', {}, true, 1e30])(
    'contains no customer with the time %j',
    (updated_at) => {
      const change = only(notification({}, { ...item, updated_at }))
      expect(change).not.toHaveProperty('snapshot')
      expect(change?.occurredAt).toBe('2026-03-02T09:00:01.000Z')
    },
  )

  it.each(['name', 'email', 'phone'])('contains no customer without the field %s', (name) => {
    expect(only(notification({}, { ...item, [name]: undefined }))).not.toHaveProperty('snapshot')
  })

  it('contains no customer without an attribute that the operator maps', () => {
    const fields = { contact: { 'address.country': ['custom_attributes.country'] } }
    expect(only(notification(), fields)).not.toHaveProperty('snapshot')
    const withCountry = { ...item, phone: '024 123 4567', custom_attributes: { country: 'Ghana' } }
    expect(only(notification({}, withCountry), fields)?.snapshot?.customer).toMatchObject({
      address: { country: 'GH' },
      phone: '+233241234567',
    })
  })

  it('is the same event when it is sent again', () => {
    const again = notification({ delivery_attempts: 2, delivery_status: 'retry' })
    expect(only(again)).toEqual(only(notification()))
    expect(only(notification({ id: 'notif_2' }))?.eventId).toBe('notif_2')
  })

  it.each([undefined, null, '', 7])('with the id %j is an event of its own', (id) => {
    const ids = [0, 1].map(() => only(notification({ id }))?.eventId)
    expect(new Set(ids).size).toBe(2)
  })

  it.each([
    [{ topic: undefined }, 'topic: expected string'],
    [{ topic: '' }, /^topic: /],
    [{ app_id: undefined }, /^app_id: /],
    [{ data: null }, 'data: expected object'],
    [{ data: { item: null } }, 'data.item: expected object'],
    [{ data: { item: { type: 'contact' } } }, /^data\.item\.id: /],
    [{ data: { item: { ...item, id: '..' } } }, /^data\.item\.id: /],
  ])('is refused with %j', (changes, message) => {
    expect(thrownBy(() => read(notification(changes)))).toMatchObject({
      status: 400,
      code: 'BAD_FORMAT',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })
  })
})
