import {
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { buildQueryString, type HttpRequest, HttpResponse } from '@smithy/core/protocols'
import type { HttpHandlerOptions, RequestHandlerOutput } from '@smithy/types'
import { toBuffer } from './bytes.ts'

type Options = Pick<HttpHandlerOptions, 'abortSignal' | 'requestTimeout'>
type Answer = RequestHandlerOutput<HttpResponse>

const connectionMs = 1000
const agentOptions = { keepAlive: true, maxSockets: 50 }

/**
 * The HTTP handler of all AWS clients: one time limit per attempt, from the first byte sent to the last byte received. By
 * default, the SDK's own `requestTimeout` only logs a warning, and it stops at the first byte of the response, so a
 * response that trickles in never times out. A single call may set its own limit (`client.send(command, {
 * requestTimeout })`). Rejects with a `TimeoutError`, which the SDK's retry strategy treats as transient.
 *
 * It sends and reads whole bodies only, and so needs less CPU time than the SDK's own handler, which streams.
 */
export class BoundedHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' }
  readonly #limitMs: number
  #plain: PlainAgent | undefined
  #tls: TlsAgent | undefined

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  handle(request: HttpRequest, { abortSignal, requestTimeout }: Options = {}): Promise<Answer> {
    const limitMs = requestTimeout ?? this.#limitMs
    const signal = abortSignal as AbortSignal | undefined
    return new Promise((resolve, reject) => {
      const call = this.#send(request)
      const timeOut = () => call.destroy(timeoutError(limitMs))
      const timer = setTimeout(timeOut, limitMs)
      const stopConnecting = limitConnecting(call, Math.min(connectionMs, limitMs))
      const abort = () => call.destroy(abortError())
      const settled = () => {
        clearTimeout(timer)
        stopConnecting()
        signal?.removeEventListener('abort', abort)
      }
      const fail = (error: Error) => {
        settled()
        reject(error)
      }
      signal?.addEventListener('abort', abort)
      if (signal?.aborted) abort()
      call.on('error', fail)
      call.on('response', (response) => {
        response.on('error', fail)
        readWhole(response, (body) => {
          settled()
          resolve({ response: toResponse(response, body) })
        })
      })
      // As one string, so that Node.js writes it together with the headers. Latin-1 keeps each byte.
      call.end(toBuffer(request.body ?? '').toString('latin1'), 'latin1')
    })
  }

  /** Ends the connections. */
  destroy(): void {
    this.#plain?.destroy()
    this.#tls?.destroy()
  }

  /** The SDK's settings for handlers do not apply. */
  updateHttpClientConfig(): void {}
  httpHandlerConfigs(): object {
    return {}
  }

  #send({ protocol, hostname, port, method, path, headers, query }: HttpRequest): ClientRequest {
    const options = { host: unbracketed(hostname), port, method, path: withQuery(path, query), headers }
    if (protocol === 'http:') {
      this.#plain ??= new PlainAgent(agentOptions)
      return plainRequest({ ...options, agent: this.#plain })
    }
    this.#tls ??= new TlsAgent(agentOptions)
    return tlsRequest({ ...options, agent: this.#tls })
  }
}

const unbracketed = (hostname: string) => hostname.replace(/^\[(.*)\]$/, '$1')

function withQuery(path: string, query: HttpRequest['query']): string {
  const text = query && buildQueryString(query)
  return text ? `${path}?${text}` : path
}

/** Returns what ends the wait for a connection. */
function limitConnecting(call: ClientRequest, limitMs: number): () => void {
  let timer: NodeJS.Timeout | undefined
  call.once('socket', (socket) => {
    if (!socket.connecting) return
    timer = setTimeout(() => call.destroy(timeoutError(limitMs)), limitMs)
    socket.once('connect', () => clearTimeout(timer))
  })
  return () => clearTimeout(timer)
}

function readWhole(response: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => chunks.push(chunk))
  response.on('end', () => done(Buffer.concat(chunks)))
}

function toResponse(
  { statusCode = 0, statusMessage = '', headers }: IncomingMessage,
  body: Buffer,
): HttpResponse {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(',') : value
  }
  return new HttpResponse({ statusCode, reason: statusMessage, headers: plain, body })
}

function timeoutError(limitMs: number): Error {
  return Object.assign(new Error(`no complete answer within ${limitMs} ms`), { name: 'TimeoutError' })
}

function abortError(): Error {
  return Object.assign(new Error('the request was aborted'), { name: 'AbortError' })
}
