import type { WebhookRequest } from '../../../lib/core/ports/crm-source.ts'
import { readCloudEvents } from '../../../lib/sources/cloudevents/read-changes.ts'
import { aRequest, bytes, sample, samplesOf, thrownBy } from '../requests.ts'

const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' }
const batched = { 'content-type': 'Application/CloudEvents-Batch+JSON' }
const binary = {
  'content-type': 'application/json',
  'ce-specversion': '1.0',
  'ce-type': 'com.example.contact.updated',
  'ce-time': '2018-04-05T03:56:24Z',
  'ce-id': '1234-1234-1234',
  'ce-source': '/mycontext/subcontext',
}
const event = (changes: object = {}, data: object = {}) => ({
  specversion: '1.0',
  id: 'B234-1234-1234',
  source: '/crm/acme',
  type: 'com.example.contact.updated',
  time: '2026-03-02T09:00:00.344522Z',
  data: { id: 'c-1', ...data },
  ...changes,
})
const read = (body: unknown, headers: WebhookRequest['headers'] = structured, canFetch = false) =>
  readCloudEvents(aRequest({ headers, body: bytes(body) }), canFetch)
const only = (...args: Parameters<typeof read>) => read(...args).changes[0]
const failure = (...args: Parameters<typeof read>) => thrownBy(() => read(...args))

describe('a structured event', () => {
  it('is read with the whole customer', () => {
    const { body, headers } = sample('cloudevents', 'contact.created')
    expect(readCloudEvents(aRequest({ body, headers }), false)).toEqual({
      changes: [
        {
          source: 'cloudevents',
          account: 'duka-mombasa',
          recordType: 'contact',
          recordId: 'duka-1001',
          kind: 'changed',
          eventId: 'https://erp.duka.example/customers 7f0c1a52-0001',
          occurredAt: '2026-03-02T09:30:00.250Z',
          snapshot: {
            version: '2026-03-02T09:29:58.120Z',
            customer: {
              name: { given: 'Mwanakombo', family: 'Athumani', full: 'Mwanakombo Athumani' },
              email: 'mwanakombo.athumani@example.ke',
              phone: '+254722345611',
              companyName: 'Duka la Pwani',
              description: 'Buys every market day',
              address: {
                line1: 'Digo Road 14',
                line2: 'Majengo',
                city: 'Mombasa',
                state: 'Mombasa County',
                postalCode: '80100',
                country: 'KE',
              },
              billing: {
                line1: 'Biashara Street 3',
                line2: null,
                city: 'Mombasa',
                state: null,
                postalCode: '80100',
                country: 'KE',
              },
              metadata: { tier: 'silver', score: '41' },
            },
          },
        },
      ],
      ignored: 0,
      unknownFields: [],
    })
  })

  it.each([
    ['contact.created', 'contact', 'changed'],
    ['com.example.contact.updated', 'contact', 'changed'],
    ['com.example.v2.company.restored', 'company', 'restored'],
    ['a.company.deleted', 'company', 'deleted'],
    ['a.lead.erased', 'lead', 'erased'],
  ])('of type %s is a %s that was %s', (type, recordType, kind) => {
    expect(only(event({ type }))).toMatchObject({ recordType, kind, recordId: 'c-1', account: 'default' })
  })

  it.each([
    'contact',
    'com.example.contact',
    'contact.updated.v1',
    'com.mycontact.updated',
    'Contact.Updated',
  ])('of type %s is not followed, whatever its data is', (type) => {
    expect(read(event({ type, data: 7 }))).toEqual({ changes: [], ignored: 1, unknownFields: [] })
  })

  it('may have attributes and extensions of any kind', () => {
    const attributes = {
      subject: 'contact/c-1',
      dataschema: null,
      sequence: 7,
      traceparent: '00-4bf9',
      flag: true,
    }
    expect(only(event(attributes))).toMatchObject({ recordId: 'c-1' })
  })

  it('may have its data in base64', () => {
    const { data, ...rest } = event({}, { name: 'Ọlámidé' })
    const data_base64 = Buffer.from(JSON.stringify(data)).toString('base64')
    expect(only({ ...rest, data_base64 })?.snapshot?.customer).toEqual({ name: { full: 'Ọlámidé' } })
    expect(failure({ ...rest, data_base64: '!' })).toMatchObject({ message: 'data_base64: expected base64' })
    expect(failure({ ...rest, data_base64: 'e30' })).toMatchObject({ code: 'BAD_FORMAT' })
    expect(failure({ ...rest, data_base64: 'ew==' })).toMatchObject({ code: 'NOT_JSON' })
    expect(failure({ ...event(), data_base64 })).toMatchObject({
      message: 'data_base64: not expected together with data',
    })
    expect(only({ ...event(), data_base64: null })).toBeDefined()
  })

  it.each([
    ['specversion', '0.3'],
    ['specversion', 1],
    ['specversion', undefined],
    ['id', ''],
    ['id', 7],
    ['id', null],
    ['source', ''],
    ['source', 'two words'],
    ['source', undefined],
    ['type', ''],
    ['type', null],
    ['time', 5],
  ])('is refused with the %s %j', (name, value) => {
    expect(failure(event({ [name]: value }))).toMatchObject({
      status: 400,
      code: 'BAD_FORMAT',
      message: expect.stringMatching(`^${name}: `),
    })
  })

  it.each(['yesterday', '2026-13-01T00:00:00Z'])('is refused with the time %j', (time) => {
    expect(failure(event({ time }))).toMatchObject({
      message: expect.stringMatching(/^time: expected an ISO/),
    })
  })

  it.each([[undefined], [null], ['text'], [7], [[]]])('is refused with the data %j', (data) => {
    expect(failure(event({ data }))).toMatchObject({ status: 400, message: expect.stringMatching(/^data: /) })
  })

  it('is identified by its source and id, never by its body', () => {
    const idOf = (changes: object) => only(event(changes))?.eventId
    expect(idOf({})).toBe('/crm/acme B234-1234-1234')
    expect(idOf({ time: '2026-03-02T10:00:00Z' })).toBe(idOf({}))
    expect(idOf({ id: 'other' })).not.toBe(idOf({}))
    expect(idOf({ source: '/crm/other' })).not.toBe(idOf({}))
    expect(idOf({ source: '/a', id: 'b c' })).not.toBe(idOf({ source: '/a/b', id: 'c' }))
  })
})

