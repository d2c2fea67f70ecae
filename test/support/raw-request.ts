import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'

export type RawAnswer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Sends a request unchanged, including headers and targets that `fetch` would not send. */
export function rawRequest(
  port: number,
  options: {
    readonly method?: string
    readonly path?: string
    readonly headers?: OutgoingHttpHeaders
    readonly body?: string | Uint8Array
  } = {},
): Promise<RawAnswer> {
  const { method = 'GET', path = '/', headers = {}, body } = options
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Sends half a request, then resets the connection. */
export function breakOff(port: number, path = '/'): Promise<void> {
  return new Promise((resolve, reject) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf`
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(head, () => {
        socket.resetAndDestroy()
        resolve()
      })
    })
    socket.once('error', reject)
  })
}
