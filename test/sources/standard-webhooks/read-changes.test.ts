import type { WebhookRequest } from '../../../lib/core/ports/crm-source.ts'
import { readStandardWebhook } from '../../../lib/sources/standard-webhooks/read-changes.ts'
import { aRequest, bytes, sample, thrownBy } from '../requests.ts'

const timestamp = '2026-03-02T09:00:00.344522Z'
const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1772442000', 'webhook-signature': 'v1,x' }
const event = (changes: object = {}, data: object = {}) => ({
  type: 'contact.updated',
  timestamp,
  data: { id: 'c-1', ...data },
  ...changes,
})
const read = (body: unknown, canFetch = false) =>
  readStandardWebhook(aRequest({ headers, body: bytes(body) }), canFetch)
const only = (...args: Parameters<typeof read>) => read(...args).changes[0]
const customer = (data: object) => only(event({}, data))?.snapshot?.customer

describe('reading an event of the generic source', () => {
  it('reads the whole documented format', () => {
    const { changes } = readStandardWebhook(
      aRequest({ headers, body: sample('standard-webhooks', 'contact.created').body }),
      false,
    )
    expect(changes).toEqual([
      {
        source: 'standard-webhooks',
        account: 'boutique-douala',
        recordType: 'contact',
        recordId: 'cust-0001',
        kind: 'changed',
        eventId: 'msg_1',
        occurredAt: '2026-03-02T09:30:00.250Z',
        snapshot: {
          version: '2026-03-02T09:29:58.120Z',
          customer: {
            name: { given: 'Clarisse Édith', family: 'Ngo Bassong', full: 'Clarisse Édith Ngo Bassong' },
            email: 'clarisse.ngobassong@example.cm',
            phone: '+237677987654',
            companyName: 'Boutique Makossa',
            description: 'Wholesale customer since 2024',
            address: {
              line1: 'Rue Joffre 118',
              line2: 'Akwa',
              city: 'Douala',
              state: 'Littoral',
              postalCode: 'BP 1204',
              country: 'CM',
            },
            billing: {
              line1: 'Avenue Kennedy 9',
              line2: null,
              city: 'Yaoundé',
              state: 'Centre',
              postalCode: 'BP 77',
              country: 'CM',
            },
            shipping: {
              name: 'Entrepôt Makossa',
              phone: '+237655123456',
              address: {
                line1: 'Zone industrielle de Bassa',
                line2: 'Hangar 4',
                city: 'Douala',
                state: 'Littoral',
                postalCode: null,
                country: 'CM',
              },
            },
            metadata: { tier: 'gold', segment: 'wholesale', score: '87' },
          },
        },
      },
    ])
  })

  it.each([
    ['contact.created', 'contact', 'changed'],
    ['contact.updated', 'contact', 'changed'],
    ['company.restored', 'company', 'restored'],
    ['company.deleted', 'company', 'deleted'],
    ['lead.erased', 'lead', 'erased'],
  ])('reads %s as a %s that was %s', (type, recordType, kind) => {
    expect(only(event({ type }, { name: 'Yaw' }))).toMatchObject({
      recordType,
      kind,
      recordId: 'c-1',
      account: 'default',
    })
  })

  it.each(['contact.deleted', 'contact.erased'])('contains no customer with %s', (type) => {
    expect(only(event({ type }, { name: 'Yaw' }))).not.toHaveProperty('snapshot')
  })

  it('contains no customer when there are ids only', () => {
    expect(
      only(event({}, { account: 'a', updatedAt: timestamp, nickname: 'unknown to us' })),
    ).not.toHaveProperty('snapshot')
  })

  it('uses the time of the event when the customer has none', () => {
    expect(only(event({}, { name: 'Yaw' }))?.snapshot?.version).toBe('2026-03-02T09:00:00.344Z')
    expect(only(event({}, { name: 'Yaw', updatedAt: '2026-03-01T10:00:00+01:00' }))?.snapshot?.version).toBe(
      '2026-03-01T09:00:00.000Z',
    )
  })

  it('reads a merge with the survivor’s own data', () => {
    const merged = event({ type: 'contact.merged' }, { mergedIds: ['c-2', 3, 'c-1', 'c-2'], name: 'Yaw' })
    expect(only(merged)).toMatchObject({
      kind: 'merged',
      recordId: 'c-1',
      mergedIds: ['c-2', '3'],
      snapshot: { customer: { name: { full: 'Yaw' } } },
    })
  })

  it.each([undefined, [], ['c-1'], 'c-2', ['..']])('rejects a merge with mergedIds %j', (mergedIds) => {
    expect(thrownBy(() => read(event({ type: 'contact.merged' }, { mergedIds })))).toMatchObject({
      status: 400,
    })
  })

  it.each(['invoice.paid', 'contact', 'contact.created.twice', 'contact.renamed', 'constructor.constructor'])(
    'counts %s as ignored, whatever its data',
    (type) => {
      expect(read({ type, data: 7 })).toEqual({ changes: [], ignored: 1, unknownFields: [] })
    },
  )

  it.each([
    { why: 'no data', body: { type: 'contact.created', timestamp } },
    { why: 'no id', body: event({ data: { name: 'Yaw' } }) },
    { why: 'an id of dots', body: event({}, { id: '..' }) },
    {
      why: 'a broken id',
      body: '{"type":"contact.created","timestamp":"2026-03-02T09:00:00Z","data":{"id":"\\ud800"}}',
    },
    { why: 'an id that is too long', body: event({}, { id: 'x'.repeat(257) }) },
    { why: 'no timestamp', body: event({ timestamp: undefined }) },
    { why: 'an invalid time', body: event({ timestamp: 'noon' }) },
    { why: 'an invalid date', body: event({}, { name: 'Yaw', updatedAt: '2026-99-99' }) },
    { why: 'an e-mail that is a number', body: event({}, { email: 7 }) },
    { why: 'nested metadata', body: event({}, { metadata: { secretname: { deep: 1 } } }) },
  ])('rejects $why, naming the field and not the value', ({ body }) => {
    const error = thrownBy(() => read(body))
    expect(error).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
    expect(String(error)).not.toMatch(/Yaw|secretname|noon/)
  })

  it('rejects a customer too large for the queue, unless it can be read back', () => {
    const huge = event({}, { description: 'x'.repeat(50_000) })
    expect(thrownBy(() => read(huge))).toMatchObject({ code: 'BAD_FORMAT' })
    expect(only(huge, true)).not.toHaveProperty('snapshot')
  })

  it('keeps every digit of a numeric id', () => {
    const text = `{"type":"contact.deleted","timestamp":"${timestamp}","data":{"id":12345678901234567890}}`
    expect(only(text)?.recordId).toBe('12345678901234567890')
  })

  const idUnder = (signed: WebhookRequest['headers']) =>
    readStandardWebhook(aRequest({ headers: signed, body: bytes(event()) }), false).changes[0]?.eventId

  it('identifies an event by its message id, never by its body', () => {
    expect(idUnder(headers)).toBe('msg_1')
    expect(idUnder({ ...headers, 'webhook-id': 'msg_2' })).toBe('msg_2')
    expect(idUnder({})).not.toBe(idUnder({}))
  })

  it('uses the signed id, not another one next to it', () => {
    const svix = { 'svix-id': 'msg_7', 'svix-timestamp': '1772442000', 'svix-signature': 'v1,x' }
    expect(idUnder({ 'webhook-id': 'anything', ...svix })).toBe('msg_7')
  })

  it('accepts a thousand merged records and rejects more', () => {
    const merge = (count: number) =>
      event(
        { type: 'contact.merged' },
        { mergedIds: Array.from({ length: count }, (_, index) => `m${index}`) },
      )
    expect(only(merge(1000))?.mergedIds).toHaveLength(1000)
    expect(thrownBy(() => read(merge(1001)))).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
  })
})

