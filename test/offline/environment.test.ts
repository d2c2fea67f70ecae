import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

  it('hand on what was given for a CRM or provider, and nothing else of the machine', () => {
    const given = { HUBSPOT_CLIENT_SECRET: 'mine', ATTIO_WEBHOOK_SECRET: 'also', EDITOR: 'vi' }
    const { variables } = readSettings(given)
    expect(variables).toMatchObject({ HUBSPOT_CLIENT_SECRET: 'mine', ATTIO_WEBHOOK_SECRET: 'also' })
    expect(variables).not.toHaveProperty('EDITOR')
  })

  it.each([
    ['PORT', '70000', 'expected a port from 0 (any free one) to 65535'],
    ['PORT', 'http', 'expected a port from 0 (any free one) to 65535'],
    ['AWS_ENDPOINT_URL_SQS', 'localhost:9324', 'expected an origin without a path'],
    ['HUBSPOT_API_URL', 'https://api.hubapi.com/crm', 'expected an origin without a path'],
    ['RETRY_BASE_SECONDS', '5s', 'expected a whole number of seconds'],
    ['RETRY_ATTEMPTS', '0', 'expected a whole number from 1'],
    ['LOG_LEVEL', 'chatty', 'expected DEBUG, INFO, WARN or ERROR'],
  ])('refuse %s=%s in one line that names it', (name, value, expected) => {
    expect(() => readSettings({ [name]: value })).toThrow(`${name}: ${expected}`)
  })
})
