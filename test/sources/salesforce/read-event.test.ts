import { readSalesforceEvent } from '../../../lib/sources/salesforce/read-event.ts'
import { sample, thrownBy } from '../requests.ts'
import { organization } from './a-message.ts'

const commit = '2026-03-02T09:15:04.500Z'
const changed = '2026-03-02T09:15:00.000Z'
const contact = '0038d000004K211AAC'

type Header = Readonly<Record<string, unknown>>
const anEvent = (
  header: Header = {},
  fields: Header = {},
  source = `salesforce.com/${organization}/0YL8d0000008OIhGAM`,
) => ({
  id: 'delivery',
  source: `aws.partner/${source}`,
  'detail-type': 'ContactChangeEvent',
  time: '2026-03-02T09:16:00Z',
  detail: {
    payload: {
      ChangeEventHeader: {
        entityName: 'Contact',
        changeType: 'UPDATE',
        recordIds: [contact],
        transactionKey: '0000be70-a756',
        sequenceNumber: 1,
        commitTimestamp: Date.parse(commit),
        commitNumber: 1772442900683617281n.toString(),
        ...header,
      },
      ...fields,
    },
  },
})
const read = (event: unknown, organizations = [organization]) => readSalesforceEvent(event, organizations)
const eventOf = (name: string) => JSON.parse(Buffer.from(sample('salesforce', name).body).toString('utf8'))

it('reads the event of a relay', () => {
  expect(read(anEvent({}, { LastModifiedDate: changed }))).toEqual({
    changes: [
      {
        source: 'salesforce',
        account: organization,
        recordType: 'contact',
        recordId: contact,
        kind: 'changed',
        eventId: `0000be70-a756:1:${contact}`,
        occurredAt: changed,
      },
    ],
    ignored: 0,
    unknownFields: [],
  })
})

it('reads the event of AppFlow, and one change for each record', () => {
  const { changes } = read(eventOf('cdc.account.update-several'))
  expect(changes.map(({ recordId }) => recordId)).toEqual(['0018d000004K103AAC', '0018d000004K104AAC'])
  expect(new Set(changes.map(({ eventId }) => eventId)).size).toBe(2)
  expect(changes).toMatchObject([{ recordType: 'company', account: organization }, {}])
})

it.each([
  ['CREATE', 'changed'],
  ['UPDATE', 'changed'],
  ['DELETE', 'deleted'],
  ['UNDELETE', 'restored'],
  ['GAP_CREATE', 'changed'],
  ['GAP_UPDATE', 'changed'],
  ['GAP_DELETE', 'deleted'],
  ['GAP_UNDELETE', 'restored'],
])('takes %s for "%s", at the time of the commit', (changeType, kind) => {
  expect(read(anEvent({ changeType })).changes).toMatchObject([{ kind, occurredAt: commit }])
})

it.each([
  { changeType: 'GAP_OVERFLOW', recordIds: [], left: [] },
  { changeType: 'GAP_OVERFLOW', recordIds: [contact], left: [contact] },
  { changeType: 'UPDATE', recordIds: ['003*', contact], left: [contact] },
])('says that changes were left out of $changeType with $recordIds', ({ left, ...header }) => {
  const { changes, missed } = read(anEvent(header))
  expect(changes.map(({ recordId }) => recordId)).toEqual(left)
  expect(missed).toEqual({ since: commit })
})

it.each([anEvent({ entityName: 'Opportunity' }), anEvent({ changeType: 'SNAPSHOT' })])(
  'ignores what is not followed',
  (event) => {
    expect(read(event)).toMatchObject({ changes: [], ignored: 1 })
  },
)

it('ignores the events of another organization, whatever they contain', () => {
  const foreign = anEvent({ recordIds: 7 }, {}, 'salesforce.com/00D8d000009ZzZzEAK/0YL8d0000008OIhGAM')
  expect(read(foreign)).toEqual({ changes: [], ignored: 1, unknownFields: [] })
})

it('tells the same event again by its transaction, and two deliveries without one apart', () => {
  expect(read(anEvent()).changes).toEqual(read({ ...anEvent(), id: 'another' }).changes)
  const nameless = anEvent({ transactionKey: null })
  expect(read(nameless).changes).toMatchObject([{ eventId: `delivery:${contact}` }])
  const ids = [1, 2].map(() => read({ ...nameless, id: undefined }).changes[0]?.eventId)
  expect(new Set(ids).size).toBe(2)
})

it('never uses the commit number, which is not exact as a number', () => {
  const text = JSON.stringify(read(eventOf('cdc.contact.update')))
  expect(text).not.toContain('177244290068361')
})

it.each([
  [null],
  [{}],
  [{ source: 'aws.partner/salesforce.com/x', detail: {} }],
  [anEvent({ recordIds: undefined })],
  [anEvent({ recordIds: ["' OR 1"] })],
  [{ ...anEvent(), source: 'aws.s3' }],
  [{ ...anEvent(), detail: { payload: { s3: 'bucket' } } }],
])('rejects %j', (event) => {
  expect(thrownBy(() => read(event))).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
})

it('rejects AppFlow’s events when several organizations are configured, and every event when none is', () => {
  const event = eventOf('cdc.account.update-several')
  expect(thrownBy(() => read(event, [organization, '00D8d000009ZzZz']))).toMatchObject({ status: 400 })
  expect(thrownBy(() => read(event, ['']))).toMatchObject({ status: 401, code: 'NO_SECRET' })
})
