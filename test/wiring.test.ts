import { secretScopes } from '../lib/adapters.ts'
import { readConfig } from '../lib/config.ts'
import { receiveChanges } from '../lib/core/receiving/receive-changes.ts'
import { signHubspotRequest } from '../lib/sources/hubspot/signature.ts'
import { newSealingKey } from '../lib/support/seal.ts'
import { canAsk } from '../lib/wiring/adapters.ts'
import { buildReceiveDeps } from '../lib/wiring/receive.ts'
import { buildSyncDeps } from '../lib/wiring/sync.ts'
import { startMisbehavingServer } from './support/misbehaving-server.ts'
import { type FakeParameterStore, startParameterStore } from './support/parameter-store.ts'

const publicUrl = 'https://hooks.example.com'
const observers = {
  log: { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() },
  metrics: { count: jest.fn(), measure: jest.fn() },
}
const parameters = {
  '/crm-pay-sync/prod/webhook/HUBSPOT_CLIENT_SECRET': 'the-first-secret',
  '/crm-pay-sync/prod/api/HUBSPOT_ACCESS_TOKEN': 'pat-first',
  '/crm-pay-sync/prod/api/NOTCHPAY_PUBLIC_KEY': 'pk_test_first',
  '/crm-pay-sync/prod/api/WOOSHPAY_SECRET_KEY': 'sk_test_first',
}

let store: FakeParameterStore
beforeEach(async () => {
  // Timers run in real time; only the clock is advanced.
  jest.useFakeTimers({ advanceTimers: true, now: new Date('2026-03-01T12:00:00Z') })
  store = await startParameterStore({ ...parameters })
})
afterEach(() => {
  jest.useRealTimers()
  store.close()
})

const aConfig = (environment: Record<string, string> = {}) =>
  readConfig({
    LINKS_TABLE: 'links',
    CHANGES_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/changes.fifo',
    DEAD_LETTERS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/changes-dlq.fifo',
    MANUAL_DEAD_LETTERS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/changes-dlq-manual.fifo',
    WEBHOOK_PUBLIC_URL: publicUrl,
    SECRETS_PATH: '/crm-pay-sync/prod/',
    AWS_ENDPOINT_URL_SSM: store.url,
    ...environment,
  })

const turnClock = (seconds: number) => jest.setSystemTime(Date.now() + seconds * 1000)

