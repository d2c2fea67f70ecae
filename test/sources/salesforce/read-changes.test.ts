import { readSalesforceMessage } from '../../../lib/sources/salesforce/read-changes.ts'
import { rejectionOf, sample } from '../requests.ts'
import { aMessage, aNotification, aSalesforceRequest, organization } from './a-message.ts'

const read = (body: string | Uint8Array, organizations = [organization]) =>
  readSalesforceMessage(aSalesforceRequest(body), organizations)
const errorOf = (body: string, organizations?: string[]) => rejectionOf(() => read(body, organizations))

it('reads each notification of a message as a pointer', async () => {
  const { changes, ignored } = await read(sample('salesforce', 'outbound.two-contacts').body)
  expect(ignored).toBe(0)
  expect(changes).toEqual(
    [
      ['0038d000004K202AAC', '04l8d000004K002AAC'],
      ['0038d000004K203AAC', '04l8d000004K003AAC'],
    ].map(([recordId, eventId]) => ({
      source: 'salesforce',
      account: organization,
      recordType: 'contact',
      recordId,
      eventId,
      kind: 'changed',
      occurredAt: '2026-03-02T09:15:00.000Z',
    })),
  )
})

it.each([
  ['Contact', 'contact'],
  ['Account', 'company'],
  ['Lead', 'lead'],
])('follows %s as a %s', async (type, recordType) => {
  const { changes } = await read(aMessage({ notifications: aNotification({ type }) }))
  expect(changes).toMatchObject([{ recordType }])
})

it('ignores other objects, and a notification whose record was deleted meanwhile', async () => {
  const notifications = [
    aNotification({ type: 'Opportunity' }),
    aNotification({ fields: '' }),
    '<Notification><Id>04l8d000004K009AAC</Id></Notification>',
    aNotification(),
  ].join('')
  expect(await read(aMessage({ notifications }))).toMatchObject({ changes: [{}], ignored: 3 })
})

it('takes IsDeleted for a deletion, and ids of 15 characters for those of 18', async () => {
  const fields = '<e:Id>0038d000004K201</e:Id><e:IsDeleted>true</e:IsDeleted>'
  expect((await read(aMessage({ notifications: aNotification({ fields }) }))).changes).toMatchObject([
    { kind: 'deleted', recordId: '0038d000004K201AAC' },
  ])
  expect(await errorOf(aMessage(), ['00D8d000004QkTZ'])).toBeUndefined()
})

it.each([
  [[], 400],
  [['00D8d000009ZzZzEAK'], 401],
  [[''], 401],
  [[organization.toLowerCase()], 401],
  [[organization, '00D8d000009ZzZzEAK'], 400],
])('rejects the organizations %j', async (organizations, status) => {
  const error = await errorOf(aMessage({ organizations }))
  expect(error).toMatchObject({ status })
  expect(String(error)).not.toContain(organization)
})

const nested = (levels: number) => `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`

it.each([
  ['two envelopes', `${aMessage()}${aMessage().replace(/^<\?.*?\?>/, '')}`],
  ['two bodies', aMessage().replace('</s:Body>', '</s:Body><s:Body/>')],
  ['an envelope of another namespace', aMessage().replace('schemas.xmlsoap.org', 'example.org')],
  ['no notification', aMessage({ notifications: '' })],
  ['more than 100 notifications', aMessage({ notifications: aNotification().repeat(101) })],
  ['an unknown entity', aMessage({ notifications: aNotification({ fields: '<e:Id>&nbsp;</e:Id>' }) })],
  ['a document type', aMessage({ before: '<!DOCTYPE a>' })],
  ['an unbound prefix', aMessage({ notifications: '<x:Notification/>' })],
  [
    'an id of another form',
    aMessage({ notifications: aNotification({ fields: "<e:Id>' OR Id != '</e:Id>" }) }),
  ],
  ['another encoding', aMessage().replace('UTF-8', 'UTF-7')],
  ['1 MiB of nesting', nested(150_000)],
  ['1 MiB of nesting in a field', aMessage({ notifications: aNotification({ fields: nested(140_000) }) })],
])('rejects %s at once, without a word of the body', async (_, body) => {
  const startedAt = performance.now()
  const error = await errorOf(body)
  expect(error).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
  expect(String(error)).not.toMatch(/session|nbsp|OR Id/)
  // A parser whose work grows with the square of the depth would need minutes.
  expect(performance.now() - startedAt).toBeLessThan(30_000)
})

it('reads entities, CDATA and other prefixes', async () => {
  const fields =
    '<e:LastName>O&apos;Neil &amp; S&#246;ns</e:LastName><e:Id><![CDATA[0038d000004K201AAC]]></e:Id>'
  const body = aMessage({ notifications: aNotification({ fields }) })
    .replaceAll('e:', 'sf:')
    .replace(':e=', ':sf=')
  expect((await read(body.replaceAll('typsf:', 'type:'))).changes).toMatchObject([
    { recordId: '0038d000004K201AAC' },
  ])
})
