import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { WebhookRequest } from '../../../lib/core/ports/crm-source.ts'
import { listenOnLoopback } from '../../../lib/offline/loopback.ts'
import { buildSource } from '../../../lib/sources/build-source.ts'
import { offlineSources } from '../../../lib/sources/offline.ts'
import { sources } from '../../../lib/sources/registry.ts'
import { aStack, type TestStack } from '../a-stack.ts'
import { runCommand } from '../run-command.ts'

/** Invented secrets of all sources, and some in a form that is hard to sign with. */
const environment = {
  ...Object.assign({}, ...Object.values(offlineSources).map(({ secrets }) => secrets)),
  HUBSPOT_CLIENT_SECRET: 'hubspot-secret,older-secret',
  ODOO_WEBHOOK_SECRET: 'odoo-secret',
  PIPEDRIVE_WEBHOOK_USER: 'pipedrive',
  PIPEDRIVE_WEBHOOK_PASSWORD: 'pässword',
  SALESFORCE_WEBHOOK_SECRET: 'salesforce secret',
  SALESFORCE_ORGANIZATION_ID: '00D8d000004QkTZ',
  STANDARD_WEBHOOKS_SECRET: `whsec_${Buffer.from('a key of at least 24 bytes').toString('base64')}`,
  WEBHOOK_PUBLIC_URL: 'https://hooks.example.com',
}
const clock = { now: () => new Date() }
const publicUrl = environment.WEBHOOK_PUBLIC_URL

/** The real adapters, as strict as the HTTP door has them. */
const adapters = Object.values(sources).map((definition) =>
  buildSource(definition, {
    secrets: { ...environment, HUBSPOT_CLIENT_SECRET: 'hubspot-secret' },
    variables: {},
    config: definition.config.parse({}),
    publicUrl,
    clock,
  }),
)

type Door = { readonly url: string; readonly requests: WebhookRequest[]; close(): void }

