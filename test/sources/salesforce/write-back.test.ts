import { Misconfigured, Rejected } from '../../../lib/core/model/errors.ts'
import { readSalesforceEvent } from '../../../lib/sources/salesforce/read-event.ts'
import { rejectionOf } from '../requests.ts'
import { organization } from './a-message.ts'
import { type Api, aContact, aLead, anAccount, anApi } from './an-api.ts'

const field = 'NotchPay_Customer_Id__c'
const names = { notchpay: field, wooshpay: 'WooshPay_Customer_Id__c' }
const writeBack = { contact: names, lead: { notchpay: field }, company: { notchpay: field } }
const records = [
  aContact(1, { LastName: 'Serwaa', Email: 'ama@example.gh' }),
  aLead(2, {}),
  anAccount(3, { Name: 'Baobab' }),
]
const [contact, lead, account] = (['contact', 'lead', 'company'] as const).map((recordType, index) => ({
  source: 'salesforce',
  account: organization,
  recordType,
  recordId: String(records[index]?.Id),
}))

let api: Api
beforeEach(async () => {
  api = await anApi(records, { writeBack })
})
afterEach(() => api.close())

const ids = { notchpay: 'cus.1' } as never
const write = (ref = contact, its = ids) => {
  if (!ref) throw new Error('no such record')
  return api.source.writeBack?.write(ref, its) ?? Promise.reject(new Error('off'))
}
const patches = () => api.ledger.filter(({ method }) => method === 'PATCH')

it('is one PATCH of the field, which names us and runs no assignment rule', async () => {
  for (const ref of [contact, lead, account]) expect(await write(ref)).toBe('written')
  expect(patches()).toMatchObject(
    ['Contact', 'Lead', 'Account'].map((object, index) => ({
      path: `/services/data/v62.0/sobjects/${object}/${records[index]?.Id}`,
      body: `{"${field}":"cus.1"}`,
      headers: {
        'sforce-call-options': 'client=crm-pay-sync',
        'sforce-auto-assign': 'FALSE',
        'content-type': 'application/json',
        authorization: expect.stringMatching(/^Bearer ./),
      },
    })),
  )
})

it('sets both fields by one call, and reads them by one query', async () => {
  expect(await write(contact, { notchpay: 'cus.1', wooshpay: '7710' } as never)).toBe('written')
  expect(patches()).toHaveLength(1)
  const refs = contact ? [contact] : []
  expect(await api.source.fetchCustomers?.(refs)).toMatchObject([
    { kind: 'found', customerIds: { notchpay: 'cus.1', wooshpay: '7710' } },
  ])
  expect(api.queries()).toEqual([expect.stringContaining(`, ${field}, WooshPay_Customer_Id__c FROM Contact`)])
})

it('asks for another token when the session has ended, and writes once', async () => {
  await api.close()
  let minute = 0
  api = await anApi(records, { writeBack, now: () => new Date(Date.UTC(2026, 2, 2, 12, minute)) })
  await api.source.fetchCustomers?.(contact ? [contact] : [])
  minute = 30
  api.setFaults([{ method: 'PATCH', effect: 'answer', status: 401, times: 1 }])
  expect(await write()).toBe('written')
  expect(patches()).toHaveLength(2)
  expect(api.tokenRequests()).toHaveLength(2)
})

it.each([
  ['INVALID_FIELD', 400, Misconfigured],
  ['INVALID_FIELD_FOR_INSERT_UPDATE', 400, Misconfigured],
  ['INSUFFICIENT_ACCESS_OR_READONLY', 403, Misconfigured],
  ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 400, Rejected],
  ['ENTITY_IS_LOCKED', 400, Rejected],
])('%s is an error of the settings, or of this record', async (errorCode, status, type) => {
  const body = [{ errorCode, message: 'ama@example.gh is not allowed' }]
  api.setFaults([{ method: 'PATCH', effect: 'answer', status, body }])
  const error = await rejectionOf(() => write())
  expect(error).toBeInstanceOf(type)
  expect(String(error)).not.toContain('ama@example.gh')
})

it.each([
  ['UNABLE_TO_LOCK_ROW', 400, { code: 'CRM_BUSY' }],
  ['REQUEST_LIMIT_EXCEEDED', 403, { code: 'CRM_THROTTLED', afterSeconds: 900, counts: false }],
])('%s is tried again', async (errorCode, status, expected) => {
  api.setFaults([{ method: 'PATCH', effect: 'answer', status, body: [{ errorCode, message: '' }] }])
  expect(await rejectionOf(() => write())).toMatchObject({ name: 'RetryLater', ...expected })
})

it('reads customers all the same, by one more query, where the field does not exist', async () => {
  await api.close()
  api = await anApi(records, { writeBack: { contact: { notchpay: 'Missing__c' } } })
  expect(await api.source.fetchCustomers?.(contact ? [contact] : [])).toMatchObject([
    { kind: 'found', customer: { email: 'ama@example.gh' }, customerIds: {} },
  ])
  expect(api.queries()).toHaveLength(2)
})

it('still refuses to read with a field that `fields` names and that does not exist', async () => {
  await api.close()
  const fields = { contact: { phone: 'Missing__c' } }
  api = await anApi(records, { writeBack, fields })
  const error = await rejectionOf(() =>
    Promise.resolve(api.source.fetchCustomers?.(contact ? [contact] : [])),
  )
  expect(error).toMatchObject({ name: 'Misconfigured', code: 'CRM_DENIED' })
})

describe('a change event', () => {
  const read = (header: object) =>
    readSalesforceEvent(
      {
        id: 'delivery',
        source: `aws.partner/salesforce.com/${organization}/0YL8d0000008OIhGAM`,
        detail: {
          payload: {
            ChangeEventHeader: {
              entityName: 'Contact',
              changeType: 'UPDATE',
              recordIds: [records[0]?.Id],
              commitTimestamp: 1_772_442_900_000,
              changeOrigin: 'com/salesforce/api/rest/62.0;client=crm-pay-sync',
              ...header,
            },
          },
        },
      },
      [organization],
      writeBack,
    )

  it.each([
    [['LastModifiedDate', field]],
    [['LastModifiedDate', 'LastModifiedById', field, 'WooshPay_Customer_Id__c']],
  ])('of nothing but our fields is ignored: %j', (changedFields) => {
    expect(read({ changedFields })).toEqual({ changes: [], ignored: 1, unknownFields: [] })
  })

  it.each([
    ['another field changed with it', { changedFields: ['LastModifiedDate', field, 'Email'] }],
    ['a part of a compound field did', { changedFields: [field, 'Name.LastName'] }],
    ['none of our fields changed', { changedFields: ['LastModifiedDate', 'LastModifiedById'] }],
    [
      'the field of another object changed',
      { entityName: 'Lead', changedFields: ['WooshPay_Customer_Id__c'] },
    ],
    ['it does not tell what changed', {}],
    ['what changed is a bitmap', { changedFields: ['0x400000'] }],
    ['it is a creation', { changeType: 'CREATE', changedFields: [field] }],
    ['it is a gap', { changeType: 'GAP_UPDATE', changedFields: [] }],
    ['it is a deletion', { changeType: 'DELETE', changedFields: [field] }],
  ])('is followed when %s', (_, header) => {
    expect(read(header)).toMatchObject({ changes: [{ recordId: records[0]?.Id }], ignored: 0 })
  })
})
