import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Capacity, capacityOf, measuringCapacity } from './capacity.ts'

export type WireCall = Capacity & {
  /** The AWS operation, such as `Query` or `SendMessageBatch`; elsewhere method and path. */
  readonly operation: string
  readonly sentBytes: number
  readonly answeredBytes: number
}

export type CountingProxy = {
  readonly url: string
  /** The calls that were answered, oldest first. */
  readonly calls: WireCall[]
  /** Their operations. */
  readonly operations: readonly string[]
  /** The next calls, this many, are carried out, but their responses are lost. */
  loseAnswers(count: number): void
  close(): void
}

/**
 * A proxy for an embedded AWS service or a sandbox that records its calls: what would be billed. `edit` is told of each call before
 * it is carried out, and may return another body for it.
 */
export async function startCountingProxy(
  target: string,
  edit: (operation: string, body: Buffer) => Buffer | undefined = () => undefined,
): Promise<CountingProxy> {
  const calls: WireCall[] = []
  let toLose = 0
  const server = createServer(async (req, res) => {
    const operation = operationOf(req)
    const sent = Buffer.concat(await Array.fromAsync(req as AsyncIterable<Buffer>))
    const body = edit(operation, sent) ?? sent
    const isLost = toLose > 0
    if (isLost) toLose -= 1
    const forwarded = await forward(target, req, measuringCapacity(operation, body)).catch(() => null)
    if (!forwarded) return void res.destroy()
    const { response, answer } = forwarded
    calls.push({
      operation,
      sentBytes: body.length,
      answeredBytes: answer.length,
      ...capacityOf(operation, body, response.statusCode ?? 0, answer),
    })
    if (isLost) return void req.socket.destroy()
    res.writeHead(response.statusCode ?? 502, response.headers).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get operations() {
      return calls.map(({ operation }) => operation)
    },
    loseAnswers: (count) => {
      toLose = count
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function operationOf({ headers, method, url }: IncomingMessage): string {
  const target = headers['x-amz-target']
  return target === undefined ? `${method} ${url}` : (String(target).split('.').at(-1) ?? '')
}

function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  const { hostname, port } = new URL(target)
  type Forwarded = { readonly response: IncomingMessage; readonly answer: Buffer }
  return new Promise<Forwarded>((resolve, reject) => {
    const sent = { ...headers, 'content-length': String(body.length) }
    const forwarded = request({ hostname, port, method, path: url, headers: sent }, (response) => {
      const chunks: Buffer[] = []
      response.on('error', reject).on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ response, answer: Buffer.concat(chunks) }))
    })
    forwarded.on('error', reject).end(body)
  })
}
