import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export type CountingProxy = {
  readonly url: string
  /** The AWS operations that went by, such as `Query` or `SendMessageBatch`, oldest first. */
  readonly operations: string[]
  close(): void
}

/** Stands before an embedded AWS service and writes down what is asked of it: what the bill would count. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const operations: string[] = []
  const { hostname, port } = new URL(target)
  const server = createServer((req, res) => {
    operations.push(String(req.headers['x-amz-target']).split('.').at(-1) ?? '')
    const { method, headers, url: path } = req
    const forwarded = request({ hostname, port, method, path, headers }, (answer) => {
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
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
