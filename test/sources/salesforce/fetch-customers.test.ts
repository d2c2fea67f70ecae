import type { RecordType } from '../../../lib/core/model/change.ts'
import { failureOf } from '../requests.ts'
import { organization } from './a-message.ts'
import { type Api, aContact, aLead, anAccount, anApi } from './an-api.ts'

let api: Api
afterEach(() => api.close())

const refTo = (recordId: string, recordType: RecordType = 'contact') => ({
  source: 'salesforce',
  account: organization,
  recordType,
  recordId,
})
const fetch = (...refs: ReturnType<typeof refTo>[]) => api.source.fetchCustomers?.(refs)

it('reads all records of a type with one query, deleted and merged ones too', async () => {
  const [ama, gone, merged] = [
    aContact(1, { FirstName: 'Ama', LastName: 'Serwaa', Name: 'Ama Serwaa', Email: 'ama@example.gh' }),
    aContact(2, { IsDeleted: true }),
    aContact(3, { MasterRecordId: aContact(1, {}).Id }),
  ]
  api = await anApi([ama, gone, merged])
  const never = aContact(4, {}).Id
  expect(await fetch(...[ama.Id, gone.Id, merged.Id, never, ama.Id].map((id) => refTo(id)))).toMatchObject([
    { kind: 'found', version: '2026-03-02T09:15:00.000Z', customer: { email: 'ama@example.gh' } },
    { kind: 'deleted' },
    { kind: 'merged', intoId: ama.Id },
    { kind: 'deleted' },
    { kind: 'found' },
  ])
  expect(api.queries()).toEqual([
    `SELECT FIELDS(STANDARD), Account.Name FROM Contact WHERE Id IN ('${ama.Id}','${gone.Id}','${merged.Id}','${never}')`,
  ])
  expect(api.ledger.map(({ path }) => path)).toEqual([
    '/services/oauth2/token',
    '/services/data/v62.0/queryAll',
  ])
})

it('maps contacts, accounts, person accounts and leads', async () => {
  const account = anAccount(1, {
    Name: 'Wouri',
    Phone: '+237 699 12 34 56',
    BillingCountry: 'Cameroon',
    ShippingCity: 'Buea',
  })
  const person = anAccount(2, {
    IsPersonAccount: true,
    FirstName: 'Akua',
    LastName: 'Boateng',
    Name: 'Akua Boateng',
    PersonEmail: 'akua@example.gh',
    PersonMobilePhone: '024 765 4321',
    BillingCountryCode: 'GH',
  })
  const contact = aContact(1, {
    FirstName: 'Tunde',
    LastName: 'Bakare',
    MobilePhone: '0803 555 0142',
    AccountId: account.Id,
    MailingCountry: 'Nigeria',
    OtherCity: 'Lagos',
  })
  const lead = aLead(1, {
    FirstName: 'Siti',
    LastName: 'R.',
    Company: 'Batik',
    Country: 'Indonesia',
    Street: 'Jl. 5',
    Phone: 'ask',
  })
  api = await anApi([account, person, contact, lead])
  const refs = [
    refTo(account.Id, 'company'),
    refTo(person.Id, 'company'),
    refTo(contact.Id),
    refTo(lead.Id, 'lead'),
  ]
  const none = { line1: null, city: null, state: null, postalCode: null, country: null }
  expect(await fetch(...refs)).toMatchObject([
    {
      customer: {
        name: { full: 'Wouri' },
        companyName: 'Wouri',
        phone: '+237699123456',
        address: { ...none, country: 'CM' },
        shipping: { address: { ...none, city: 'Buea' } },
      },
    },
    {
      customer: {
        name: { given: 'Akua', family: 'Boateng' },
        email: 'akua@example.gh',
        phone: '+233247654321',
        address: { ...none, country: 'GH' },
      },
    },
    {
      customer: {
        name: { given: 'Tunde', family: 'Bakare' },
        email: null,
        phone: '+2348035550142',
        companyName: 'Wouri',
        address: { ...none, country: 'NG' },
        shipping: { address: { ...none, city: 'Lagos' } },
      },
    },
    {
      customer: {
        companyName: 'Batik',
        address: { ...none, line1: 'Jl. 5', country: 'ID' },
        unreadable: ['phone'],
      },
    },
  ])
  expect(api.queries()).toHaveLength(3)
})

it('counts the contact of a person account as deleted, so that there is one customer', async () => {
  const contact = aContact(1, { LastName: 'Boateng', IsPersonAccount: true })
  api = await anApi([contact])
  expect(await fetch(refTo(contact.Id))).toEqual([{ kind: 'deleted' }])
})

it('selects the fields that sync.config.ts names besides the standard ones', async () => {
  const contact = aContact(1, { LastName: 'Bakare', WhatsApp__c: '+234 803 555 0142', Title: 'Dr' })
  const fields = { contact: { phone: ['WhatsApp__c', 'Phone'], 'metadata.title': 'Title' } }
  api = await anApi([contact], { fields })
  expect(await fetch(refTo(contact.Id))).toMatchObject([
    { customer: { phone: '+2348035550142', metadata: { title: 'Dr' } } },
  ])
  expect(api.queries()[0]).toMatch(/^SELECT FIELDS\(STANDARD\), WhatsApp__c, Account.Name FROM/)
})

it('follows the pages of an answer', async () => {
  const contacts = [1, 2, 3, 4, 5].map((number) => aContact(number, { LastName: `N${number}` }))
  api = await anApi(contacts, { pageSize: 2 })
  const answers = await fetch(...contacts.map(({ Id }) => refTo(Id)))
  expect(answers?.map(({ kind }) => kind)).toEqual(contacts.map(() => 'found'))
  expect(api.ledger).toHaveLength(4)
})

it('never writes into a query what is not an id', async () => {
  api = await anApi([aContact(1, {})])
  const answers = await fetch(refTo("x') OR Name LIKE ('%"), refTo('003000000000001'))
  expect(answers).toMatchObject([{ kind: 'failed', error: { code: 'CRM_REFUSED' } }, { kind: 'found' }])
  expect(api.queries()[0]).toContain("IN ('003000000000001AAA')")
})

it.each([
  [403, 'REQUEST_LIMIT_EXCEEDED', { code: 'CRM_THROTTLED', afterSeconds: 900, counts: false }],
  [403, 'API_DISABLED_FOR_ORG', { code: 'CRM_DENIED' }],
  [400, 'INVALID_FIELD', { name: 'Misconfigured', code: 'CRM_DENIED' }],
  [400, 'INVALID_TYPE', { name: 'Misconfigured', code: 'CRM_DENIED' }],
  [400, 'MALFORMED_QUERY', { name: 'Rejected', code: 'CRM_REFUSED' }],
  [404, 'NOT_FOUND', { name: 'Misconfigured', code: 'CRM_NOT_THERE' }],
])('classifies %d %s', async (status, errorCode, failure) => {
  api = await anApi([])
  api.setFaults([
    { path: 'queryAll', effect: 'answer', status, body: [{ errorCode, message: 'a@b.example' }] },
  ])
  const error = await failureOf(fetch(refTo(aContact(1, {}).Id)))
  expect(error).toMatchObject(failure)
  expect(String(error)).not.toContain('a@b.example')
})
