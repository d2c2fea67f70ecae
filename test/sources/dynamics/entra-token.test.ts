import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { aRef, failureOf, now } from '../requests.ts'
import { type Dataverse, guid, organizationId, startDataverse } from './a-dataverse.ts'

let dataverse: Dataverse
beforeEach(async () => {
  dataverse = await startDataverse()
  dataverse.api.sandbox.putRecord?.({ table: 'contact', id: guid(1) })
})
afterEach(() => dataverse.close())

const ref = aRef({ source: 'dynamics', account: organizationId, recordId: guid(1) })
const read = (changes: Parameters<Dataverse['source']>[0] = {}) =>
  dataverse.source(changes).fetchCustomers([ref])

describe('the access token for Dataverse', () => {
  it('is asked for with the client credentials, for the address of the API', async () => {
    await read()
    const [request] = dataverse.login.ledger
    expect(request).toMatchObject({ method: 'POST', path: '/acme.onmicrosoft.com/oauth2/v2.0/token' })
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'our-app',
      client_secret: 'a secret & more',
      scope: `${dataverse.api.url}/.default`,
    })
  })

  it('is shared by all functions, and renewed a minute before it expires', async () => {
    const store = memoryTokens()
    let millis = now.getTime()
    const clock = { now: () => new Date(millis) }
    await read({ store, clock })
    await read({ store, clock })
    expect(dataverse.login.ledger).toHaveLength(1)
    millis += (3599 - 60) * 1000
    await read({ store, clock })
    expect(dataverse.login.ledger).toHaveLength(2)
  })

  it('is replaced once when the API refuses it', async () => {
    const store = memoryTokens()
    let millis = now.getTime()
    const clock = { now: () => new Date(millis) }
    await read({ store, clock })
    millis += 120_000
    dataverse.api.setFaults([{ effect: 'answer', status: 401, times: 1 }])
    expect(await read({ store, clock })).toMatchObject([{ kind: 'found' }])
    expect(dataverse.login.ledger).toHaveLength(2)
    expect(dataverse.api.ledger.map(({ status }) => status)).toEqual([200, 401, 200])
  })

  it.each([
    ['the tenant', { tenantId: 'other.onmicrosoft.com' }, 'invalid_request'],
    ['the client', { clientId: 'another-app' }, 'unauthorized_client'],
    ['the client secret', { clientSecret: 'an expired secret' }, 'invalid_client'],
  ])('is refused for a wrong value of %s, which waits for an operator', async (_, changes, code) => {
    const error = await failureOf(read(changes))
    expect(error).toMatchObject({ name: 'Misconfigured', code: 'CRM_DENIED' })
    expect(String(error)).toContain(code)
    expect(String(error)).not.toMatch(/expired secret|AADSTS/)
    expect(dataverse.api.ledger).toEqual([])
  })

  it.each([
    [{ tenantId: undefined }, 'DYNAMICS_TENANT_ID is not set'],
    [{ clientId: '', clientSecret: undefined }, 'DYNAMICS_CLIENT_ID and DYNAMICS_CLIENT_SECRET are not set'],
  ])('is not asked for while a credential is missing: %j', async (changes, message) => {
    expect(await failureOf(read(changes))).toMatchObject({ code: 'NO_ACCESS_TOKEN', message })
    expect(dataverse.login.ledger).toEqual([])
  })

  it.each([
    [429, { headers: { 'retry-after': '9' } }, { code: 'CRM_THROTTLED', afterSeconds: 9 }],
    [503, {}, { code: 'CRM_UNAVAILABLE' }],
    [500, {}, { code: 'CRM_FAILED' }],
    [400, { body: '<html>' }, { code: 'CRM_DENIED' }],
    [200, { body: '<html>' }, { code: 'CRM_ANSWER_UNREADABLE' }],
    [200, { body: { token_type: 'Bearer' } }, { code: 'CRM_ANSWER_UNREADABLE' }],
  ])('is not there when Entra answers %s %j', async (status, answer, failure) => {
    dataverse.login.setFaults([{ effect: 'answer', status, ...answer }])
    expect(await failureOf(read())).toMatchObject(failure)
  })
})
