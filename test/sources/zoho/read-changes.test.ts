import { readZohoChanges } from '../../../lib/sources/zoho/read-changes.ts'
import { aRequest, bytes, sample, samplesOf, thrownBy } from '../requests.ts'
import { aNotification } from './zoho-world.ts'

const ref = { source: 'zoho', account: 'default', recordType: 'contact', recordId: '5843101000000575101' }
const read = (changes: Readonly<Record<string, unknown>>) => readZohoChanges(aNotification(changes))

/** Kind, record type and the last digits of the ids of each sample. */
const expected: Readonly<Record<string, readonly [string, string, ...number[]] | null>> = {
  'contacts.insert': ['changed', 'contact', 101, 102],
  'contacts.update': ['changed', 'contact', 103],
  'contacts.update-cleared': ['changed', 'contact', 104],
  'contacts.edit-several': ['changed', 'contact', 105, 106],
  'contacts.delete': ['deleted', 'contact', 107],
  'accounts.insert': ['changed', 'company', 201],
  'accounts.update': ['changed', 'company', 202],
  'accounts.delete': ['deleted', 'company', 203],
  'leads.insert': ['changed', 'lead', 301],
  'leads.update': ['changed', 'lead', 302],
  'leads.delete': ['deleted', 'lead', 303],
  'deals.update': null,
}

describe('readZohoChanges', () => {
  it.each(samplesOf('zoho').map(({ name, body }) => [name, body] as const))(
    'reads the sample %s',
    (name, body) => {
      const { changes, ignored } = readZohoChanges(aRequest({ body }))
      const [kind, recordType, ...ids] = expected[name] ?? []
      expect(
        changes.map((change) => [change.kind, change.recordType, Number(change.recordId.slice(-3))]),
      ).toEqual(ids.map((id) => [kind, recordType, id]))
      expect(ignored).toBe(expected[name] === null ? 1 : 0)
    },
  )

  it('has an entry for every sample', () => {
    expect(
      samplesOf('zoho')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(Object.keys(expected).toSorted())
  })

  it('makes one change of each id, with the time of the notification', () => {
    expect(read({ ids: ['5843101000000575101', '5843101000000575102'] })).toEqual({
      changes: [
        {
          ...ref,
          kind: 'changed',
          eventId: '1214748364700001|Contacts|update|5843101000000575101|1772445600123',
          occurredAt: '2026-03-02T10:00:00.123Z',
        },
        {
          ...ref,
          recordId: '5843101000000575102',
          kind: 'changed',
          eventId: '1214748364700001|Contacts|update|5843101000000575102|1772445600123',
          occurredAt: '2026-03-02T10:00:00.123Z',
        },
      ],
      ignored: 0,
      unknownFields: [],
    })
  })

  it.each([
    ['insert', 'changed'],
    ['update', 'changed'],
    ['create', 'changed'],
    ['edit', 'changed'],
    ['delete', 'deleted'],
    // Not documented: the record is read.
    ['restore', 'changed'],
  ])('reads the operation %s as %s', (operation, kind) => {
    expect(read({ operation }).changes).toMatchObject([{ kind }])
  })

  it.each<[string, unknown, readonly string[]]>([
    ['ids as numbers beyond 2^53 keep every digit', '[5843101000000575101]', ['5843101000000575101']],
    ['an id that is named twice is one change', '["7","7"]', ['7']],
    ['an id as a small number', '[7]', ['7']],
  ])('%s', (_, ids, recordIds) => {
    const body = Buffer.from(aNotification().body)
      .toString()
      .replace(/"ids":\[[^\]]*\]/, `"ids":${ids}`)
    const { changes } = readZohoChanges(aRequest({ body: bytes(body) }))
    expect(changes.map(({ recordId }) => recordId)).toEqual(recordIds)
  })

  it('counts an id that cannot be read as ignored, and keeps the others', () => {
    const { changes, ignored } = read({ ids: ['7', null, '../8', { id: '9' }] })
    expect([changes.map(({ recordId }) => recordId), ignored]).toEqual([['7'], 3])
  })

  it('ignores a notification without records', () => {
    expect(read({ ids: [] })).toMatchObject({ changes: [], ignored: 1 })
  })

  it.each([
    ['1772445600123', '2026-03-02T10:00:00.123Z'],
    ['2026-03-02T12:00:00+02:00', '2026-03-02T10:00:00.000Z'],
    [null, undefined],
    ['yesterday', undefined],
    [-1, undefined],
  ])('reads the time %j as %s', (server_time, occurredAt) => {
    expect(read({ server_time }).changes[0]?.occurredAt).toBe(occurredAt)
  })

  it('does not use the values that came along: they are those of some fields', () => {
    const { changes } = readZohoChanges(aRequest({ body: sample('zoho', 'contacts.update').body }))
    expect(changes[0]).not.toHaveProperty('snapshot')
  })

  it('cannot tell two notifications without a time apart from one that is sent twice', () => {
    const ids = [1, 2].map(() => read({ server_time: null }).changes[0]?.eventId)
    expect(new Set(ids).size).toBe(2)
  })

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['module: expected string', { module: null }],
    ['operation: expected string', { operation: 7 }],
    ['ids: expected array', { ids: '7' }],
    ['ids: expected digits', { ids: ['cust-1'] }],
    ['ids: expected at most 1000 ids', { ids: Array(1001).fill('7') }],
  ])('refuses what is no notification: %s', (message, changes) => {
    expect(thrownBy(() => read(changes))).toMatchObject({ status: 400, code: 'BAD_FORMAT', message })
  })
})
