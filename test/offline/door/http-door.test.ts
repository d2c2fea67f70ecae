import { gzipSync } from 'node:zlib'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { type HttpDoor, openDoor } from '../../../lib/offline/door/http-door.ts'
import { breakOff, rawRequest } from '../../support/raw-request.ts'
import { type HostedSource, hostSource } from '../lambda/a-function.ts'

let hosted: HostedSource
let door: HttpDoor
const complaints: string[] = []

/** Returns the event as JSON, or the result given in the header `x-answer`. */
const echo = `exports.handler = async (event) => {
  const { 'x-answer': answer, 'x-deed': deed } = event.headers
  if (deed === 'throw') throw new RangeError('ama@example.com')
  return answer ? JSON.parse(answer) : { statusCode: 200, body: JSON.stringify(event) }
}`

beforeAll(async () => {
  hosted = hostSource(echo)
  door = await openDoor(0)
  const keys = ['ANY /webhooks/{source}', 'GET /health']
  door.serve(
    keys.map((key) => ({ key, functionName: 'work' })),
    hosted.host,
    (line) => complaints.push(line),
  )
})
afterAll(async () => {
  await door.close()
  await hosted.close()
})
beforeEach(() => {
  complaints.length = 0
})

type Options = Parameters<typeof rawRequest>[1]
const post = (options: Options = {}) =>
  rawRequest(door.port, { method: 'POST', path: '/webhooks/shop', ...options })
const eventOf = async (options?: Options): Promise<APIGatewayProxyEventV2> =>
  JSON.parse((await post(options)).body)
const answered = (answer: unknown) => post({ headers: { 'x-answer': JSON.stringify(answer) } })

const json = { 'content-type': 'application/json' }
const bytesOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2) =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')

describe('the event of a request', () => {
  it.each<[string, Buffer, Record<string, string>]>([
    ['a bare string', Buffer.from('"x"'), json],
    ['null', Buffer.from('null'), json],
    ['false', Buffer.from('false'), json],
    ['zero', Buffer.from('0'), json],
    ['JSON with whitespace and a byte order mark', Buffer.from('\uFEFF{ "a" :\r\n1e3 }\n'), json],
    ['non-ASCII text', Buffer.from('{"name":"Nguyễn 🇸🇳 \u0000"}'), json],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0xc3, 0x28, 0x7d]), json],
    ['gzip', gzipSync('{"a":1}'), { ...json, 'content-encoding': 'gzip' }],
    ['a form', Buffer.from('a=1&b=%20'), { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a body without a media type', Buffer.from('abc'), {}],
  ])('contains the exact bytes of %s', async (_, body, headers) => {
    const event = await eventOf({ headers, body })
    expect(bytesOf(event)).toEqual(body)
  })

  it.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['application/vnd.shop+json', false],
    ['text/xml', false],
    ['application/octet-stream', true],
    ['application/x-www-form-urlencoded', true],
  ])('sends %s as text or base64', async (type, isBase64Encoded) => {
    const event = await eventOf({ headers: { 'content-type': type }, body: '{}' })
    expect([event.isBase64Encoded, event.body]).toEqual([isBase64Encoded, isBase64Encoded ? 'e30=' : '{}'])
  })

  it('has no body when none was sent', async () => {
    const event = await eventOf()
    expect(event).not.toHaveProperty('body')
    expect(event.isBase64Encoded).toBe(false)
  })

  it.each([
    '',
    'x=%20',
    'flag',
    'flag&',
    'b=2&a=1&b=3',
    'plus=a+b&enc=a%2Bb&low=%c3%a9',
    "quote='&star=*&tilde=~",
    '&&=&a==b',
    'a=1?b=2',
    'bad=%zz',
  ])('has the query string ?%s unchanged', async (query) => {
    const event = await eventOf({ path: `/webhooks/shop?${query}` })
    expect(event.rawQueryString).toBe(query)
  })

  it('has decoded query parameters, with repeated ones joined', async () => {
    const event = await eventOf({ path: '/webhooks/shop?b=2&a=%20&b=3&flag' })
    expect(event.queryStringParameters).toEqual({ b: '2,3', a: ' ', flag: '' })
    expect(await eventOf()).not.toHaveProperty('queryStringParameters')
  })

  it('has the path unchanged and its variables decoded', async () => {
    const event = await eventOf({ path: '/webhooks/sh%6fp%2F%C3%A9' })
    expect([event.rawPath, event.requestContext.http.path]).toEqual(
      Array(2).fill('/webhooks/sh%6fp%2F%C3%A9'),
    )
    expect([event.routeKey, event.pathParameters]).toEqual(['ANY /webhooks/{source}', { source: 'shop/é' }])
  })

  it('has lower-case header names, repeated headers joined by a comma, and separate cookies', async () => {
    const headers = { 'X-Signature': ['v1,a', 'v1,b'], Cookie: 'a=1; b=2', 'User-Agent': 'HubSpot' }
    const event = await eventOf({ headers })
    expect(event.headers).toMatchObject({ 'x-signature': 'v1,a,v1,b', 'user-agent': 'HubSpot' })
    expect(event.headers).not.toHaveProperty('cookie')
    expect(event.cookies).toEqual(['a=1', 'b=2'])
  })

  it('has a request context', async () => {
    const event = await eventOf({ headers: { 'user-agent': 'HubSpot' } })
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /webhooks/{source}',
      requestContext: {
        domainName: expect.stringContaining('127.0.0.1'),
        http: { method: 'POST', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'HubSpot' },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
    })
  })
})