describe('the time of an event', () => {
  const name = 'Yaw'

  it('is the version of a customer that has none', () => {
    expect(only(event({}, { name }))?.snapshot?.version).toBe('2026-03-02T09:00:00.344Z')
    const updatedAt = '2026-03-01T10:00:00+01:00'
    expect(only(event({}, { name, updatedAt }))?.snapshot?.version).toBe('2026-03-01T09:00:00.000Z')
  })

  it.each([undefined, null, ''])(
    'may be missing (%j) where the customer has one, or is read back',
    (time) => {
      expect(only(event({ time }, { name, updatedAt: '2026-03-01T09:00:00Z' }))).toMatchObject({
        occurredAt: undefined,
        snapshot: { version: '2026-03-01T09:00:00.000Z' },
      })
      expect(only(event({ time }, { name }), structured, true)).not.toHaveProperty('snapshot')
      expect(only(event({ time, type: 'contact.deleted' }))).toMatchObject({ kind: 'deleted' })
      // Whoever sends it again would otherwise give an old state a new time.
      expect(failure(event({ time }, { name }))).toMatchObject({
        status: 400,
        message: 'data.updatedAt: expected a time, because the event has none',
      })
    },
  )
})

describe('a binary event', () => {
  it('has its attributes in headers, and its data as the body', () => {
    expect(only({ id: '1f81eb52', name: 'Yaw' }, binary)).toEqual({
      source: 'cloudevents',
      account: 'default',
      recordType: 'contact',
      recordId: '1f81eb52',
      kind: 'changed',
      eventId: '/mycontext/subcontext 1234-1234-1234',
      occurredAt: '2018-04-05T03:56:24.000Z',
      snapshot: { version: '2018-04-05T03:56:24.000Z', customer: { name: { full: 'Yaw' } } },
    })
  })

  it.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['%e2%82%ac', '€'],
    ['%41', 'A'],
    ['100%2525', '100%25'],
    ['"Euro \\"1\\" %E2%82%AC"', 'Euro "1" €'],
    ['"a', '"a'],
  ])('has percent-encoded headers: %s', (value, id) => {
    expect(only({ id: 'c-1' }, { ...binary, 'ce-id': value })?.eventId).toBe(`/mycontext/subcontext ${id}`)
  })

  it.each(['%C0%A0', '%E2%82', '%zz', '100%'])('is refused with the header value %s', (value) => {
    expect(failure({ id: 'c-1' }, { ...binary, 'ce-id': value })).toMatchObject({
      status: 400,
      message: 'ce-id: expected percent-encoded UTF-8',
    })
  })

  it('is not refused for headers that are not used', () => {
    expect(only({ id: 'c-1' }, { ...binary, 'ce-subject': '%zz', 'ce-comexampleext': '%' })).toBeDefined()
  })

  it.each(['ce-specversion', 'ce-type', 'ce-id', 'ce-source'])('is refused without %s', (name) => {
    expect(failure(event(), { ...binary, [name]: undefined })).toMatchObject({
      status: 400,
      message: `${name}: missing or not as expected`,
    })
  })

  it('is refused without a body, and with one that is no JSON', () => {
    expect(failure('', binary)).toMatchObject({ status: 400, code: 'NOT_JSON' })
    expect(failure('<xml/>', binary)).toMatchObject({ status: 400, code: 'NOT_JSON' })
  })

  it('is not what the media type of CloudEvents announces', () => {
    const both = { ...binary, ...structured }
    expect(only(event(), both)?.eventId).toBe('/crm/acme B234-1234-1234')
    expect(failure({ id: 'c-1' }, both)).toMatchObject({ message: expect.stringMatching(/^specversion: /) })
  })
})

