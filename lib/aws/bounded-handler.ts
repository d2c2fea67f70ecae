import { NodeHttpHandler } from '@smithy/node-http-handler'

type Handle = NodeHttpHandler['handle']
type Options = NonNullable<Parameters<Handle>[1]>
type Sent = Awaited<ReturnType<Handle>>
type Body = AsyncIterable<Uint8Array> & { destroy(): void }

const connectionTimeout = 1000

/**
 * The SDK's HTTP handler with one time limit per attempt, from the first byte sent to the last byte received. By
 * default, the SDK's own `requestTimeout` only logs a warning, and it stops at the first byte of the response, so a
 * response that trickles in never times out. A single call may set its own limit (`client.send(command, {
 * requestTimeout })`). Rejects with a `TimeoutError`, which the SDK's retry strategy treats as transient.
 */
export class BoundedHandler extends NodeHttpHandler {
  readonly #limitMs: number

  constructor(limitMs: number) {
    super({ connectionTimeout: Math.min(connectionTimeout, limitMs) })
    this.#limitMs = limitMs
  }

  override async handle(request: Parameters<Handle>[0], options: Options = {}): Promise<Sent> {
    const limitMs = options.requestTimeout ?? this.#limitMs
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), limitMs)
    const abortSignal = options.abortSignal
      ? AbortSignal.any([options.abortSignal as AbortSignal, limit.signal])
      : limit.signal
    try {
      const { response } = await super.handle(request, { ...options, abortSignal })
      response.body = await readWhole(response.body as Body)
      return { response }
    } catch (error) {
      throw limit.signal.aborted ? timedOut(limitMs, error) : error
    } finally {
      clearTimeout(timer)
    }
  }
}

async function readWhole(body: Body): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function timedOut(limitMs: number, cause: unknown): Error {
  const error = new Error(`no complete answer within ${limitMs} ms`, { cause })
  return Object.assign(error, { name: 'TimeoutError' })
}
