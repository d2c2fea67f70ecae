import { generateKeyPairSync } from 'node:crypto'
import { failureOf } from '../requests.ts'
import { organization } from './a-message.ts'
import { type Api, aContact, anApi } from './an-api.ts'

let api: Api
afterEach(() => api.close())

const contact = aContact(1, { LastName: 'Bakare' })
const ref = {
  source: 'salesforce',
  account: organization,
  recordType: 'contact',
  recordId: contact.Id,
} as const
const fetch = () => api.source.fetchCustomers?.([ref])

it('asks for a token with the client credentials, and keeps it', async () => {
  api = await anApi([contact])
  await fetch()
  expect(await fetch()).toMatchObject([{ kind: 'found' }])
  expect(api.tokenRequests()).toEqual([
    'grant_type=client_credentials&client_id=client&client_secret=consumer+secret',
  ])
})

it('asks for another one after an hour, and when Salesforce has ended the session', async () => {
  let now = Date.parse('2026-03-02T12:00:00.000Z')
  api = await anApi([contact], { now: () => new Date(now) })
  await fetch()
  now += 3600_000
  await fetch()
  expect(api.tokenRequests()).toHaveLength(2)
  now += 120_000
  api.setFaults([{ path: 'queryAll', effect: 'answer', status: 401, times: 1 }])
  expect(await fetch()).toMatchObject([{ kind: 'found' }])
  expect(api.tokenRequests()).toHaveLength(3)
})

it.each([
  ['wrong credentials', { clientSecret: 'old' }, 'CRM_DENIED', 'invalid_client'],
  ['no client id', { clientId: undefined }, 'NO_ACCESS_TOKEN', 'SALESFORCE_CLIENT_ID'],
  ['no secret', { clientSecret: undefined }, 'NO_ACCESS_TOKEN', 'SALESFORCE_CLIENT_SECRET'],
  ['no address', { origin: undefined }, 'NO_API_URL', 'SALESFORCE_API_URL'],
  ['a user, but no key', { username: 'u@acme.example' }, 'BAD_SETTING', 'private key'],
])('is misconfigured with %s', async (_, options, code, words) => {
  api = await anApi([contact], options)
  const error = await failureOf(fetch())
  expect(error).toMatchObject({ name: 'Misconfigured', code })
  expect(String(error)).toContain(words)
})

it.each([
  [503, 'CRM_UNAVAILABLE'],
  [429, 'CRM_THROTTLED'],
  [500, 'CRM_FAILED'],
  [200, 'CRM_ANSWER_UNREADABLE'],
])('tries again later when the token endpoint answers %d', async (status, code) => {
  api = await anApi([contact])
  api.setFaults([{ path: 'token', effect: 'answer', status, body: '<html>' }])
  expect(await failureOf(fetch())).toMatchObject({ name: 'RetryLater', code })
})

it('signs an assertion with the private key where a user is named', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const clientSecret = pem.replaceAll('\n', '\\n')
  api = await anApi([contact], { username: 'sync@acme.example', clientSecret, sandboxSecret: pem })
  expect(await fetch()).toMatchObject([{ kind: 'found' }])
  const form = new URLSearchParams(api.tokenRequests()[0])
  const [, claims = ''] = form.get('assertion')?.split('.') ?? []
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
    iss: 'client',
    sub: 'sync@acme.example',
    aud: 'https://login.salesforce.com',
    exp: Date.parse('2026-03-02T12:03:00.000Z') / 1000,
  })
})
