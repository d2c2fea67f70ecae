import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { Misconfigured, RetryLater } from '../core/model/errors.ts'
import { isLoopback } from './origin.ts'

export { retryAfterSeconds } from './retry-after.ts'

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string | URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Covers everything from connecting to the last byte. */
  readonly timeoutMs?: number
  readonly maxBytes?: number
}
export type HttpResponse = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

type FailureCode = 'NETWORK' | 'TIMEOUT' | 'ANSWER_TOO_LARGE'
/** `sent`: the server may have read the request. `stale`: a kept-alive connection broke before any response. */
type Failure = {
  readonly code: FailureCode
  readonly why: string
  readonly sent: boolean
  readonly stale: boolean
}

const defaultTimeoutMs = 10_000
const defaultMaxBytes = 1024 * 1024
const idleMs = 4_000

/**
 * Sends one HTTP request over a kept-alive connection. Resolves with any status and does not follow redirects. Built
 * on node:http, because the first use of global fetch adds 20 ms to a cold start.
 * Throws RetryLater (NETWORK, TIMEOUT, ANSWER_TOO_LARGE): `ambiguous` when the method is not read-only and the
 * request may have arrived, `counts` false when the server could not be reached. Throws Misconfigured for plain http
 * to any host but this machine.
 */
export async function sendRequest(request: HttpRequest): Promise<HttpResponse> {
  const url = new URL(request.url)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new Misconfigured('INSECURE_URL', `${url.host}: only https is allowed over the network`)
  }
  const endsAt = Date.now() + (request.timeoutMs ?? defaultTimeoutMs)
  let outcome = await attempt(request, url, endsAt)
  // The server may close a kept-alive connection just as a request is written to it. Read-only requests are simply repeated.
  if ('failure' in outcome && outcome.failure.stale && request.method === 'GET') {
    outcome = await attempt(request, url, endsAt)
  }
  if ('response' in outcome) return outcome.response
  const { code, why, sent } = outcome.failure
  throw new RetryLater(code, `${request.method} ${url.host}: ${why}; it will be retried`, {
    ambiguous: sent && request.method !== 'GET',
    counts: sent,
  })
}

type Outcome = { readonly response: HttpResponse } | { readonly failure: Failure }

function attempt(request: HttpRequest, url: URL, endsAt: number): Promise<Outcome> {
  const tls = url.protocol === 'https:'
  return new Promise((resolve) => {
    const call = (tls ? tlsRequest : plainRequest)(url, {
      method: request.method,
      headers: { 'user-agent': 'crm-pay-sync', ...request.headers },
      agent: connections()[tls ? 'tls' : 'plain'],
    })
    inFlight += 1
    let sent = false
    let answering = false
    let settled = false

    const settle = (outcome: Outcome) => {
      if (settled) return
      settled = true
      inFlight -= 1
      lastUsedAt = Date.now()
      clearTimeout(timer)
      resolve(outcome)
      if ('failure' in outcome) call.destroy()
    }
    const fail = (code: FailureCode, why: string) => {
      settle({ failure: { code, why, sent, stale: call.reusedSocket && !answering && code === 'NETWORK' } })
    }
    const broken = (error: NodeJS.ErrnoException) => fail('NETWORK', `the connection failed (${error.code})`)
    const timer = setTimeout(() => fail('TIMEOUT', 'no complete answer in time'), endsAt - Date.now())

    call.on('error', broken)
    call.on('close', () => fail('NETWORK', 'the connection closed without an answer'))
    call.once('socket', (socket) => {
      // Node.js writes the request once connected, so an earlier error proves that nothing was sent.
      if (call.reusedSocket) sent = true
      else socket.once(tls ? 'secureConnect' : 'connect', () => (sent = true))
    })
    call.once('response', (response) => {
      answering = true
      response.on('error', broken)
      readText(response, request.maxBytes ?? defaultMaxBytes, (text) => {
        if (text === undefined) fail('ANSWER_TOO_LARGE', 'the answer is too large')
        else settle({ response: { status: response.statusCode ?? 0, headers: response.headers, text } })
      })
    })
    call.end(request.body)
  })
}

/** Passes on the whole text, or undefined as soon as it exceeds `maxBytes`. */
function readText(response: IncomingMessage, maxBytes: number, done: (text?: string) => void): void {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > maxBytes) done()
    else chunks.push(chunk)
  })
  response.on('end', () => done(Buffer.concat(chunks).toString('utf8')))
}

let agents: { readonly plain: PlainAgent; readonly tls: TlsAgent } | undefined
let inFlight = 0
let lastUsedAt = 0

/**
 * Kept-alive connections, created on first use. A frozen Lambda environment does not notice that the server closed a
 * connection, so long-idle connections are not reused: a POST that fails on one would count as possibly carried out.
 */
function connections(): { readonly plain: PlainAgent; readonly tls: TlsAgent } {
  if (agents && inFlight === 0 && Date.now() - lastUsedAt > idleMs) {
    agents.plain.destroy()
    agents.tls.destroy()
    agents = undefined
  }
  const options = { keepAlive: true, timeout: idleMs }
  agents ??= { plain: new PlainAgent(options), tls: new TlsAgent(options) }
  return agents
}
