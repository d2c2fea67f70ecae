import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { Context, ScheduledEvent } from 'aws-lambda'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../lib/offline/sandbox/server.ts'
import { offline } from '../../lib/sources/zoho/offline.ts'
import { zohoSandbox } from '../../lib/sources/zoho/sandbox.ts'
import { newSealingKey } from '../../lib/support/seal.ts'
import { createLinksTable, testAws } from '../support/embedded.ts'
import { type FakeParameterStore, startParameterStore } from '../support/parameter-store.ts'

const secrets: Readonly<Record<string, string>> = offline.secrets
const path = '/crm-pay-sync/test'
const inStore = (scope: string, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`${path}/${scope}/${name}`, secrets[name] ?? '']))

let api: RunningSandbox
let accounts: RunningSandbox
let store: FakeParameterStore
let dynamodb: DynamoDBClient
beforeEach(async () => {
  api = await startSandbox(zohoSandbox({ clientSecret: offline.secrets.ZOHO_CLIENT_SECRET }))
  accounts = await startSandbox(offline.sandboxes.ZOHO_ACCOUNTS_URL.create(offline.secrets))
  store = await startParameterStore({
    [`${path}/api/SEALING_KEYS`]: newSealingKey(),
    ...inStore('api', ['ZOHO_CLIENT_ID', 'ZOHO_CLIENT_SECRET', 'ZOHO_REFRESH_TOKEN']),
    ...inStore('webhook', ['ZOHO_WEBHOOK_SECRET']),
  })
  const { region, dynamodbEndpoint = '' } = testAws()
  dynamodb = new DynamoDBClient({ region, endpoint: dynamodbEndpoint })
})
afterEach(async () => {
  dynamodb.destroy()
  store.close()
  await Promise.all([api.close(), accounts.close()])
})

/** The function as it is after a cold start; it reads its environment once. */
async function startFunction(table: string) {
  const { dynamodbEndpoint, sqsEndpoint } = testAws()
  Object.assign(process.env, {
    LINKS_TABLE: table,
    CHANGES_QUEUE_URL: `${sqsEndpoint}/1/changes.fifo`,
    DEAD_LETTERS_QUEUE_URL: `${sqsEndpoint}/1/dlq.fifo`,
    MANUAL_DEAD_LETTERS_QUEUE_URL: `${sqsEndpoint}/1/dlq-manual.fifo`,
    WEBHOOK_PUBLIC_URL: 'https://hooks.example.com',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    AWS_ENDPOINT_URL_SSM: store.url,
    SECRETS_PATH: `${path}/`,
    ZOHO_API_URL: api.url,
    ZOHO_ACCOUNTS_URL: accounts.url,
    LOG_LEVEL: 'ERROR',
  })
  jest.resetModules()
  const { handler } = await import('../../functions/renew-channels.ts')
  return () => handler({} as ScheduledEvent, { awsRequestId: 'request-1' } as Context)
}

const calls = () => api.ledger.map(({ method, path: called }) => `${method} ${called}`)

describe('renewChannels', () => {
  it('creates the channel that Zoho does not have, with the secret that its webhooks are verified with', async () => {
    const run = await startFunction(await createLinksTable())
    expect(await run()).toEqual({ renewed: ['zoho'] })
    expect(calls()).toEqual(['GET /crm/v8/actions/watch', 'POST /crm/v8/actions/watch'])
    expect(JSON.parse(api.ledger[1]?.body ?? '')).toMatchObject({
      watch: [
        {
          channel_id: expect.stringMatching(/^\d{16}$/),
          events: ['Contacts.all', 'Accounts.all'],
          notify_url: 'https://hooks.example.com/webhooks/zoho',
          token: offline.secrets.ZOHO_WEBHOOK_SECRET,
        },
      ],
    })
  })

  it('renews it at the next run, with the access token that all functions share', async () => {
    const table = await createLinksTable()
    await (await startFunction(table))()
    expect(await (await startFunction(table))()).toEqual({ renewed: ['zoho'] })
    expect(calls().slice(2)).toEqual(['GET /crm/v8/actions/watch', 'PATCH /crm/v8/actions/watch'])
    expect(accounts.ledger).toHaveLength(1)
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: table }))
    expect(Items.map(({ sk }) => sk?.S)).toEqual(['token'])
    const issued = accounts.ledger[0]?.response as { access_token: string }
    expect(JSON.stringify(Items)).not.toContain(issued.access_token)
  })

  it('fails when Zoho refuses the refresh token', async () => {
    store.values = { ...store.values, [`${path}/api/ZOHO_REFRESH_TOKEN`]: 'revoked' }
    const run = await startFunction(await createLinksTable())
    await expect(run()).rejects.toThrow('webhook subscriptions not renewed: zoho (CRM_DENIED)')
    expect(calls()).toEqual([])
  })

  it('calls nobody while Zoho is not connected, and reads only the secrets of CRMs that need it', async () => {
    store.values = {}
    const run = await startFunction(await createLinksTable())
    expect(await run()).toEqual({ renewed: [] })
    expect([api.ledger, accounts.ledger]).toEqual([[], []])
    const names = store.requests.flatMap(({ Names }) => Names).map((name) => name.slice(path.length + 1))
    expect(names.toSorted()).toEqual([
      'api/SEALING_KEYS',
      'api/ZOHO_CLIENT_ID',
      'api/ZOHO_CLIENT_SECRET',
      'api/ZOHO_REFRESH_TOKEN',
      'webhook/ZOHO_WEBHOOK_SECRET',
    ])
  })
})