describe('a batch', () => {
  it('contains any number of events, of any kind', () => {
    const { body, headers } = sample('cloudevents', 'batch')
    const { changes, ignored } = readCloudEvents(aRequest({ body, headers }), false)
    expect(changes.map(({ recordId }) => recordId)).toEqual(['duka-1002', 'duka-1003', 'duka-1004'])
    expect(ignored).toBe(1)
    expect(read([], batched)).toEqual({ changes: [], ignored: 0, unknownFields: [] })
  })

  it('is refused as a whole, and the answer names the event', () => {
    expect(failure([event(), event({ id: 7 })], batched)).toMatchObject({ message: '1.id: expected string' })
    expect(failure([event(), event({}, { email: 7 })], batched)).toMatchObject({
      status: 400,
      code: 'BAD_FORMAT',
      message: expect.stringMatching(/^event 2: data\.email: /),
    })
  })

  it('is a list, and a structured event is none', () => {
    expect(failure(event(), batched)).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
    expect(failure([event()], structured)).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
  })

  it('names the unknown fields of all events once, up to twenty', () => {
    const unknown = (name: string) => event({ id: name }, { [name]: 1, nick: 2 })
    expect(read([unknown('a'), unknown('b')], batched).unknownFields).toEqual([
      'data.a',
      'data.nick',
      'data.b',
    ])
    const many = Array.from({ length: 50 }, (_, index) => unknown(`field${index}`))
    expect(read(many, batched).unknownFields).toHaveLength(20)
  })
})

it.each([{ 'content-type': 'application/json' }, {}])(
  'an event and a batch are understood with %j',
  (headers) => {
    expect(read(event(), headers).changes).toHaveLength(1)
    expect(read([event(), event({ id: 'b' })], headers).changes).toHaveLength(2)
    expect(failure({ id: 'c-1' }, headers)).toMatchObject({
      message: expect.stringMatching(/^specversion: /),
    })
  },
)

it.each(samplesOf('cloudevents'))('the sample $name has no unknown fields', ({ body, headers }) => {
  expect(readCloudEvents(aRequest({ body, headers }), false).unknownFields).toEqual([])
})

it('accepts no prototype from the sender', () => {
  const text = `{"specversion":"1.0","id":"1","source":"/a","type":"contact.updated","time":"2026-03-02T09:00:00Z","__proto__":{"x":1},"data":{"id":"1","__proto__":{"email":"z"},"metadata":{"__proto__":"x","ok":"y"}}}`
  expect(only(text)?.snapshot?.customer).toEqual({ metadata: { ok: 'y' } })
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})