describe('the response', () => {
  it('has the status, headers, cookies and body of the result', async () => {
    const answer = await answered({
      statusCode: 418,
      headers: { 'Content-Type': 'text/plain', 'Retry-After': 7, 'Content-Length': '99' },
      cookies: ['a=1', 'b=2'],
      body: 'short and stout',
    })
    expect(answer).toMatchObject({ status: 418, body: 'short and stout' })
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain',
      'retry-after': '7',
      'set-cookie': ['a=1', 'b=2'],
    })
  })

  it('decodes a base64 body', async () => {
    expect((await answered({ statusCode: 200, body: 'w6k=', isBase64Encoded: true })).body).toBe('é')
  })

  it('is a 200 with the result as JSON when the result has no status', async () => {
    const answer = await answered({ message: 'hello' })
    expect(answer).toMatchObject({ status: 200, body: '{"message":"hello"}' })
    expect(answer.headers['content-type']).toBe('application/json')
  })

  it.each([
    ['an invalid status', { statusCode: 99 }],
    ['a body that is not a string', { statusCode: 200, body: {} }],
    ['an invalid header', { statusCode: 200, headers: { 'x-a': 'one\r\ntwo' } }],
  ])('is a 500 for %s', async (_, answer) => {
    expect(await answered(answer)).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' })
    expect(complaints).toEqual(['work: the function returned an invalid response'])
  })

  it('is a 500 when the function throws, and the error message is not logged', async () => {
    const answer = await post({ headers: { 'x-deed': 'throw' } })
    expect(answer).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' })
    expect(complaints).toEqual(['work: RangeError was thrown'])
  })

  it('is a 503 when the function times out', async () => {
    const hanging = hostSource('exports.handler = () => new Promise(() => {})', { timeoutSeconds: 1 })
    const other = await openDoor(0)
    other.serve([{ key: 'GET /', functionName: 'work' }], hanging.host, (line) => complaints.push(line))
    expect(await rawRequest(other.port)).toMatchObject({
      status: 503,
      body: '{"message":"Service Unavailable"}',
    })
    expect(complaints).toEqual(['work: timed out after 1 s'])
    await other.close()
    await hanging.close()
  })

  it.each([
    ['GET', '/'],
    ['GET', '/webhooks'],
    ['POST', '/health'],
  ])('is a 404 for %s %s, which has no route', async (method, path) => {
    const answer = await rawRequest(door.port, { method, path })
    expect(answer).toMatchObject({ status: 404, body: '{"message":"Not Found"}' })
    expect(answer.headers['content-type']).toBe('application/json')
  })

  it('is a 413 for a body over 10 MiB, but not for one of exactly 10 MiB', async () => {
    const limit = 10 * 1024 * 1024
    const headers = { 'x-answer': '{"statusCode":204}' }
    expect((await post({ headers, body: Buffer.alloc(limit) })).status).toBe(204)
    expect(await post({ headers, body: Buffer.alloc(limit + 1) })).toMatchObject({
      status: 413,
      body: '{"message":"Request Entity Too Large"}',
    })
  })
})

describe('the HTTP door', () => {
  it('survives a client that disconnects', async () => {
    await breakOff(door.port, '/webhooks/shop')
    expect((await post()).status).toBe(200)
  })

  it('answers 503 until the functions are ready', async () => {
    const early = await openDoor(0)
    expect(await rawRequest(early.port, { path: '/health' })).toMatchObject({
      status: 503,
      body: '{"message":"Service Unavailable"}',
    })
    await early.close()
  })

  it('gets a unique port when many are opened at once', async () => {
    const doors = await Promise.all(Array.from({ length: 50 }, () => openDoor(0)))
    expect(new Set(doors.map(({ port }) => port)).size).toBe(50)
    await Promise.all(doors.map((each) => each.close()))
  })

  it('reports in one line that the port is taken', async () => {
    await expect(openDoor(door.port)).rejects.toThrow(
      `PORT: 127.0.0.1:${door.port} is taken; set PORT to another one, or to 0 for any`,
    )
  })
})
