import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs'
import { sqsClient } from '../../lib/aws/clients.ts'
import { readStackFile, type StackInfo } from '../../lib/offline/stack-file.ts'
import { localLog } from '../../lib/operator/log/local-log.ts'
import { signHubspotRequest } from '../../lib/sources/hubspot/signature.ts'
import { signStandardWebhook } from '../../lib/sources/standard-webhooks/signature.ts'
import { testAws } from '../support/embedded.ts'
import { rawRequest } from '../support/raw-request.ts'
import {
  groupIsGone,
  isRefused,
  listeningPorts,
  type Run,
  root,
  run,
  serverless,
  untilReady,
} from './run-stack.ts'

describe('npm start', () => {
  let stack: Run
  let url: string
  let port: number
  let info: StackInfo

  beforeAll(async () => {
    stack = run(['lib/cli/main.ts', 'start'], {
      PORT: '0',
      CLOUDEVENTS_ALLOWED_ORIGINS: 'eventgrid.azure.net',
    })
    url = await untilReady(stack)
    port = Number(new URL(url).port)
    const found = readStackFile(port, root)
    if (!found) throw new Error('the stack left no word of itself')
    info = found
  })
  afterAll(() => {
    if (!groupIsGone(stack)) process.kill(-(stack.process.pid ?? 0), 'SIGKILL')
  })

  const consoleUrl = () =>
    stack.lines.find((line) => line.startsWith('console: '))?.slice('console: '.length) ?? ''

  it('says where its console is and, in its last line, that it is ready, and answers GET /health', async () => {
    expect(stack.lines.at(-2)).toMatch(/^console: http:\/\/127\.0\.0\.1:\d+$/)
    expect(stack.lines.at(-1)).toMatch(/^ready: http:\/\/127\.0\.0\.1:\d+$/)
    expect((await fetch(consoleUrl())).status).toBe(200)
    const response = await fetch(`${url}/health`)
    expect([response.status, await response.text()]).toEqual([200, '{"status":"ok"}'])
  })

  it('hands requests to the function: an unsigned webhook is refused by it', async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/webhooks/hubspot`, { method: 'POST', headers, body: '[]' })
    expect(response.status).toBe(401)
    expect((await fetch(`${url}/webhooks/nobody`, { method: 'POST', headers, body: '[]' })).status).toBe(404)
  })

  it('hands OPTIONS to the function: it answers the handshake of CloudEvents senders', async () => {
    const ask = (origin: string) =>
      fetch(`${url}/webhooks/cloudevents`, {
        method: 'OPTIONS',
        headers: { 'WebHook-Request-Origin': origin, 'WebHook-Request-Rate': '120' },
      })
    const granted = await ask('eventgrid.azure.net')
    expect(granted.status).toBe(200)
    expect(Object.fromEntries(granted.headers)).toMatchObject({
      allow: 'POST',
      'webhook-allowed-origin': 'eventgrid.azure.net',
      'webhook-allowed-rate': '*',
    })
    const refused = await ask('evil.example')
    expect([refused.status, refused.headers.get('webhook-allowed-origin')]).toEqual([403, null])
    expect((await fetch(`${url}/webhooks/hubspot`, { method: 'OPTIONS' })).status).toBe(405)
  })

  it('hands HEAD to the function: Intercom checks the URL by it', async () => {
    const check = (source: string) => fetch(`${url}/webhooks/${source}`, { method: 'HEAD' })
    expect((await check('intercom')).status).toBe(200)
    expect((await check('hubspot')).status).toBe(405)
  })

  it('passes query strings unchanged, so that signatures over them are valid', async () => {
    for (const query of ['x=%20&flag&b=2&a=1&b=3', 'plus=a+b&low=%c3%a9&star=*', 'bad=%zz']) {
      const headers = signHubspotRequest({
        method: 'POST',
        url: `${url}/webhooks/hubspot?${query}`,
        body: Buffer.from('[]'),
        clientSecret: String(info.environment['HUBSPOT_CLIENT_SECRET']),
        sentAt: new Date(),
      })
      const answer = await rawRequest(port, {
        method: 'POST',
        path: `/webhooks/hubspot?${query}`,
        headers: { ...headers, 'content-type': 'application/json' },
        body: '[]',
      })
      expect([query, answer.status]).toEqual([query, 202])
    }
  })

  it.each(['"x"', 'null', 'false', '0', '{'])(
    'passes the body %s unchanged, which is authentic but invalid',
    async (text) => {
      const body = Buffer.from(text)
      const secret = String(info.environment['STANDARD_WEBHOOKS_SECRET'])
      const headers = signStandardWebhook({ secret, id: 'msg_1', body, sentAt: new Date() })
      const response = await fetch(`${url}/webhooks/standard-webhooks`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      })
      expect(response.status).toBe(400)
    },
  )

  it('rejects web pages on every port it listens on', async () => {
    const told = [
      ...[info.url, info.lambdaUrl, info.dynamodbUrl, info.sqsUrl, consoleUrl()],
      ...Object.values(info.sandboxes),
    ]
    const ports = new Set([
      ...told.map((address) => Number(new URL(address).port)),
      ...listeningPorts(Number(stack.process.pid)),
    ])
    expect(ports.size).toBe(told.length)
    for (const each of ports) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const page = await rawRequest(each, { method, headers: { origin: 'https://evil.example' } })
        const rebound = await rawRequest(each, { method, headers: { host: `evil.example:${each}` } })
        expect([each, page.status, rebound.status]).toEqual([each, 403, 421])
        const names = Object.keys({ ...page.headers, ...rebound.headers })
        expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([])
      }
    }
  })

  it('leaves word of where every part is, for the commands that want to talk to it', () => {
    expect(info).toMatchObject({ pid: stack.process.pid, url, linksTable: 'crm-pay-sync-dev-links' })
    const expected = ['hubspot', 'notchpay', 'pipedrive', 'wooshpay']
    expect(Object.keys(info.sandboxes)).toEqual(expect.arrayContaining(expected))
    expect(info.environment).toMatchObject({
      WEBHOOK_PUBLIC_URL: url,
      CHANGES_QUEUE_URL: info.changesQueueUrl,
      NOTCHPAY_API_URL: info.sandboxes['notchpay'],
      AWS_ENDPOINT_URL_SQS: info.sqsUrl,
    })
  })

  it('keeps the log of the functions in a file of its own', async () => {
    expect(info.logFile).toBe(join(root, `.offline/${port}.log`))
    const { entries } = await localLog(info.logFile ?? '').find({})
    expect(entries).toContainEqual(
      expect.objectContaining({
        event: 'webhookRefused',
        source: 'hubspot',
        status: 401,
        functionName: 'crm-pay-sync-dev-receiveWebhook',
      }),
    )
  })

  it('listens on 127.0.0.1 alone', async () => {
    const ports = [
      info.url,
      info.lambdaUrl,
      info.dynamodbUrl,
      info.sqsUrl,
      consoleUrl(),
      ...Object.values(info.sandboxes),
    ].map((address) => Number(new URL(address).port))
    const outside = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address?.family === 'IPv4' && !address.internal)
    for (const address of outside) {
      for (const each of ports) expect(await isRefused(address?.address ?? '', each)).toBe(true)
    }
    for (const each of ports) expect(await isRefused('127.0.0.1', each)).toBe(false)
  })

  it('refuses a port that is taken in one plain line', async () => {
    const second = run(['lib/cli/main.ts', 'start', '--port', String(port)], {})
    expect(await second.ended).toBe(1)
    expect(second.errors).toEqual([
      `PORT: 127.0.0.1:${port} is taken; set PORT to another one, or to 0 for any`,
    ])
    expect(second.lines).toEqual([])
  })

  it('serves `serverless invoke local` too', async () => {
    const event = JSON.stringify({
      rawPath: '/health',
      headers: {},
      requestContext: { http: { method: 'GET' } },
    })
    const invoke = run([serverless, 'invoke', 'local', '-f', 'receiveWebhook', '--data', event], {
      PORT: String(port),
    })
    expect(await invoke.ended).toBe(0)
    expect(invoke.errors).toEqual([`invoking with the stack at ${url}`])
    expect(JSON.parse(invoke.lines.join('\n'))).toMatchObject({ statusCode: 200 })
  })

  it('stops on SIGTERM without being forced to, and leaves no process and no file', async () => {
    // A page that is open gets updates until the end.
    const updates = await fetch(`${consoleUrl()}/live/overview`)
    expect(updates.status).toBe(200)
    stack.process.kill('SIGTERM')
    // One that is forced to end, after 4.5 seconds, ends with 1.
    expect(await stack.ended).toBe(0)
    expect(groupIsGone(stack)).toBe(true)
    expect(await isRefused('127.0.0.1', port)).toBe(true)
    await expect(updates.text()).rejects.toThrow()
    expect(existsSync(join(root, '.offline', `${port}.json`))).toBe(false)
    expect(readdirSync(join(root, '.offline'))).not.toContain(`build-${stack.process.pid}`)
  })
})

describe('serverless offline with endpoints of somebody else', () => {
  it('uses the provider that was given, creates what is missing at the SQS and DynamoDB given, and ends on SIGHUP', async () => {
    const { dynamodbEndpoint = '', sqsEndpoint = '' } = testAws()
    const proxy = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const provider = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const stack = run([serverless, 'offline'], {
      PORT: '0',
      NOTCHPAY_API_URL: provider,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
      AWS_ENDPOINT_URL_SQS: sqsEndpoint,
    })
    const info = readStackFile(Number(new URL(await untilReady(stack)).port), root)
    expect(info).toMatchObject({
      dynamodbUrl: dynamodbEndpoint,
      sqsUrl: sqsEndpoint,
      environment: { NOTCHPAY_API_URL: provider },
    })
    expect(Object.keys(info?.sandboxes ?? {})).not.toContain('notchpay')
    const sqs = sqsClient(testAws())
    const QueueName = 'crm-pay-sync-dev-changes.fifo'
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }))
    sqs.destroy()
    expect(info?.changesQueueUrl).toBe(QueueUrl)

    stack.process.kill('SIGHUP')
    expect(await stack.ended).toBe(0)
    proxy.close()
  })
})
