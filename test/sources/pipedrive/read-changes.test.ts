import type { FieldOverrides } from '../../../lib/core/config/field-overrides.ts'
import { readPipedriveChanges } from '../../../lib/sources/pipedrive/read-changes.ts'
import { aRequest, bytes, sample, thrownBy } from '../requests.ts'

const person = {
  id: 8,
  name: 'Ama Serwaa',
  first_name: 'Ama',
  last_name: 'Serwaa',
  emails: [{ value: 'ama@example.gh', primary: true, label: 'work' }],
  phones: [],
  org_id: 1,
  custom_fields: { ab12: { type: 'varchar', value: 'gold' } },
  update_time: '2026-03-02T09:00:00Z',
}
const meta = {
  id: '7c812ffd-8f50-45ea-a597-b8fcba2da9c0',
  action: 'change',
  entity: 'person',
  entity_id: '8',
  company_id: '8087566',
  timestamp: '2026-03-02T09:00:00.616Z',
  version: '2.0',
}
const v1 = {
  v: 1,
  event: 'updated.person',
  meta: {
    v: 1,
    action: 'updated',
    object: 'person',
    id: 15,
    company_id: 1689563,
    timestamp: 1772442000,
    timestamp_milli: 1772442000773,
  },
  current: {
    name: 'Kwame Boateng',
    first_name: 'Kwame',
    last_name: null,
    email: [{ value: '', primary: true }],
    phone: [{ value: '+233241234567', primary: true }],
    org_name: 'Accra Foods',
    update_time: '2026-03-02 09:00:00',
    ab12: 123,
  },
}

function read(body: unknown, fields?: FieldOverrides) {
  return readPipedriveChanges(aRequest({ body: bytes(body) }), { fields })
}
const v2 = (changes: object = {}, data: unknown = person) => ({
  meta: { ...meta, ...changes },
  data,
  previous: {},
})
const only = (...args: Parameters<typeof read>) => read(...args).changes[0]

describe('reading a Pipedrive webhook v2', () => {
  it('identifies the person of the company, with a snapshot of the record', () => {
    expect(read(v2())).toEqual({
      changes: [
        {
          source: 'pipedrive',
          account: '8087566',
          recordType: 'contact',
          recordId: '8',
          kind: 'changed',
          eventId: meta.id,
          occurredAt: '2026-03-02T09:00:00.616Z',
          snapshot: {
            customer: {
              name: { given: 'Ama', family: 'Serwaa', full: 'Ama Serwaa' },
              email: 'ama@example.gh',
              phone: null,
            },
            version: '2026-03-02T09:00:00.000Z',
          },
        },
      ],
      ignored: 0,
      unknownFields: [],
    })
  })

  it.each(['name', 'emails', 'phones', 'update_time'] as const)(
    'leaves the record to be read back when %s is missing',
    (key) => {
      const { [key]: _, ...data } = person
      expect(only(v2({}, data))).not.toHaveProperty('snapshot')
    },
  )

  it('includes a snapshot with custom fields if they are present, and leaves the record to be read back otherwise', () => {
    const came = { contact: { 'metadata.tier': 'custom_fields.ab12' } }
    expect(only(v2(), came)?.snapshot?.customer.metadata).toEqual({ tier: 'gold' })
    expect(only(v2(), { contact: { 'metadata.tier': 'cd34' } })).not.toHaveProperty('snapshot')
  })

  it('includes no snapshot that is too large for the queue', () => {
    expect(only(v2({}, { ...person, name: 'x'.repeat(50_000) }))).not.toHaveProperty('snapshot')
  })

  it('reads a deletion', () => {
    expect(only(v2({ action: 'delete' }, null))).toMatchObject({
      kind: 'deleted',
      recordId: '8',
      eventId: meta.id,
    })
  })

  it.each(['9', 9])('reads the deletion of a merged record as a merge into the survivor %j', (winner) => {
    const change = only(v2({ action: 'delete', merged_to_id: winner }, null))
    expect(change).toMatchObject({ kind: 'merged', recordId: '9', mergedIds: ['8'] })
    expect(change).not.toHaveProperty('snapshot')
  })

  it.each(['9', 9])('reads the change of a survivor with its record and the merged id %j', (loser) => {
    expect(only(v2({ merged_from_id: loser }))).toMatchObject({
      kind: 'merged',
      recordId: '8',
      mergedIds: ['9'],
      snapshot: { customer: { email: 'ama@example.gh' } },
    })
  })

  it.each([null, '', 0, '8', {}])('reads a deletion whose merged_to_id is %j as a deletion', (id) => {
    expect(only(v2({ action: 'delete', merged_to_id: id }, null))).toMatchObject({
      kind: 'deleted',
      recordId: '8',
    })
  })

  it('identifies an event without an id by its content', () => {
    expect(only(v2({ id: undefined }))?.eventId).toBe('8087566:contact:8:change:2026-03-02T09:00:00.616Z')
  })

  it.each([undefined, null, '2026-03-02T09:00:00Z', 1772442000])(
    'distinguishes deliveries that have no id and the time %j',
    (timestamp) => {
      const [first, second] = [0, 1].map(() => only(v2({ id: undefined, timestamp }))?.eventId)
      expect(first).not.toBe(second)
    },
  )

  it('keeps the id of an event, hashed if it is too long for the queue', () => {
    const ids = ['x'.repeat(256), 'x'.repeat(257), 'x'.repeat(258)].map((id) => only(v2({ id }))?.eventId)
    expect(ids[0]).toBe('x'.repeat(256))
    expect(ids[1]).toMatch(/^[\w-]{43}$/)
    expect(ids[2]).not.toBe(ids[1])
  })

  it.each([
    { action: 'change', entity: 'deal' },
    { action: 'create', entity: 'lead' },
    { action: 'create', entity: 'user', timestamp: 1772442000 },
    { action: 'archive', entity: 'person' },
    { action: 'constructor', entity: '__proto__' },
  ])('counts %j as ignored', (changes) => {
    expect(read(v2(changes))).toEqual({ changes: [], ignored: 1, unknownFields: [] })
  })

  it.each([{ entity_id: undefined }, { entity_id: '8/../9' }, { company_id: null }, { action: 7 }])(
    'rejects %j',
    (changes) => {
      expect(thrownBy(() => read(v2(changes)))).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
    },
  )

  it('includes no snapshot of an organization whose address only the API can split', () => {
    const data = {
      id: 1,
      name: 'Baobab',
      address: '12 rue Félix Faure, Dakar',
      country_code: 'SN',
      update_time: person.update_time,
    }
    const change = only(v2({ entity: 'organization' }, data))
    expect(change).toMatchObject({ recordType: 'company' })
    expect(change).not.toHaveProperty('snapshot')
  })

  it('includes a snapshot of an organization without an address, with its country', () => {
    const data = { id: 1, name: 'Baobab', address: null, country_code: 'SN', update_time: person.update_time }
    expect(only(v2({ entity: 'organization' }, data))?.snapshot?.customer).toEqual({
      name: { full: 'Baobab' },
      companyName: 'Baobab',
      address: { line1: null, line2: null, city: null, state: null, postalCode: null, country: 'SN' },
    })
  })
})

