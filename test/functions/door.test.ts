import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { sourceNames } from '../../lib/sources/registry.ts'
import { aSample, type FunctionWorld, startFunctionWorld } from '../support/function-world.ts'

/** The HTTP endpoints as API Gateway calls them: every bad input gets the documented status and a single line. */
let world: FunctionWorld
beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true)
  process.env['CLOUDEVENTS_ALLOWED_ORIGINS'] = 'eventgrid.azure.net'
  world = await startFunctionWorld()
})
afterAll(() => world.close())
beforeEach(() => world.resetCounts())

const sample = () => aSample('standard-webhooks/contact.created')
const signed = (body: string) => ({ ...sample(), body: Buffer.from(body) })
const event = (id: unknown) =>
  JSON.stringify({ type: 'contact.updated', timestamp: '2026-03-01T00:00:00Z', data: { id } })

describe('receiveWebhook', () => {
  it.each([
    ['text that is not JSON', 'hello'],
    ['an empty body', ''],
    ['JSON of the wrong kind', '[1, 2]'],
    ['a body without an id', '{"type":"contact.updated","timestamp":"2026-03-01T00:00:00Z","data":{}}'],
    ['a hundred thousand brackets', '['.repeat(100_000)],
  ])('answers 400 and a single line to %s that is authentic', async (_, body) => {
    const answer = await world.post(signed(body))
    expect(answer.statusCode).toBe(400)
    expect(answer.body).toMatch(/^[^\n]+\n$/)
    expect(world.sqs.operations).toEqual([])
  })

  it('answers 413 to 2 MiB', async () => {
    expect(await world.post(signed(`"${'a'.repeat(2 * 1024 * 1024)}"`))).toMatchObject({ statusCode: 413 })
  })

  it('answers 404 to an unknown source, whatever its name', async () => {
    for (const source of ['shopify', '__proto__', 'constructor', '', 'a'.repeat(5000)]) {
      const answer = await world.post(sample(), {
        pathParameters: { source },
        rawPath: `/webhooks/${source}`,
      })
      expect(answer.statusCode).toBe(404)
    }
  })

  it('reads headers in any case', async () => {
    const { headers } = await captured()
    const upper = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    )
    expect(await world.post(sample(), { headers: upper })).toMatchObject({ statusCode: 202 })
  })

  it('verifies bytes that API Gateway encodes as base64', async () => {
    const body = Buffer.from(sample().body).toString('base64')
    expect(await world.post(sample(), { body, isBase64Encoded: true })).toMatchObject({ statusCode: 202 })
  })

  it('rejects a duplicate signature header', async () => {
    const { headers } = await captured()
    const twice = {
      ...headers,
      'webhook-timestamp': `${headers['webhook-timestamp']},${headers['webhook-timestamp']}`,
    }
    expect(await world.post(sample(), { headers: twice })).toMatchObject({ statusCode: 401 })
  })

  it.each([
    ['a number', 42],
    ['a long number', 9007199254740991],
    ['text', 'cust-éè-42'],
  ])('accepts an id that is %s', async (_, id) => {
    expect(await world.post(signed(event(id)))).toMatchObject({ statusCode: 202 })
  })

  it('rejects a huge id with a single line', async () => {
    expect(await world.post(signed(event('x'.repeat(100_000))))).toMatchObject({ statusCode: 400 })
  })

  it('treats __proto__ keys as ordinary data', async () => {
    const body =
      '{"__proto__":{"polluted":true},"type":"contact.updated","timestamp":"2026-03-01T00:00:00Z","data":{"id":"7","__proto__":{"polluted":true}}}'
    await world.post(signed(body))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('accepts and counts an event that is not followed, without queueing it', async () => {
    expect(await world.post(aSample('standard-webhooks/invoice.paid'))).toMatchObject({ statusCode: 202 })
    expect(await world.post(aSample('hubspot/deal.creation'))).toMatchObject({ statusCode: 202 })
    expect(world.sqs.operations).toEqual([])
  })

  it.each([
    ['an allowed origin', 'EventGrid.azure.net', 200],
    ['any other origin', 'evil.example', 403],
    ['none', undefined, 405],
  ])('answers the handshake of CloudEvents senders: %s', async (_, origin, status) => {
    const answer = await world.post(aSample('cloudevents/contact.created'), {
      headers: origin === undefined ? {} : { 'WebHook-Request-Origin': origin },
      requestContext: { http: { method: 'OPTIONS' } } as never,
      body: '',
    })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers?.['webhook-allowed-origin']).toBe(status === 200 ? origin : undefined)
    if (status !== 200) expect(answer.body).toMatch(/^[^\n]+\n$/)
    expect(world.sqs.operations).toEqual([])
  })

  it('answers HEAD where the CRM checks the URL by it, and nowhere else', async () => {
    const head = (file: string) =>
      world.post(aSample(file), {
        headers: {},
        body: '',
        requestContext: { http: { method: 'HEAD' } } as never,
      })
    expect(await head('intercom/ping')).toMatchObject({ statusCode: 200, body: '' })
    expect(await head('hubspot/deal.creation')).toMatchObject({ statusCode: 405 })
    expect(await head('cloudevents/invoice.paid')).toMatchObject({ statusCode: 405 })
    expect(world.sqs.operations).toEqual([])
  })

  it('reveals nothing at /health but that it is up', async () => {
    const answer = await world.post(sample(), { rawPath: '/health', headers: {} })
    expect(answer).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"status":"ok"}',
    })
  })

  it('never crashes and never queues unauthenticated requests, whatever the bytes and headers', async () => {
    const headerNames = [
      'x-hubspot-signature-v3',
      'x-hubspot-request-timestamp',
      'authorization',
      'webhook-id',
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sourceNames),
        fc.uint8Array({ maxLength: 300 }),
        fc.dictionary(fc.constantFrom(...headerNames), fc.string()),
        async (source, bytes, headers) => {
          const answer = await world.post(sample(), {
            pathParameters: { source },
            headers,
            body: Buffer.from(bytes).toString('base64'),
            isBase64Encoded: true,
          })
          expect(answer.statusCode).toBe(401)
        },
      ),
      { numRuns: 200 },
    )
    expect(world.sqs.operations).toEqual([])
  })
})

/** The sample's headers, signed now. */
async function captured(): Promise<{ headers: Record<string, string> }> {
  const { body } = sample()
  const id = 'msg_door'
  const time = String(Math.floor(Date.now() / 1000))
  const key = Buffer.from(String(process.env['STANDARD_WEBHOOKS_SECRET']).slice('whsec_'.length), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest('base64')
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': time,
      'webhook-signature': `v1,${mac}`,
    },
  }
}