describe('fields that the format does not have', () => {
  const unknown = (data: object, changes: object = {}) => read(event(changes, data)).unknownFields

  it('are reported with their paths, at any depth', () => {
    const data = {
      adress: { city: 'Douala', geo: { lat: 4.05 } },
      address: { line1: 'Rue Joffre', town: 'Akwa' },
      name: { given: 'Yaw', middle: 'K' },
      shipping: { address: { country: 'CM', floor: 4 } },
      tags: ['vip', { a: 1 }],
      empty: {},
      mergedIds: ['c-2'],
    }
    expect(unknown(data)).toEqual([
      'data.adress.city',
      'data.adress.geo.lat',
      'data.address.town',
      'data.name.middle',
      'data.shipping.address.floor',
      'data.tags',
      'data.empty',
      'data.mergedIds',
    ])
  })

  it('do not occur in the documented format, or in metadata', () => {
    const { unknownFields } = readStandardWebhook(
      aRequest({ headers, body: sample('standard-webhooks', 'contact.created').body }),
      false,
    )
    expect(unknownFields).toEqual([])
    expect(unknown({ metadata: { anything: 'x' }, address: '7 Oxford Street' })).toEqual([])
    expect(unknown({ mergedIds: ['c-2'] }, { type: 'contact.merged' })).toEqual([])
  })

  it('are not repeated when they do not look like a name', () => {
    const data = { 'yaw@example.gh': 1, '+233241234567': 2, 'Yaw Mensah': 3, ['x'.repeat(41)]: 4 }
    expect(unknown(data)).toEqual(['data.…'])
    expect(unknown({ extra: { 'yaw@example.gh': { note: 1 } } })).toEqual(['data.extra.….note'])
  })

  it('are reported up to a limit of twenty', () => {
    const data = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`field${index}`, 1]))
    expect(unknown(data)).toHaveLength(20)
  })
})