describe('reading a legacy Pipedrive webhook v1', () => {
  it('identifies the person, with a snapshot of the record, and reads its times as UTC', () => {
    expect(only(v1)).toEqual({
      source: 'pipedrive',
      account: '1689563',
      recordType: 'contact',
      recordId: '15',
      kind: 'changed',
      eventId: '1689563:contact:15:updated:1772442000773',
      occurredAt: '2026-03-02T09:00:00.773Z',
      snapshot: {
        customer: {
          name: { given: 'Kwame', family: null, full: 'Kwame Boateng' },
          email: null,
          phone: '+233241234567',
          companyName: 'Accra Foods',
        },
        version: '2026-03-02T09:00:00.000Z',
      },
    })
  })

  it('reads custom fields from the top level', () => {
    const change = only(v1, { contact: { 'metadata.score': 'ab12' } })
    expect(change?.snapshot?.customer.metadata).toEqual({ score: '123' })
  })

  it.each([
    ['added', 'changed'],
    ['updated', 'changed'],
    ['deleted', 'deleted'],
    ['merged', 'changed'],
  ])('reads %s as %s', (action, kind) => {
    expect(only({ ...v1, meta: { ...v1.meta, action } })).toMatchObject({ kind, recordId: '15' })
  })

  it('leaves a merged record to be read back', () => {
    expect(only({ ...v1, meta: { ...v1.meta, action: 'merged' } })).not.toHaveProperty('snapshot')
  })

  it('falls back to seconds without milliseconds, and accepts a missing time', () => {
    const { timestamp_milli: _, ...seconds } = v1.meta
    expect(only({ ...v1, meta: seconds })).toMatchObject({ occurredAt: '2026-03-02T09:00:00.000Z' })
    expect(only({ ...v1, meta: { ...seconds, timestamp: undefined } })?.occurredAt).toBeUndefined()
  })

  it('identifies an event by the record and its exact time, else by its delivery', () => {
    const { timestamp_milli: _, ...seconds } = v1.meta
    const idOf = (changed: object) => only({ ...v1, meta: { ...seconds, ...changed } })?.eventId
    expect(idOf({ timestamp_micro: '1772442000773123' })).toBe('1689563:contact:15:updated:1772442000773123')
    expect(idOf({})).not.toBe(idOf({}))
    expect(idOf({ timestamp: undefined })).not.toBe(idOf({ timestamp: undefined }))
  })

  it('reads an organization whose address has both parts and full text', () => {
    const { changes } = readPipedriveChanges(
      aRequest({ body: sample('pipedrive', 'v1.organization.updated').body }),
    )
    expect(changes[0]?.snapshot?.customer.address).toMatchObject({
      line1: '15 Rue du Commerce',
      city: 'Toamasina',
      country: 'MG',
    })
  })
})
