import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export type CountingProxy = {
  readonly url: string
  /** The AWS operations that were called, such as `Query` or `SendMessageBatch`, oldest first. */
  readonly operations: string[]
  /** The next calls, this many, are carried out, but their responses are lost. */
  loseAnswers(count: number): void
  close(): void
}

/** A proxy for an embedded AWS service that records its calls: what would be billed. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const operations: string[] = []
  let toLose = 0
  const { hostname, port } = new URL(target)
  const server = createServer((req, res) => {
    operations.push(String(req.headers['x-amz-target']).split('.').at(-1) ?? '')
    const { method, headers, url: path } = req
    const isLost = toLose > 0
    if (isLost) toLose -= 1
    const forwarded = request({ hostname, port, method, path, headers }, (answer) => {
      if (isLost) return void answer.resume().on('end', () => req.socket.destroy())
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    forwarded.on('error', () => res.destroy())
    req.pipe(forwarded)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    operations,
    loseAnswers: (count) => {
      toLose = count
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
