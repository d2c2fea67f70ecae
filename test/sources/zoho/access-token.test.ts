import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { failureOf } from '../requests.ts'
import { aContact, aContactRef, startZoho, type ZohoWorld } from './zoho-world.ts'

let world: ZohoWorld
beforeEach(async () => {
  world = await startZoho([aContact()])
})
afterEach(() => world.close())

const fetchOne = (source = world.source()) => source.fetchCustomers?.([aContactRef()])
const answering = (body: unknown, status = 200) =>
  world.accounts.setFaults([{ effect: 'answer', status, body }])

describe('the access token', () => {
  it('is asked for with the refresh token, and sent as Zoho-oauthtoken', async () => {
    expect(await fetchOne()).toMatchObject([{ kind: 'found' }])
    const [asked] = world.accounts.ledger
    expect([asked?.method, asked?.path, Object.fromEntries(asked?.query ?? [])]).toEqual([
      'POST',
      '/oauth/v2/token',
      {
        grant_type: 'refresh_token',
        client_id: 'zoho-client-offline',
        client_secret: 'zoho-client-secret-offline',
        refresh_token: 'zoho-refresh-token-offline',
      },
    ])
    expect(asked?.response).toMatchObject({ access_token: expect.any(String) })
    const { access_token: token } = (asked?.response ?? {}) as { access_token?: string }
    expect(world.api.ledger[0]?.headers['authorization']).toBe(`Zoho-oauthtoken ${token}`)
  })

  it('is one for all functions: thirty cold starts within ten minutes ask for it once', async () => {
    const tokens = memoryTokens()
    for (let started = 0; started < 30; started += 1) {
      expect(await fetchOne(world.source({}, {}, tokens))).toMatchObject([{ kind: 'found' }])
      world.turnClock(20)
    }
    expect(world.accounts.ledger).toHaveLength(1)
  })

  it('is renewed before it expires, and after a 401', async () => {
    const source = world.source()
    await fetchOne(source)
    world.turnClock(3_570)
    expect(await fetchOne(source)).toMatchObject([{ kind: 'found' }])
    expect(world.accounts.ledger).toHaveLength(2)
    world.turnClock(61)
    world.api.setFaults([{ effect: 'answer', status: 401, body: { code: 'INVALID_TOKEN' }, times: 1 }])
    expect(await fetchOne(source)).toMatchObject([{ kind: 'found' }])
    expect(world.accounts.ledger).toHaveLength(3)
  })

  it('is not replaced when it lacks a scope, which another one would lack as well', async () => {
    world.api.setFaults([{ effect: 'answer', status: 401, body: { code: 'OAUTH_SCOPE_MISMATCH' } }])
    world.turnClock(61)
    expect(await failureOf(fetchOne())).toMatchObject({ code: 'CRM_DENIED' })
    expect([world.accounts.ledger.length, world.api.ledger.length]).toEqual([1, 1])
  })

  it.each([200, 400])('that Zoho refuses with status %s is a matter of our settings', async (status) => {
    answering({ error: 'invalid_code' }, status)
    const error = await failureOf(fetchOne())
    expect(error).toMatchObject({ name: 'Misconfigured', code: 'CRM_DENIED' })
    expect(String(error)).toMatch(/invalid_code.*ZOHO_REFRESH_TOKEN.*ZOHO_ACCOUNTS_URL/)
    expect(String(error)).not.toContain('offline')
  })

  it('that a client of another data centre asks for is refused as well', async () => {
    const source = world.source({}, { clientSecret: 'of another data centre' })
    expect(await failureOf(fetchOne(source))).toMatchObject({
      code: 'CRM_DENIED',
      message: expect.stringContaining('(invalid_client_secret)'),
    })
  })

  it('is waited for when Zoho has issued ten in ten minutes', async () => {
    for (let asked = 0; asked < 10; asked += 1) await fetchOne()
    expect(await failureOf(fetchOne())).toMatchObject({
      name: 'RetryLater',
      code: 'CRM_THROTTLED',
      afterSeconds: 600,
      counts: false,
    })
    world.turnClock(601)
    expect(await fetchOne()).toMatchObject([{ kind: 'found' }])
  })

  it.each<[string, unknown, string]>([
    ['a web page', '<html>', 'CRM_ANSWER_UNREADABLE'],
    ['neither a token nor an error', { message: 'hello' }, 'CRM_ANSWER_UNREADABLE'],
    ['an error in other words', { error: 'Something <b>else</b>' }, 'CRM_DENIED'],
  ])('is not read from %s', async (_, body, code) => {
    answering(body)
    const error = await failureOf(fetchOne())
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toContain('<')
  })

  it('is not asked for without all three credentials', async () => {
    for (const missing of ['clientId', 'clientSecret', 'refreshToken']) {
      const source = world.source({}, { [missing]: undefined })
      expect(await failureOf(fetchOne(source))).toMatchObject({ code: 'NO_ACCESS_TOKEN' })
      expect(source.channels).toBeUndefined()
    }
    expect(world.accounts.ledger).toEqual([])
  })
})

describe('the address of the API', () => {
  it('is the one that comes with the token, unless another one is set', async () => {
    expect(await fetchOne(world.source({}, { apiOrigin: undefined }))).toMatchObject([{ kind: 'found' }])
  })

  it.each([
    'https://www.zohoapis.eu',
    'https://www.zohoapis.com.au',
    'https://www.zohoapis.uk',
    'https://sandbox.zohoapis.com',
  ])('may be %s', async (api_domain) => {
    answering({ access_token: 'token', api_domain, expires_in: 3600 })
    // There is no network: that it is called at all shows that it is accepted.
    expect(await failureOf(fetchOne(world.source({}, { apiOrigin: undefined })))).toMatchObject({
      code: 'NETWORK',
    })
  })

  it.each(['https://zohoapis.com.evil.example', 'https://evil.example', 'http://www.zohoapis.com', 'text'])(
    'is never %s: the token is sent to Zoho only',
    async (api_domain) => {
      answering({ access_token: 'token', api_domain, expires_in: 3600 })
      const source = world.source({}, { apiOrigin: undefined })
      expect(await failureOf(fetchOne(source))).toMatchObject({ code: 'BAD_API_URL' })
    },
  )

  it('must be set where Zoho tells none', async () => {
    answering({ access_token: 'token', expires_in: 3600 })
    const source = world.source({}, { apiOrigin: undefined })
    expect(await failureOf(fetchOne(source))).toMatchObject({ code: 'NO_API_URL' })
  })
})
