import { readOdooChanges } from '../../../lib/sources/odoo/read-changes.ts'
import { aRequest, bytes, now, sample, thrownBy } from '../requests.ts'

const thin = { _action: 'Send to app(#512)', _id: 14, _model: 'res.partner' }
const whole = {
  ...thin,
  active: true,
  child_ids: [15, 16],
  country_code: 'CI',
  country_id: 42,
  email: 'adjoua@example.ci',
  id: 14,
  name: 'Adjoua Koffi',
  phone: false,
  write_date: '2026-03-02 10:11:12.345678',
}
const receivedAt = now.toISOString()

type Options = Parameters<typeof readOdooChanges>[1] & { readonly query?: string }

function only(body: unknown, { query = '', ...options }: Partial<Options> = {}) {
  const { changes } = readOdooChanges(aRequest({ body: bytes(body), query }), { canFetch: true, ...options })
  expect(changes).toHaveLength(1)
  return changes[0]
}

describe('a webhook of Odoo, where records are read from the API', () => {
  it('is a pointer to the contact, with the time of the change', () => {
    const change = only(whole)
    expect(change).toMatchObject({
      source: 'odoo',
      account: 'default',
      recordType: 'contact',
      recordId: '14',
      kind: 'changed',
      occurredAt: '2026-03-02T10:11:12.345Z',
    })
    expect(change).not.toHaveProperty('snapshot')
  })

  it.each([
    ['2026-03-02 10:11:12', '2026-03-02T10:11:12.000Z'],
    ['2026-03-02 10:11:12.000001', '2026-03-02T10:11:12.000Z'],
    [false, undefined],
    [null, undefined],
    [undefined, undefined],
  ])('reads write_date %j', (write_date, occurredAt) => {
    expect(only({ ...whole, write_date })?.occurredAt).toBe(occurredAt)
  })

  it.each([thin, { ...whole, write_date: false }, { ...whole, write_date: '2026-03-02 10:11:12' }])(
    'is an event of its own without an exact time',
    (body) => {
      expect(only(body)?.eventId).not.toBe(only(body)?.eventId)
    },
  )

  it('is the same event when the same time and content come again', () => {
    expect(only(whole)?.eventId).toBe(only(whole)?.eventId)
  })

  it('is another event when the same transaction has written something else', () => {
    expect(only(whole)?.eventId).not.toBe(only({ ...whole, phone: '+2250707123456' })?.eventId)
  })

  it('has an event id that can be logged', () => {
    expect(only(whole)?.eventId).toMatch(/^14:2026-03-02T10:11:12\.345678:[\w-]{43}$/)
  })

  it('of a rule "on deletion" is known by its URL, and has no time: that of the last change is none', () => {
    const deletion = only(whole, { query: 'secret=x&event=deleted' })
    expect(deletion).toMatchObject({ kind: 'deleted', recordId: '14' })
    expect(deletion).not.toHaveProperty('occurredAt')
    // It may have been rolled back, and be tried again.
    const again = only(whole, { query: 'secret=x&event=deleted' })
    expect(again?.eventId).not.toBe(deletion?.eventId)
  })

  it.each(['event=changed', 'event=', 'event=deletedx', 'events=deleted', 'x=event=deleted'])(
    'of the URL with %s is a change',
    (query) => expect(only(whole, { query })?.kind).toBe('changed'),
  )

  it('of an archived contact is a change', () => {
    expect(only({ ...whole, active: false })?.kind).toBe('changed')
  })

  it('keeps large ids as they are', () => {
    const body = bytes('{"_action":"a","_id":12345678901234567890,"_model":"res.partner"}')
    const { changes } = readOdooChanges(aRequest({ body }), { canFetch: true })
    expect(changes).toMatchObject([{ recordId: '12345678901234567890' }])
  })

  it.each(['crm.lead', 'res.users', 'res.partner.bank', '__proto__'])('of %s is ignored', (_model) => {
    expect(readOdooChanges(aRequest({ body: bytes({ ...thin, _model }) }), { canFetch: true })).toEqual({
      changes: [],
      ignored: 1,
      unknownFields: [],
    })
  })

  it.each([
    [{ ...thin, _id: undefined }, '_id'],
    [{ ...thin, _id: false }, '_id'],
    [{ ...thin, _id: 'abc' }, '_id'],
    [{ ...thin, _id: 1.5 }, '_id'],
    [{ ...thin, _id: [14] }, '_id'],
    [{ ...thin, _model: undefined }, '_model'],
    [{ ...thin, _model: 7 }, '_model'],
    [{ ...thin, write_date: 'yesterday' }, 'write_date'],
    [{ ...thin, write_date: 1_772_445_072 }, 'write_date'],
    [[thin], 'the body'],
  ])('%j is not its format', (body, place) => {
    const error = thrownBy(() => readOdooChanges(aRequest({ body: bytes(body) }), { canFetch: true }))
    expect(error).toMatchObject({ status: 400, message: expect.stringContaining(place) })
    expect(String(error)).not.toContain('yesterday')
  })
})

