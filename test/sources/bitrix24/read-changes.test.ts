import { WebhookRejected } from '../../../lib/core/model/errors.ts'
import { readBitrix24Changes } from '../../../lib/sources/bitrix24/read-changes.ts'
import { formBody } from '../../../lib/sources/form-body.ts'
import { aRequest, bytes, now, samplesOf, thrownBy } from '../requests.ts'

const read = (body: unknown, receivedAt = now) =>
  readBitrix24Changes(
    aRequest({ body: typeof body === 'string' ? bytes(body) : formBody.encode(body), receivedAt }),
  )
const anEvent = (event: string, FIELDS: object = { ID: '82' }, more: object = {}) => ({
  event,
  event_handler_id: '31',
  data: { FIELDS },
  ts: '1772440220',
  auth: { domain: 'baobab.bitrix24.com', member_id: 'm1' },
  ...more,
})
const changesOf = (event: string, fields?: object) => read(anEvent(event, fields)).changes

describe('the events of Bitrix24', () => {
  it.each([
    ['ONCRMLEADADD', 'lead', 'changed'],
    ['ONCRMLEADUPDATE', 'lead', 'changed'],
    ['ONCRMLEADDELETE', 'lead', 'deleted'],
    ['ONCRMCONTACTADD', 'contact', 'changed'],
    ['ONCRMCONTACTUPDATE', 'contact', 'changed'],
    ['ONCRMCONTACTDELETE', 'contact', 'deleted'],
    ['ONCRMCOMPANYADD', 'company', 'changed'],
    ['ONCRMCOMPANYUPDATE', 'company', 'changed'],
    ['onCrmCompanyDelete', 'company', 'deleted'],
  ])('%s is a %s that is %s', (event, recordType, kind) => {
    const [change, ...others] = changesOf(event)
    expect(others).toEqual([])
    expect(change).toEqual({
      source: 'bitrix24',
      account: 'm1',
      recordType,
      recordId: '82',
      kind,
      eventId: `m1:${event.toUpperCase()}:82:1772440220:${now.getTime()}`,
    })
  })

  it.each(samplesOf('bitrix24').filter(({ name }) => name !== 'deal.update'))('reads $name', ({ body }) => {
    const { changes } = readBitrix24Changes(aRequest({ body }))
    expect(changes).toMatchObject([{ source: 'bitrix24', account: '5c1f0b7d9e3a42688d40c2b6a17f93e5' }])
    // `ts` is when the event was sent, which is later than the change.
    expect(changes[0]?.occurredAt).toBeUndefined()
  })

  it.each([
    'ONCRMDEALUPDATE',
    'ONCRMCONTACTUSERFIELDADD',
    'ONCRMCONTACTMERGE',
    'ONCRMREQUISITEDELETE',
    'ONAPPINSTALL',
    'XONCRMLEADADD',
  ])('ignores %s', (event) => {
    expect(read(anEvent(event, {}))).toEqual({ changes: [], ignored: 1, unknownFields: [] })
  })

  it.each([
    [
      'the record that it belongs to',
      { ANCHOR_TYPE_ID: '3', ANCHOR_ID: '7', ENTITY_TYPE_ID: '8', ENTITY_ID: '1' },
      'contact',
      '7',
      'changed',
    ],
    [
      'a company',
      { ANCHOR_TYPE_ID: '4', ANCHOR_ID: '7', ENTITY_TYPE_ID: '8', ENTITY_ID: '1' },
      'company',
      '7',
      'changed',
    ],
    [
      'a lead',
      { ANCHOR_TYPE_ID: '1', ANCHOR_ID: '7', ENTITY_TYPE_ID: '1', ENTITY_ID: '7' },
      'lead',
      '7',
      'changed',
    ],
    ['a contact in the old address mode', { ENTITY_TYPE_ID: '3', ENTITY_ID: '7' }, 'contact', '7', 'changed'],
    [
      'its requisite, where the record is missing',
      { ANCHOR_TYPE_ID: '0', ANCHOR_ID: '0', ENTITY_TYPE_ID: '8', ENTITY_ID: '1' },
      'contact',
      'requisite:1',
      'related',
    ],
  ])('an address concerns %s', (_, fields, recordType, recordId, kind) => {
    for (const event of ['onCrmAddressRegister', 'ONCRMADDRESSUNREGISTER'])
      expect(changesOf(event, fields)).toMatchObject([{ recordType, recordId, kind }])
  })

  it('ignores the address of anything else', () => {
    const fields = { ANCHOR_TYPE_ID: '2', ANCHOR_ID: '7', ENTITY_TYPE_ID: '2', ENTITY_ID: '7' }
    expect(read(anEvent('ONCRMADDRESSREGISTER', fields))).toMatchObject({ changes: [], ignored: 1 })
  })

  it.each(['onCrmRequisiteAdd', 'ONCRMREQUISITEUPDATE'])(
    '%s is related to a record that is asked for',
    (event) => {
      expect(changesOf(event, { ID: '27' })).toMatchObject([{ recordId: 'requisite:27', kind: 'related' }])
    },
  )

  it('distinguishes two events of the same second, which Bitrix24 does not number', () => {
    const ids = [0, 1].map((millis) => {
      const receivedAt = new Date(now.getTime() + millis)
      return read(anEvent('ONCRMCONTACTUPDATE'), receivedAt).changes[0]?.eventId
    })
    expect(new Set(ids).size).toBe(2)
    const untimed = [0, 1].map(() => read({ ...anEvent('ONCRMLEADADD'), ts: '' }).changes[0]?.eventId)
    expect(new Set(untimed).size).toBe(2)
  })

  it.each([
    ['no event', { data: {}, auth: { member_id: 'm1' } }, 'event: expected string'],
    ['an event that is a group', { event: { a: '1' } }, 'event: expected string'],
    ['no id', anEvent('ONCRMCONTACTADD', { NAME: 'x' }), 'data.FIELDS.ID'],
    ['an id that is none', anEvent('ONCRMCONTACTADD', { ID: '8a' }), 'data.FIELDS.ID: not as expected'],
    ['an id that is a group', anEvent('ONCRMCONTACTADD', { ID: { 0: '8' } }), 'data.FIELDS.ID'],
    ['an id of 30 digits', anEvent('ONCRMCONTACTADD', { ID: '9'.repeat(30) }), 'data.FIELDS.ID'],
    ['no portal', anEvent('ONCRMCONTACTADD', { ID: '8' }, { auth: { domain: 'x' } }), 'auth.member_id'],
    [
      'an empty portal',
      anEvent('ONCRMCONTACTADD', { ID: '8' }, { auth: { member_id: '' } }),
      'auth.member_id',
    ],
    ['JSON', '{"event":"ONCRMCONTACTADD"}', 'event: expected string'],
    ['a wrong percent-encoding', 'event=%', 'the body: expected percent-encoded UTF-8'],
  ])('rejects a body with %s', (_, body, message) => {
    const error = thrownBy(() => read(body))
    expect(error).toBeInstanceOf(WebhookRejected)
    expect(error).toMatchObject({ status: 400, message: expect.stringContaining(message) })
  })
})
