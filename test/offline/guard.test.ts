import { createServer, type Server } from 'node:http'
import { listenOnLoopback } from '../../lib/offline/loopback.ts'
import { rawRequest } from '../support/raw-request.ts'

describe('a server of the offline stack', () => {
  let server: Server
  let port: number
  let handled = 0
  beforeAll(async () => {
    server = createServer((req, res) => {
      handled += 1
      req.resume()
      res.end('handled')
    })
    port = await listenOnLoopback(server, 0)
  })
  afterAll(() => server.close())
  beforeEach(() => {
    handled = 0
  })

  it.each(['127.0.0.1', '127.0.0.1:3000', 'localhost', 'LocalHost:8080', '[::1]', '[::1]:3000'])(
    'accepts the Host %s',
    async (host) => {
      expect(await rawRequest(port, { headers: { host } })).toMatchObject({ status: 200, body: 'handled' })
    },
  )

  it.each([
    'evil.example',
    'evil.example:3000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil.example#127.0.0.1',
    'localhost@evil.example',
    '0.0.0.0',
    '192.168.1.2',
    '::1',
  ])('rejects the Host %j with 421', async (host) => {
    expect(await rawRequest(port, { headers: { host } })).toMatchObject({ status: 421 })
    expect(handled).toBe(0)
  })

  it.each<[string, Record<string, string>]>([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page without an origin, such as a file or a sandboxed frame', { origin: 'null' }],
    ['a page of this machine', { origin: 'http://127.0.0.1:8080' }],
    ['an image, script or link of another site', { 'sec-fetch-site': 'cross-site' }],
    ['an image, script or link of another port', { 'sec-fetch-site': 'same-site' }],
  ])('rejects %s with 403 and without CORS headers', async (_, headers) => {
    const answer = await rawRequest(port, { method: 'POST', headers, body: 'x'.repeat(100_000) })
    expect(answer.status).toBe(403)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(handled).toBe(0)
  })

  it('rejects a preflight', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    expect((await rawRequest(port, { method: 'OPTIONS', headers })).status).toBe(403)
  })

  it('accepts an address typed into a browser', async () => {
    expect((await rawRequest(port, { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200)
  })
})