describe('a webhook of Odoo, where there is no API', () => {
  const offline = { canFetch: false } as const

  it('holds the customer, with the time of the change', () => {
    expect(only(whole, offline)?.snapshot).toEqual({
      version: '2026-03-02T10:11:12.345Z',
      customer: {
        name: { full: 'Adjoua Koffi' },
        email: 'adjoua@example.ci',
        phone: null,
        address: { country: 'CI' },
      },
    })
  })

  it('is ordered by its arrival where the rule sends no time', () => {
    const change = only({ ...whole, write_date: undefined }, offline)
    expect(change?.snapshot?.version).toBe(receivedAt)
    expect(change?.occurredAt).toBeUndefined()
  })

  it('says nothing of fields that the rule does not send', () => {
    expect(only({ ...thin, email: 'adjoua@example.ci' }, offline)?.snapshot?.customer).toEqual({
      email: 'adjoua@example.ci',
    })
  })

  it.each([thin, { ...thin, id: 14, write_date: whole.write_date, active: true }])(
    'without any field of a customer holds no snapshot',
    (body) => expect(only(body, offline)).not.toHaveProperty('snapshot'),
  )

  it('uses the fields that the operator maps', () => {
    const fields = { contact: { phone: 'phone_sanitized', 'metadata.tier': 'x_tier' } }
    const body = { ...whole, phone_sanitized: '+2250707123456', x_tier: false }
    expect(only(body, { ...offline, fields })?.snapshot?.customer).toMatchObject({
      phone: '+2250707123456',
      metadata: { tier: null },
    })
  })

  it('of a deletion has the time of its arrival, so that an older change that comes later is outdated', () => {
    const deletion = only(whole, { ...offline, query: 'event=deleted' })
    expect(deletion).toMatchObject({ kind: 'deleted', occurredAt: receivedAt })
    expect(deletion).not.toHaveProperty('snapshot')
  })

  it('is refused when the customer is too large for the queue', () => {
    const body = { ...whole, street: 'x'.repeat(50_000) }
    const error = thrownBy(() => only(body, offline))
    expect(error).toMatchObject({ status: 400, message: expect.stringContaining('40,000 characters') })
  })
})

describe('the samples of Odoo', () => {
  it.each([
    ['partner.create', 'changed', '61'],
    ['partner.change', 'changed', '61'],
    ['partner.change-thin', 'changed', '62'],
    ['partner.create-company', 'changed', '63'],
    ['partner.archive', 'changed', '64'],
  ])('%s', (name, kind, recordId) => {
    const request = aRequest({ body: sample('odoo', name).body })
    expect(readOdooChanges(request, { canFetch: true }).changes).toMatchObject([{ kind, recordId }])
  })

  it('are written as Odoo does: sorted keys, ASCII only', () => {
    const text = Buffer.from(sample('odoo', 'partner.create').body).toString()
    expect(text).toMatch(/^[\x20-\x7e]+$/)
    const keys = Object.keys(JSON.parse(text))
    expect(keys).toEqual(keys.toSorted())
  })
})