/** A door that notes what comes, with the answers given in turn; the last one for ever. */
async function aDoor(...answers: readonly number[]): Promise<Door> {
  const requests: WebhookRequest[] = []
  const server = createServer(async (req, res) => {
    requests.push(await readRequest(req))
    const status = answers[Math.min(requests.length, answers.length) - 1] ?? 202
    res.writeHead(status).end(status === 202 ? '' : 'the signature is wrong\n')
  })
  const url = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`
  return { url, requests, close: () => void server.close() }
}

async function readRequest(req: IncomingMessage): Promise<WebhookRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const headers = Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => [name, String(value)]),
  )
  const [path = '', query = ''] = (req.url ?? '').split('?')
  return {
    method: req.method ?? '',
    path,
    query,
    headers,
    body: Buffer.concat(chunks),
    receivedAt: new Date(),
  }
}

function verify(request: WebhookRequest): void {
  const adapter = adapters.find(({ name }) => request.path === `/webhooks/${name}`)
  if (!adapter) throw new Error(`no such source: ${request.path}`)
  expect(adapter.door?.mediaTypes).toContain(request.headers['content-type']?.split(';')[0])
  adapter.door?.verify(request)
}

describe('npm run replay', () => {
  let door: Door
  let crm: Door
  let stack: TestStack
  const start = async (...answers: number[]) => {
    door = await aDoor(...answers)
    crm = await aDoor(200)
    stack = await aStack({ url: door.url, lambdaUrl: door.url, environment, sandboxes: { hubspot: crm.url } })
  }
  afterEach(() => {
    door.close()
    crm.close()
    stack.close()
  })

  it('signs every sample as its CRM does, for the URL the CRM was given', async () => {
    await start(202)
    const { code, stdout } = await stack.run('replay', 'events')
    expect(stdout).toMatch(/\n\d+ accepted, 0 refused at http/)
    expect(code).toBe(0)
    const webhooks = door.requests.filter(({ path }) => path.startsWith('/webhooks/'))
    expect(new Set(webhooks.map(({ path }) => path)).size).toBe(adapters.length)
    for (const request of webhooks) expect(() => verify(request)).not.toThrow()
  })

  it('invokes the function of an event as EventBridge would', async () => {
    await start(200)
    const { stdout, code } = await stack.run('replay', 'events/salesforce/cdc.contact.update.json')
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 accepted')])
    const path = '/2015-03-31/functions/crm-pay-sync-dev-receiveSalesforceEvents/invocations'
    expect(door.requests).toMatchObject([{ method: 'POST', path }])
    expect(JSON.parse(String(door.requests[0]?.body))).toMatchObject({ 'detail-type': 'ContactChangeEvent' })
  })

  it('sends no event to another URL, and says how to', async () => {
    await start(200)
    const file = 'events/salesforce/cdc.contact.update.json'
    const { stdout, code } = await stack.run('replay', file, '--url', crm.url)
    expect([code, crm.requests]).toEqual([1, []])
    expect(stdout).toContain('npx serverless invoke -f receiveSalesforceEvents')
  })

  it('puts the records of a sample into the sandbox CRM before it sends the webhook', async () => {
    await start(202)
    await stack.run('replay', 'events/hubspot/contact.creation.json')
    expect(crm.requests).toMatchObject([{ method: 'PUT', path: '/_sandbox/records' }])
    expect(JSON.parse(String(crm.requests[0]?.body))).toMatchObject({ object: 'contacts' })
    expect(door.requests).toHaveLength(1)
  })

  it('tells in JSON what was accepted and refused, and ends with exit 1', async () => {
    await start(202, 401, 401)
    const { code, stdout } = await stack.run(
      'replay',
      'events/pipedrive/person.create.json',
      '--times',
      '3',
      '--json',
    )
    expect(code).toBe(1)
    const common = { file: 'events/pipedrive/person.create.json', source: 'pipedrive' }
    expect(JSON.parse(stdout)).toEqual({
      url: door.url,
      accepted: 1,
      refused: 2,
      unsent: 0,
      requests: expect.arrayContaining([
        { ...common, status: 202, answer: '', times: 1 },
        { ...common, status: 401, answer: 'the signature is wrong', times: 2 },
      ]),
    })
  })

  it('sends a payload from anywhere when it is told whose it is', async () => {
    await start(202)
    const folder = await mkdtemp(join(tmpdir(), 'replay-'))
    const file = join(folder, 'odd name.json')
    await writeFile(file, '{"type":"é"}')
    const { code } = await stack.run('replay', file, '--source', 'standard-webhooks')
    await rm(folder, { recursive: true })
    expect(code).toBe(0)
    expect(String(door.requests[0]?.body)).toBe('{"type":"é"}')
    expect(() => door.requests.forEach(verify)).not.toThrow()
  })

  it('counts a door that is not there as refused', async () => {
    await start(202)
    const { code, stdout } = await stack.run(
      'replay',
      'events/pipedrive',
      '--url',
      'http://127.0.0.1:1',
      '--json',
    )
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      accepted: 0,
      requests: expect.arrayContaining([expect.objectContaining({ status: null })]),
    })
    expect(crm.requests).toEqual([])
  })
})

describe('npm run replay -- --as-lambda-event', () => {
  it('prints a signed API Gateway event without any stack', async () => {
    const args = ['events/hubspot/contact.creation.json', '--as-lambda-event']
    const { code, stdout } = await runCommand('replay', args, environment)
    expect(code).toBe(0)
    const event: APIGatewayProxyEventV2 = JSON.parse(stdout)
    expect(event.version).toBe('2.0')
    expect(event.pathParameters).toEqual({ source: 'hubspot' })
    const { method, path } = event.requestContext.http
    const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
    const request = {
      method,
      path,
      query: event.rawQueryString,
      headers: event.headers,
      body,
      receivedAt: new Date(),
    }
    expect(() => verify(request)).not.toThrow()
  })
})
