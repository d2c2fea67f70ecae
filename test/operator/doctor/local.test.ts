import { SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { dynamodbBreakers } from '../../../lib/aws/breakers.ts'
import { countMessages } from '../../../lib/aws/count-messages.ts'
import type { SourceName } from '../../../lib/core/model/change.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { examine } from '../../../lib/operator/doctor/doctor.ts'
import { hubspotSandbox } from '../../../lib/sources/hubspot/sandbox.ts'
import { offlineSource } from '../../../lib/sources/offline.ts'
import { sourceNames, sources } from '../../../lib/sources/registry.ts'
import { newSealingKey } from '../../../lib/support/seal.ts'
import { type DoctorWorld, problems, secrets, startDoctorWorld } from '../../support/doctor-world.ts'
import { createFifoQueue } from '../../support/embedded.ts'

let world: DoctorWorld
beforeAll(async () => {
  world = await startDoctorWorld()
})
beforeEach(() => world.restart())
afterEach(() => {
  for (const sandbox of Object.values(world.sandboxes)) sandbox.setFaults([])
})
afterAll(() => world.close())

const restart = 'then restart npm start.'
const withVariables = (environment: Record<string, string>) => {
  world.restart({ environment })
  return problems()
}
const sandboxOf = (name: string) => {
  const sandbox = world.sandboxes[name]
  if (!sandbox) throw new Error(`there is no sandbox ${name}`)
  return sandbox
}

/** The secrets of a source that a local stack has: those of an API that has no sandbox there are not needed. */
function secretsOf(name: SourceName): readonly string[] {
  const { webhookSecrets = [], apiSecrets = [] } = sources[name] ?? {}
  const hasApi = Object.values(offlineSource(name).sandboxes).some(({ isDefault }) => isDefault)
  return [...webhookSecrets, ...(hasApi ? apiSecrets : [])]
}

describe('a healthy local stack', () => {
  it('passes every check, and nothing is queued', async () => {
    const findings = await examine({})
    expect(findings.filter(({ ok, fix }) => !ok || fix !== null)).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual([
      'config',
      'environment',
      'secret NOTCHPAY_PUBLIC_KEY',
      'secret WOOSHPAY_SECRET_KEY',
      ...sourceNames.flatMap(secretsOf).map((secret) => `secret ${secret}`),
      'sealing-keys',
      'provider notchpay',
      'provider wooshpay',
      'modes',
      ...sourceNames.flatMap((name) => [
        `source ${name}`,
        ...(offlineSource(name).diagnosis?.scopes ? [`scopes ${name}`] : []),
        `webhook ${name}`,
      ]),
      'door',
      ...sourceNames.map((name) => `door ${name}`),
      'queue changes',
      'queue listed',
      'queue changes-dlq',
      'queue changes-dlq-manual',
      'table',
      'event-source changes',
      'event-source listed',
      'alarms',
      'dead-letters',
      'breaker notchpay test',
      'breaker wooshpay test',
      'clock',
    ])
    expect(await countMessages(world.sqs, world.info.changesQueueUrl)).toEqual({ visible: 0, inFlight: 0 })
  })

  it('says of each check that cannot be made why', async () => {
    const findings = await examine({})
    const skipped = findings.filter(({ finding }) => finding.startsWith('could not be checked: '))
    expect(skipped.map(({ check }) => check)).toEqual([
      ...sourceNames
        .filter((name) => !offlineSource(name).diagnosis?.webhook)
        .map((name) => `webhook ${name}`),
      'event-source changes',
      'event-source listed',
      'alarms',
    ])
  })

  it('never repeats a secret', async () => {
    world.restart({
      environment: { HUBSPOT_ACCESS_TOKEN: 'pat-secret-word', NOTCHPAY_PUBLIC_KEY: 'pk_word' },
    })
    const text = JSON.stringify(await examine({}))
    for (const secret of [...Object.values(secrets), 'pat-secret-word', 'pk_word']) {
      expect(text).not.toContain(secret)
    }
  })
})

describe('configuration and secrets', () => {
  it('a variable that the functions cannot read', async () => {
    expect(await withVariables({ RETRY_ATTEMPTS: 'many' })).toEqual({
      environment: [
        expect.stringMatching(/^environment variable RETRY_ATTEMPTS: .*got "many"$/),
        'Correct it and restart npm start. docs/configuration.md lists every setting.',
      ],
    })
  })

  it.each([
    ['HUBSPOT_CLIENT_SECRET', '  ', 'is set, but blank'],
    ['PIPEDRIVE_WEBHOOK_PASSWORD', 'pipedrive-password-offline,,old', 'is a list with an empty entry'],
    ['PIPEDRIVE_API_TOKEN', 'pipedrive-token-offline\n', 'begins or ends with white space'],
  ])('%s=%j', async (name, value, finding) => {
    const found = await withVariables({ [name]: value })
    expect(found[`secret ${name}`]).toEqual([
      finding,
      expect.stringContaining(`Set ${name} in the environment or .env, ${restart}`),
    ])
  })

  it('an invented secret beside the address of a real API, which is not called then', async () => {
    const { sandboxes } = world.info
    const { notchpay = '', hubspot = '', ...others } = sandboxes
    world.restart({ sandboxes: others, environment: { NOTCHPAY_PUBLIC_KEY: 'pk_test_offline' } })
    const called = sandboxOf('notchpay').ledger.length
    expect(await problems()).toEqual({
      'secret NOTCHPAY_PUBLIC_KEY': [
        'is not set',
        `Set NOTCHPAY_PUBLIC_KEY in the environment or .env, ${restart}`,
      ],
      'secret HUBSPOT_CLIENT_SECRET': ['is not set', expect.any(String)],
      'secret HUBSPOT_ACCESS_TOKEN': ['is not set', expect.any(String)],
    })
    expect([notchpay, hubspot]).toEqual([sandboxOf('notchpay').url, sandboxOf('hubspot').url])
    expect(sandboxOf('notchpay').ledger).toHaveLength(called)
  })

  it('sealing keys that are missing or no keys', async () => {
    const fix = `Set SEALING_KEYS in the environment or .env, ${restart}`
    expect(await withVariables({ SEALING_KEYS: ' ' })).toEqual({
      'sealing-keys': ['SEALING_KEYS is not set for webhook and api', fix],
    })
    expect(await withVariables({ SEALING_KEYS: `${newSealingKey()},short` })).toEqual({
      'sealing-keys': ['SEALING_KEYS: expected 32 bytes in base64, several separated by commas', fix],
    })
  })
})

describe('providers', () => {
  it('a key that the provider refuses', async () => {
    expect(await withVariables({ NOTCHPAY_PUBLIC_KEY: 'pk_test_revoked' })).toEqual({
      'provider notchpay': [
        expect.stringMatching(/^Notch Pay answered 401 to GET.*\(KEY_REFUSED\)$/),
        `Correct NOTCHPAY_PUBLIC_KEY or NOTCHPAY_API_URL in the environment or .env, ${restart} See docs/errors.md#key_refused`,
      ],
    })
  })

  it('a key of no usable kind: the breakers of both modes are looked at', async () => {
    const found = await withVariables({ WOOSHPAY_SECRET_KEY: 'pk_test_public' })
    expect(found['provider wooshpay']).toEqual([
      expect.stringContaining('WOOSHPAY_SECRET_KEY holds a public key'),
      expect.stringContaining('Correct WOOSHPAY_SECRET_KEY in the environment'),
    ])
    const names = (await examine({})).map(({ check }) => check)
    expect(names).toEqual(expect.arrayContaining(['breaker wooshpay live', 'breaker wooshpay test']))
  })

  it('keys of different modes', async () => {
    const found = await withVariables({ NOTCHPAY_PUBLIC_KEY: 'pk_live_1' })
    expect(found['modes']).toEqual([
      'Notch Pay in live mode, WooshPay in test mode',
      expect.stringContaining('Use keys of one mode. Set NOTCHPAY_PUBLIC_KEY'),
    ])
  })

  it('warns of live keys for real APIs on this machine', async () => {
    world.restart({
      sandboxes: {},
      environment: { NOTCHPAY_PUBLIC_KEY: 'pk_live_1', WOOSHPAY_SECRET_KEY: 'sk_live_1' },
    })
    expect((await examine({})).find(({ check }) => check === 'modes')).toEqual({
      check: 'modes',
      ok: true,
      finding: 'every key is of live mode; warning: the local stack changes customers of live mode',
      fix: null,
    })
  })

  it('a provider that is down', async () => {
    sandboxOf('wooshpay').setFaults([{ effect: 'reset' }])
    expect(await problems()).toEqual({
      'provider wooshpay': [
        expect.stringMatching(/^could not be checked: GET 127.*the connection failed.*\(NETWORK\)$/),
        expect.stringContaining('check the address and the network'),
      ],
    })
  })

  it('a provider that limits the rate proves nothing, which is no problem', async () => {
    sandboxOf('wooshpay').setFaults([{ effect: 'answer', status: 429 }])
    expect(await problems()).toEqual({})
  })
})

describe('CRMs', () => {
  it('a token that the CRM refuses', async () => {
    expect(await withVariables({ HUBSPOT_ACCESS_TOKEN: '48213377=pat-revoked' })).toEqual({
      'source hubspot': [
        expect.stringMatching(/^HubSpot answered 401.*\(CRM_DENIED\)$/),
        expect.stringContaining('Correct HUBSPOT_ACCESS_TOKEN'),
      ],
    })
  })

  it('a webhook secret in no usable form, which is reported once', async () => {
    expect(await withVariables({ STANDARD_WEBHOOKS_SECRET: 'not whsec' })).toEqual({
      'source standard-webhooks': [
        expect.stringMatching(/^STANDARD_WEBHOOKS_SECRET.*\(BAD_SECRET\)$/),
        `Correct STANDARD_WEBHOOKS_SECRET in the environment or .env, ${restart} See docs/errors.md#bad_secret`,
      ],
    })
  })

  it('a token without a scope, or of another portal', async () => {
    const strict = await startSandbox(hubspotSandbox({ accessToken: 'pat', scopes: ['oauth'] }))
    const found = await withVariables({ HUBSPOT_API_URL: strict.url, HUBSPOT_ACCESS_TOKEN: 'pat' })
    expect(found['scopes hubspot']).toEqual([
      'the token lacks the scope crm.objects.contacts.read',
      'Add it under Scopes of the private app: see docs/connect/hubspot.md.',
    ])
    await strict.close()
    const swapped = await withVariables({ HUBSPOT_ACCESS_TOKEN: '99=pat-offline-second' })
    expect(swapped['scopes hubspot']).toEqual([
      'the token of portal 99 belongs to portal 48990112',
      expect.stringContaining('Write HUBSPOT_ACCESS_TOKEN as portalId=token'),
    ])
  })

  it('a webhook that is missing, or subscribed twice, or refused', async () => {
    const { sandbox } = sandboxOf('pipedrive')
    const url = `${world.info.url}/webhooks/pipedrive`
    const person = { object: 'webhooks', event_action: '*', event_object: 'person', subscription_url: url }
    sandbox.putRecord?.({ ...person, id: 7, event_action: 'change' })
    expect(await problems()).toEqual({
      'webhook pipedrive': [
        'webhooks 1 and 7 both send change.person',
        'Delete webhook 7 under Tools and apps → Webhooks: see docs/connect/pipedrive.md.',
      ],
    })
    sandbox.putRecord?.({ ...person, id: 1, is_active: 0 })
    expect(await problems()).toEqual({
      'webhook pipedrive': [
        `no webhook sends create.person, delete.person to ${url}`,
        expect.stringContaining('Create a webhook for person.*'),
      ],
    })
    sandbox.putRecord?.({ ...person, id: 7, is_active: 0 })
    sandbox.putRecord?.({ ...person, id: 1, last_http_status: 401 })
    expect(await problems()).toEqual({
      'webhook pipedrive': ['the last delivery of webhook 1 was answered 401', expect.any(String)],
    })
    sandbox.putRecord?.({ ...person, id: 1 })
    expect(await problems()).toEqual({})
  })
})

describe('the door', () => {
  it('a public URL that cannot be reached', async () => {
    const found = await withVariables({ WEBHOOK_PUBLIC_URL: 'http://127.0.0.1:1' })
    expect(found['public-url']).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/health cannot be reached: .*ECONNREFUSED/),
      'Check WEBHOOK_PUBLIC_URL and that the tunnel runs, or restart npm start.',
    ])
    expect(Object.keys(found)).toEqual(expect.arrayContaining(['public-url hubspot', 'webhook pipedrive']))
  })

  it('another URL than the one that signatures are checked against', async () => {
    const other = world.info.url.replace('127.0.0.1', 'localhost')
    const found = await withVariables({ WEBHOOK_PUBLIC_URL: other })
    expect(found['public-url hubspot']).toEqual([
      expect.stringMatching(/^a signed event was answered 401 instead of 202: .*signature/),
      expect.stringContaining(`WEBHOOK_PUBLIC_URL must be the URL that the CRM was given, here ${other}`),
    ])
    expect(found).not.toHaveProperty('public-url pipedrive')
  })

  it('a secret that the functions do not have', async () => {
    const found = await withVariables({ PIPEDRIVE_WEBHOOK_PASSWORD: 'another' })
    expect(found['door pipedrive']).toEqual([
      expect.stringContaining('a signed event was answered 401 instead of 202'),
      expect.stringContaining('A secret that was changed is in use within five minutes'),
    ])
  })

  it.each([
    [200, 'an event with a wrong signature was answered 200 instead of 401', 'leads to crm-pay-sync'],
    [404, 'a signed event was answered 404 instead of 202', 'Switch standard-webhooks on in sync.config.ts'],
    [503, 'a signed event was answered 503 instead of 202', 'See the log of receiveWebhook'],
  ])('something else that answers %i', async (status, finding, fix) => {
    const other = await startSandbox({
      name: 'other',
      handle: () => ({ status: status === 200 ? 202 : status }),
      records: () => [],
    })
    world.restart({ url: other.url, environment: { WEBHOOK_PUBLIC_URL: other.url } })
    const found = await problems()
    await other.close()
    expect(found['door standard-webhooks']).toEqual([
      expect.stringContaining(finding.replace('200', '202')),
      expect.stringContaining(fix),
    ])
    expect(found).toHaveProperty('door')
  })
})

