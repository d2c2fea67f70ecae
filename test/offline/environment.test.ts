import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secretScopes } from '../../lib/adapters.ts'
import { readGivenVariables, readSettings } from '../../lib/offline/environment.ts'

describe('what the offline stack is given', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-env-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('reads .env, and lets the environment win', () => {
    writeFileSync(join(folder, '.env'), 'PORT=4000\nLOG_LEVEL=DEBUG\n')
    expect(readGivenVariables(folder, { PORT: '5000' })).toEqual({ PORT: '5000', LOG_LEVEL: 'DEBUG' })
  })

  it('takes a variable set to nothing as not set', () => {
    expect(readGivenVariables(folder, { PORT: '' })).toEqual({})
  })
})

describe('the offline settings', () => {
  it('stand without anything given: port 3000, everything embedded, secrets for every sandbox', () => {
    const settings = readSettings({})
    expect(settings).toMatchObject({
      port: 3000,
      dataDir: undefined,
      dynamodbUrl: undefined,
      sqsUrl: undefined,
    })
    expect(settings.variables).toMatchObject({
      NOTCHPAY_PUBLIC_KEY: expect.stringMatching(/^pk_test/),
      WOOSHPAY_SECRET_KEY: expect.stringMatching(/^sk_test_/),
      STANDARD_WEBHOOKS_SECRET: expect.stringMatching(/^whsec_/),
      CLAIM_LEASE_SECONDS: '30',
    })
  })

  it('hand on every secret and address there is, and nothing else of the machine', () => {
    const names = [...secretScopes.webhook, ...secretScopes.api].filter((name) => name !== 'SEALING_KEYS')
    const given = Object.fromEntries(names.map((name) => [name, `my ${name}`]))
    const { variables } = readSettings({ ...given, EDITOR: 'vi' })
    expect(variables).toMatchObject(given)
    expect(variables).not.toHaveProperty('EDITOR')
  })

  it('refuse a name that is almost one of ours, which would be ignored without a word', () => {
    expect(() => readSettings({ NOTCHPAY_PUBLICKEY: 'pk_test' })).toThrow(
      'NOTCHPAY_PUBLICKEY: there is no such variable; did you mean NOTCHPAY_PUBLIC_KEY?',
    )
    expect(() => readSettings({ RETRY_ATTEMPT: '3' })).toThrow('did you mean RETRY_ATTEMPTS?')
  })

  it.each(['AWS_ENDPOINT_URL_SNS', 'LOGLEVEL', 'LOG_LEVELS', 'POST', 'HUBSPOT_API_KEY'])(
    'leave %s alone, which another program may mean',
    (name) => {
      expect(readSettings({ [name]: 'something' }).variables).not.toHaveProperty(name)
    },
  )

  it.each([
    ['PORT', '70000', 'expected a port from 0 (any free one) to 65535'],
    ['PORT', 'http', 'expected a port from 0 (any free one) to 65535'],
    ['AWS_ENDPOINT_URL_SQS', 'localhost:9324', 'expected an origin without a path'],
    ['HUBSPOT_API_URL', 'https://api.hubapi.com/crm', 'expected an origin without a path'],
    ['RETRY_BASE_SECONDS', '5s', 'expected a whole number of seconds'],
    ['RETRY_ATTEMPTS', '0', 'expected a whole number from 1'],
    ['LOG_LEVEL', 'chatty', 'expected DEBUG, INFO, WARN or ERROR'],
    ['AWS_REQUEST_TIMEOUT_MS', '4s', 'expected milliseconds from 100 to 60000'],
    ['SEALING_KEYS', 'c2hvcnQ=', 'expected 32 bytes in base64, several separated by commas'],
    ['RETRY_DEAD_LETTERS', 'never', 'expected true or false'],
    ['CLOUDEVENTS_ALLOWED_ORIGINS', '*', 'expected host names separated by commas'],
  ])('refuse %s=%s in one line that names it', (name, value, expected) => {
    expect(() => readSettings({ [name]: value })).toThrow(`${name}: ${expected}`)
  })
})