describe('a secret that is rotated in the store', () => {
  /** 'accepted', or the code of the rejection. */
  async function answerTo(clientSecret: string, deps: ReturnType<typeof buildReceiveDeps>): Promise<string> {
    const sentAt = new Date()
    const body = Buffer.from('[]')
    const url = `${publicUrl}/webhooks/hubspot`
    const headers = signHubspotRequest({ url, body, sentAt, method: 'POST', clientSecret }, 'v3')
    const source = await deps.source('hubspot')
    const request = {
      method: 'POST',
      path: '/webhooks/hubspot',
      query: '',
      headers,
      body,
      receivedAt: sentAt,
    }
    try {
      source?.door?.verify(request)
      return 'accepted'
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  const rotate = (value: string) => {
    store.values = { ...store.values, '/crm-pay-sync/prod/webhook/HUBSPOT_CLIENT_SECRET': value }
  }

  it('is accepted within five minutes, and the old one rejected, without a deployment', async () => {
    const deps = buildReceiveDeps(aConfig(), observers)
    expect(await answerTo('the-first-secret', deps)).toBe('accepted')
    rotate('the-second-secret')
    turnClock(300)
    expect(await answerTo('the-second-secret', deps)).toBe('accepted')
    expect(await answerTo('the-first-secret', deps)).toBe('SIGNATURE_WRONG')
  })

  it('is accepted along with the old one while both are set', async () => {
    const deps = buildReceiveDeps(aConfig(), observers)
    rotate('the-second-secret, the-first-secret')
    expect(await answerTo('the-first-secret', deps)).toBe('accepted')
    expect(await answerTo('the-second-secret', deps)).toBe('accepted')
  })

  it('does not affect the keys that customer data on the queue is sealed with', async () => {
    const keys = [newSealingKey(), newSealingKey()]
    const setKeys = (text: string) => {
      const scopes = ['webhook', 'api'].map((scope) => [`/crm-pay-sync/prod/${scope}/SEALING_KEYS`, text])
      store.values = { ...store.values, ...Object.fromEntries(scopes) }
    }
    setKeys(String(keys[0]))
    const door = buildReceiveDeps(aConfig(), observers)
    const sync = buildSyncDeps(aConfig(), observers)
    const sealed = await door.sealer.seal({ name: 'Fatou' })
    rotate('the-second-secret')
    turnClock(300)
    expect(await sync.sealer.open(sealed)).toEqual({ name: 'Fatou' })
    // receiveWebhook has read the new keys already; a warm syncCustomer has not.
    setKeys(`${keys[1]},${keys[0]}`)
    const sealedAnew = await buildReceiveDeps(aConfig(), observers).sealer.seal({ name: 'Awa' })
    turnClock(10)
    expect(await sync.sealer.open(sealedAnew)).toEqual({ name: 'Awa' })
    expect(await sync.sealer.open(sealed)).toEqual({ name: 'Fatou' })
  })

  it('rebuilds the provider, and only then', async () => {
    const deps = buildSyncDeps(aConfig(), observers)
    const first = await deps.provider('notchpay')
    expect(await deps.provider('notchpay')).toBe(first)
    expect(first.mode).toBe('test')
    store.values = { ...store.values, '/crm-pay-sync/prod/api/NOTCHPAY_PUBLIC_KEY': 'pk_live_second' }
    turnClock(300)
    const second = await deps.provider('notchpay')
    expect(second).not.toBe(first)
    expect(second.mode).toBe('live')
  })
})

describe('a configured API address', () => {
  const adapters = {
    NOTCHPAY_API_URL: (deps: ReturnType<typeof buildSyncDeps>) => deps.provider('notchpay'),
    WOOSHPAY_API_URL: (deps: ReturnType<typeof buildSyncDeps>) => deps.provider('wooshpay'),
    HUBSPOT_API_URL: (deps: ReturnType<typeof buildSyncDeps>) => deps.source('hubspot'),
    PIPEDRIVE_API_URL: (deps: ReturnType<typeof buildSyncDeps>) => deps.source('pipedrive'),
  }
  const strangers = [
    'https://evil.example',
    'https://api.notchpay.co.evil.example',
    'https://apitest.wooshpay.com.evil.example',
    'https://api.hubapi.com.evil.example',
    'https://acme.pipedrive.com.evil.example',
    'https://169.254.169.254',
  ]
  const cases = Object.keys(adapters) as (keyof typeof adapters)[]

  it.each(cases)('%s must be its vendor’s, because a key must not be sent elsewhere', async (name) => {
    for (const url of strangers) {
      const built = adapters[name](buildSyncDeps(aConfig({ [name]: url }), observers))
      await expect(built).rejects.toMatchObject({ name: 'Misconfigured', code: 'BAD_API_URL' })
    }
  })

  it.each([
    ['NOTCHPAY_API_URL', 'http://api.notchpay.co'],
    ['WOOSHPAY_API_URL', 'http://apitest.wooshpay.com'],
    ['HUBSPOT_API_URL', 'http://api.hubapi.com'],
    ['PIPEDRIVE_API_URL', 'http://acme.pipedrive.com'],
    ['STANDARD_WEBHOOKS_API_URL', 'http://crm.example.com'],
  ] as const)('%s must be https', async (name, url) => {
    const deps = buildSyncDeps(aConfig({ [name]: url }), observers)
    const built =
      name in adapters ? adapters[name as keyof typeof adapters](deps) : deps.source('standard-webhooks')
    await expect(built).rejects.toMatchObject({
      code: 'BAD_API_URL',
      message: `${name}: expected https (plain http is allowed for 127.0.0.1 only)`,
    })
  })

  it.each(cases)('%s may be this machine, over plain http', async (name) => {
    const deps = buildSyncDeps(aConfig({ [name]: 'http://127.0.0.1:4010' }), observers)
    await expect(adapters[name](deps)).resolves.toMatchObject({ name: expect.any(String) })
  })
})

describe('receiveWebhook, when AWS accepts connections and never answers', () => {
  const sample = {
    method: 'POST',
    path: '/webhooks/hubspot',
    query: '',
    body: Buffer.from('[]'),
  }

  it.each(['silent', 'drips'] as const)(
    'asks the CRM to resend the webhook within its ten seconds (%s)',
    async (how) => {
      jest.useRealTimers()
      const server = await startMisbehavingServer(how)
      process.env['AWS_ENDPOINT_URL_SSM'] = server.url
      const environment = { AWS_REQUEST_TIMEOUT_MS: '200', AWS_ENDPOINT_URL_SQS: server.url }
      const deps = buildReceiveDeps(aConfig({ ...environment, AWS_ENDPOINT_URL_SSM: server.url }), observers)
      const request = { ...sample, headers: {}, receivedAt: new Date() }
      expect(await receiveChanges('hubspot', request, deps)).toMatchObject({ status: 503 })
      // Ten secrets at a time, each call twice.
      expect(server.requests()).toBe(2 * Math.ceil(secretScopes.webhook.length / 10))
      await server.close()
    },
  )
})

describe('whether records can be read, for a command that only has the environment of its caller', () => {
  it.each([
    ['hubspot', {}, true],
    // Its address is a parameter of the deployment.
    ['pipedrive', {}, true],
    ['standard-webhooks', {}, false],
    ['standard-webhooks', { STANDARD_WEBHOOKS_API_URL: 'https://crm.example.com' }, true],
  ] as const)('%s with %j: %s', (name, variables, expected) => {
    expect(canAsk(name, variables)).toBe(expected)
  })
})