describe('queues, table, clock', () => {
  it('a queue with another attribute, or without its redrive policy', async () => {
    const changesQueueUrl = await createFifoQueue({ MessageRetentionPeriod: '1209600' })
    world.restart({ changesQueueUrl })
    const found = await problems()
    expect(found['queue changes']).toEqual([
      expect.stringMatching(/VisibilityTimeout is 30, expected 360; RedrivePolicy is undefined, expected \{/),
      'Delete the queue and restart npm start, which makes it again.',
    ])
  })

  it('a queue whose attribute was changed by hand', async () => {
    const set = (VisibilityTimeout: string) =>
      world.sqs.send(
        new SetQueueAttributesCommand({
          QueueUrl: world.info.changesQueueUrl,
          Attributes: { VisibilityTimeout },
        }),
      )
    await set('7')
    expect(await problems()).toEqual({
      'queue changes': ['VisibilityTimeout is 7, expected 360', expect.any(String)],
    })
    await set('360')
  })

  it('a table that is not there', async () => {
    world.restart({ linksTable: 'nowhere' })
    const found = await problems()
    expect(found['table']?.[0]).toMatch(/^could not be checked: /)
  })

  it('a clock that is wrong: of one service, or of this machine', async () => {
    const date = new Date(Date.now() - 3_600_000).toUTCString()
    sandboxOf('notchpay').setFaults([{ effect: 'answer', status: 404, headers: { date } }])
    const one = (await problems())['clock']
    expect(one?.[0]).toMatch(/^this machine's clock is 3\d\d\d s ahead of 127\.0\.0\.1:\d+$/)
    expect(one?.[1]).toMatch(/^Check the clock of 127\.0\.0\.1:\d+: this machine agrees with the others\.$/)
  })
})

describe('dead letters and breakers', () => {
  it('dead letters: those that are retried automatically are no problem', async () => {
    const send = (QueueUrl: string) =>
      world.sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: '{}',
          MessageGroupId: 'a',
          MessageDeduplicationId: QueueUrl,
        }),
      )
    await send(world.info.deadLettersQueueUrl)
    expect(await problems()).toEqual({})
    await send(world.info.manualDeadLettersQueueUrl)
    expect(await problems()).toEqual({
      'dead-letters': [
        '1 for an operator, 1 retried automatically',
        expect.stringMatching(/dead-letters (-- )?list\. It shows the reason of each\.$/),
      ],
    })
  })

  it('a provider that is paused', async () => {
    const store = dynamodbBreakers(world.dynamodb, world.info.linksTable)
    const since = new Date(Date.now() - 60_000).toISOString()
    const record = { provider: 'wooshpay', mode: 'test', since, trips: 3, code: 'KEY_REFUSED' } as const
    const until = new Date(Date.now() + 120_000).toISOString()
    const saved = await store.saveBreaker({ ...record, state: 'open', until, revision: 0 })
    expect((await problems())['breaker wooshpay test']).toEqual([
      expect.stringMatching(/^paused until .* \(in \d+ (min|sec)\) after KEY_REFUSED$/),
      expect.stringMatching(/^Put the right key into Parameter Store.*docs\/errors\.md#key_refused$/),
    ])
    const past = new Date(Date.now() - 1000).toISOString()
    await store.saveBreaker({ ...record, state: 'open', until: past, revision: saved?.revision ?? 0 })
    expect(await problems()).not.toHaveProperty('breaker wooshpay test')
  })
})
