import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type RetryLater, SyncError } from '../../lib/core/model/errors.ts'
import { type HttpRequest, sendRequest } from '../../lib/support/http.ts'

type Raw = { readonly url: string; readonly requests: string[]; readonly connections: () => number }
const servers: Server[] = []
const sockets: Socket[] = []

/** A server on the bare socket; the test decides how it answers the n-th request (from 1). */
async function rawServer(onRequest: (socket: Socket, nth: number) => void): Promise<Raw> {
  const requests: string[] = []
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => {
      requests.push(data.toString('utf8'))
      onRequest(socket, requests.length)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/things`,
    requests,
    connections: () => connections,
  }
}

afterEach(async () => {
  jest.restoreAllMocks()
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

const answer = (body: string, head = 'HTTP/1.1 200 OK') =>
  `${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

async function failing(request: HttpRequest): Promise<RetryLater> {
  try {
    await sendRequest(request)
  } catch (error) {
    expect(error).toBeInstanceOf(SyncError)
    return error as RetryLater
  }
  throw new Error('expected the request to fail')
}

describe('a successful request', () => {
  it('sends method, path, headers and body, and returns status, headers and text', async () => {
    const server = await rawServer((socket) =>
      socket.end(answer('{"name":"Zoë"}', 'HTTP/1.1 418 Teapot\r\nX-Flavour: mint')),
    )
    const response = await sendRequest({
      method: 'POST',
      url: `${server.url}?a=1`,
      headers: { 'content-type': 'application/json' },
      body: '{"naïve":true}',
    })
    expect(response).toMatchObject({ status: 418, text: '{"name":"Zoë"}', headers: { 'x-flavour': 'mint' } })
    const [request] = server.requests
    expect(request).toMatch(/^POST \/things\?a=1 HTTP\/1\.1\r\n/)
    expect(request).toMatch(/\r\ncontent-type: application\/json\r\n/i)
    expect(request).toMatch(/\r\nContent-Length: 15\r\n/i)
    expect(request).toMatch(/\r\n\r\n\{"naïve":true\}$/)
    expect(request).not.toMatch(/accept-encoding/i)
  })

  it('keeps the connection for the next request', async () => {
    const server = await rawServer((socket) => socket.write(answer('ok')))
    await sendRequest({ method: 'GET', url: server.url })
    await sendRequest({ method: 'GET', url: server.url })
    expect(server.connections()).toBe(1)
  })

  it('does not reuse an idle connection, which may have been closed while a Lambda was frozen', async () => {
    const server = await rawServer((socket) => socket.write(answer('ok')))
    await sendRequest({ method: 'POST', url: server.url })
    const later = Date.now() + 60_000
    jest.spyOn(Date, 'now').mockReturnValue(later)
    await sendRequest({ method: 'POST', url: server.url })
    expect(server.connections()).toBe(2)
  })

  it('returns a redirect instead of following it', async () => {
    const target = await rawServer((socket) => socket.end(answer('here')))
    const server = await rawServer((socket) =>
      socket.end(answer('', `HTTP/1.1 307 Temporary Redirect\r\nLocation: ${target.url}`)),
    )
    expect(await sendRequest({ method: 'GET', url: server.url })).toMatchObject({ status: 307 })
    expect(target.requests).toHaveLength(0)
  })
})

describe('a request that fails', () => {
  it('is unambiguous and does not count when nobody listens', async () => {
    const server = await rawServer(() => {})
    await new Promise((resolve) => servers.pop()?.close(resolve))
    const error = await failing({ method: 'POST', url: server.url })
    expect(error).toMatchObject({ code: 'NETWORK', ambiguous: false, counts: false })
    expect(error.message).toContain('ECONNREFUSED')
  })

  it('is unambiguous when the TLS handshake fails, and nothing is sent in plain text', async () => {
    const server = await rawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const error = await failing({
      method: 'POST',
      url: server.url.replace('http:', 'https:'),
      headers: { authorization: 'the-key' },
      body: 'the-body',
    })
    expect(error).toMatchObject({ code: 'NETWORK', ambiguous: false, counts: false })
    expect(server.requests.join()).not.toMatch(/the-key|the-body/)
  })

  it.each([
    ['POST', true],
    ['PATCH', true],
    ['GET', false],
    ['PUT', true],
    ['DELETE', true],
  ] as const)('interrupted after %s was sent is ambiguous: %s', async (method, ambiguous) => {
    const server = await rawServer((socket) => socket.resetAndDestroy())
    expect(await failing({ method, url: server.url })).toMatchObject({
      code: 'NETWORK',
      ambiguous,
      counts: true,
    })
  })

  it.each([
    ['never answers', () => {}],
    [
      'stops after the head',
      (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'),
    ],
  ])('times out when the other side %s', async (_, onRequest) => {
    const server = await rawServer(onRequest)
    const error = await failing({ method: 'POST', url: server.url, timeoutMs: 1000 })
    expect(error).toMatchObject({ code: 'TIMEOUT', ambiguous: true })
  })

  it('times out although bytes keep arriving', async () => {
    const drips: NodeJS.Timeout[] = []
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
      drips.push(setInterval(() => socket.write('x'), 5))
    })
    expect(await failing({ method: 'GET', url: server.url, timeoutMs: 100 })).toMatchObject({
      code: 'TIMEOUT',
    })
    drips.forEach(clearInterval)
  })

  it('stops reading a response that is too large', async () => {
    let closed: () => void
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve
    })
    const server = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'400\r\n'}${'x'.repeat(1024)}\r\n`)
      socket.on('close', () => closed())
    })
    const error = await failing({ method: 'POST', url: server.url, maxBytes: 1000 })
    expect(error).toMatchObject({ code: 'ANSWER_TOO_LARGE', ambiguous: true })
    await isClosed
  })

  it.each([
    ['is cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"id":'],
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
    ['is nothing', ''],
  ])('is ambiguous when the answer to a POST %s', async (_, text) => {
    const server = await rawServer((socket) => socket.end(text))
    expect(await failing({ method: 'POST', url: server.url })).toMatchObject({
      code: 'NETWORK',
      ambiguous: true,
    })
  })

  it('names the host and no more of the URL', async () => {
    const server = await rawServer((socket) => socket.destroy())
    const { message } = await failing({ method: 'GET', url: `${server.url}?search=aicha%40diop.example` })
    expect(message).toContain('127.0.0.1')
    expect(message).not.toMatch(/aicha|things|\n/)
  })

  it('never goes to another machine in plain http', async () => {
    expect(await failing({ method: 'GET', url: 'http://api.notchpay.co/customers' })).toMatchObject({
      name: 'Misconfigured',
      code: 'INSECURE_URL',
    })
  })
})

describe('a kept-alive connection that the server closes just as a request is written', () => {
  const closingOnSecond = () =>
    rawServer((socket, nth) => (nth === 2 ? socket.resetAndDestroy() : socket.write(answer(`answer ${nth}`))))

  it('is replaced once for a GET', async () => {
    const server = await closingOnSecond()
    await sendRequest({ method: 'GET', url: server.url })
    expect(await sendRequest({ method: 'GET', url: server.url })).toMatchObject({ text: 'answer 3' })
    expect(server.connections()).toBe(2)
  })

  it('is ambiguous for a POST, which is not sent again', async () => {
    const server = await closingOnSecond()
    await sendRequest({ method: 'GET', url: server.url })
    expect(await failing({ method: 'POST', url: server.url })).toMatchObject({
      code: 'NETWORK',
      ambiguous: true,
    })
    expect(server.requests).toHaveLength(2)
  })
})
