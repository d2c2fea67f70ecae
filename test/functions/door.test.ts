import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { refusals } from '../../lib/core/ports/webhook-answers.ts'
import type { Sample } from '../../lib/operator/samples/samples.ts'
import { signSample } from '../../lib/operator/samples/sign-sample.ts'
import { jsonBody } from '../../lib/sources/body-encoding.ts'
import { sourceNames } from '../../lib/sources/registry.ts'
import { answersOf, aSource, halvesOf, publicUrl } from '../support/a-source.ts'
import { aSample, type FunctionWorld, secrets, startFunctionWorld } from '../support/function-world.ts'

/** The HTTP endpoints as API Gateway calls them: every bad input gets the documented status and a single line. */
let world: FunctionWorld
/** `post` to the function without any secret, and to one whose secret store does not answer. */
let unsecured: (sample: Sample) => Promise<Answer>
let withoutStore: (sample: Sample) => Promise<Answer>
beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true)
  process.env['CLOUDEVENTS_ALLOWED_ORIGINS'] = 'eventgrid.azure.net'
  world = await startFunctionWorld()
  const none = Object.fromEntries(
    Object.keys(secrets)
      .filter((name) => name !== 'SEALING_KEYS')
      .map((name) => [name, undefined]),
  )
  unsecured = await world.postWith(none)
  const store = { SECRETS_PATH: '/crm-pay-sync/prod/', AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:1' }
  withoutStore = await world.postWith({ ...none, ...store })
})
afterAll(() => world.close())
beforeEach(() => world.resetCounts())

const sample = () => aSample('standard-webhooks/contact.created')
const signed = (body: string) => ({ ...sample(), body: Buffer.from(body) })
const event = (id: unknown) =>
  JSON.stringify({ type: 'contact.updated', timestamp: '2026-03-01T00:00:00Z', data: { id } })

type Answer = Awaited<ReturnType<FunctionWorld['post']>>
type Changes = NonNullable<Parameters<FunctionWorld['post']>[1]>

/** Every cell of the table of answers in docs/operations.md, and the answers that are the same for all CRMs. */
describe.each(sourceNames)('what %s is answered', (source) => {
  const row = answersOf(source)
  const { contract, encoding = jsonBody, wrongSecrets } = halvesOf(source).offline
  const followed = () => aSample(`${source}/${contract.followed}`)
  const withBody = (body: unknown): Sample => ({ ...followed(), body: Buffer.from(encoding.encode(body)) })
  const { mediaTypes } = aSource(source).door ?? { mediaTypes: [] }
  const headers = { 'content-type': String(mediaTypes[0]) }
  const by = (method: string): Changes => ({
    headers: {},
    body: '',
    requestContext: { http: { method } } as never,
  })
  const expectSuccess = (answer: Answer, status: number) => {
    const { body, headers } = row.acknowledgement ?? { body: '', headers: {} }
    expect(answer).toEqual({ statusCode: status, body, headers })
  }
  const expectRefusal = (answer: Answer, status: number, others: Record<string, string> = {}) => {
    expect(answer).toEqual({
      statusCode: status,
      body: expect.stringMatching(/^[^\n]+\n$/),
      headers: { 'content-type': 'text/plain; charset=utf-8', ...others },
    })
    expect(world.sqs.operations).toEqual([])
  }

  it(`changes that are queued: ${row.queued}, also when they are sent again`, async () => {
    const sample = followed()
    expectSuccess(await world.post(sample), row.queued)
    expectSuccess(await world.post(sample), row.queued)
    expect(world.sqs.operations).toEqual(['SendMessageBatch', 'SendMessageBatch'])
  })

  it(`nothing that is followed: ${row.ignored}`, async () => {
    expectSuccess(await world.post(withBody(contract.unfollowed)), row.ignored)
    expect(world.sqs.operations).toEqual([])
  })

  it(`an authentic body in another format: ${row.unreadable}`, async () => {
    const answer = await world.post(withBody({}))
    if (row.unreadable < 300) expectSuccess(answer, row.unreadable)
    else expectRefusal(answer, row.unreadable)
    expect(world.sqs.operations).toEqual([])
  })

  it(`HEAD: ${row.head}`, async () => {
    const answer = await world.post(followed(), by('HEAD'))
    if (row.head < 300) expectSuccess(answer, row.head)
    else expectRefusal(answer, row.head, { allow: 'POST' })
  })

  it('another method: 405', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      expectRefusal(await world.post(followed(), by(method)), refusals.wrongMethod, { allow: 'POST' })
    }
  })

  it('more than 1 MiB: 413, before anything else of it is checked', async () => {
    const body = 'a'.repeat(1024 * 1024 + 1)
    expectRefusal(await world.post(followed(), { body, headers: {} }), refusals.tooLarge)
  })

  it('another media type: 415, before the signature is checked', async () => {
    const changes = { headers: { 'content-type': 'text/csv' }, rawQueryString: '' }
    expectRefusal(await world.post(followed(), changes), refusals.wrongMediaType)
  })

  it('no proof, or a wrong one: 401', async () => {
    const body = Buffer.from(followed().body).toString()
    expectRefusal(await world.post(followed(), { headers, rawQueryString: '', body }), refusals.unproven)
    const forged = signSample(followed(), { variables: { ...secrets, ...wrongSecrets }, publicUrl })
    const sent = {
      headers: forged.headers,
      rawQueryString: forged.query,
      body: Buffer.from(forged.body).toString(),
    }
    expectRefusal(await world.post(followed(), sent), refusals.unproven)
  })

  it('no secret is configured: 401', async () => {
    expectRefusal(await unsecured(followed()), refusals.unproven)
  })

  it('the queue or the secret store does not answer: 503, and when to send it again', async () => {
    const later = { 'retry-after': '30' }
    expectRefusal(await withoutStore(followed()), refusals.unavailable, later)
    world.sqs.loseAnswers(100)
    const answer = await world.post(followed())
    world.sqs.loseAnswers(0)
    world.resetCounts()
    expectRefusal(answer, refusals.unavailable, later)
  })
})

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