describe('the customer in an event', () => {
  it.each([
    { given: { name: 'Yaw' }, read: { name: { full: 'Yaw' } } },
    { given: { name: null }, read: { name: { full: null } } },
    {
      given: { fullName: 'Yaw', phoneNumber: '+233241234567' },
      read: { name: { full: 'Yaw' }, phone: '+233241234567' },
    },
    { given: { email: '', phone: null }, read: { email: null, phone: null } },
    {
      given: { email: ' yaw@example.gh ', phone: 'none' },
      read: { email: 'yaw@example.gh', unreadable: ['phone'] },
    },
    {
      given: { address: null, billing: null, shipping: null },
      read: { address: null, billing: null, shipping: null },
    },
    { given: { address: { line1: '', country: null } }, read: { address: null } },
    { given: { address: '7 Oxford Street, Osu' }, read: { address: { line1: '7 Oxford Street, Osu' } } },
    { given: { address: { country: 'Ivory Coast' } }, read: { address: { country: 'CI' } } },
    {
      given: { email: 'y@example.gh', address: { country: 'Atlantis' } },
      read: { email: 'y@example.gh', unreadable: ['address.country'] },
    },
    {
      given: {
        email: 'at the desk',
        phoneNumber: 'none',
        billing: { country: 'Ys' },
        shipping: { name: 'Ama', phone: '?', address: { country: 'Avalon' } },
      },
      read: {
        shipping: { name: 'Ama' },
        unreadable: ['billing.country', 'email', 'phone', 'shipping.country', 'shipping.phone'],
      },
    },
    {
      given: { billing: { country: 'GHA' }, phone: '024 123 4567' },
      read: { billing: { country: 'GH' }, phone: '+233241234567' },
    },
    {
      given: { shipping: { phone: '024 123 4567', address: { country: 'GH' } } },
      read: { shipping: { phone: '+233241234567', address: { country: 'GH' } } },
    },
    { given: { email: null, shipping: {}, metadata: {} }, read: { email: null } },
    {
      given: { metadata: { tier: 'gold', score: 87, vip: true, gone: null, blank: ' ' } },
      read: { metadata: { tier: 'gold', score: '87', vip: 'true', gone: null, blank: null } },
    },
  ])('reads $given', ({ given, read: expected }) => {
    expect(customer(given)).toEqual(expected)
  })

  it('accepts no prototype from metadata', () => {
    const text = `{"type":"contact.updated","timestamp":"${timestamp}","data":{"id":"1","metadata":{"__proto__":"x","ok":"y"},"__proto__":{"email":"z"}}}`
    expect(only(text)?.snapshot?.customer).toEqual({ metadata: { ok: 'y' } })
  })
})
