import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** The `Host` of a local client. After DNS rebinding, a browser sends the name of the page's own host instead. */
export const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i

type Refusal = { readonly status: 403 | 421; readonly message: string }

/**
 * Rejects requests made by web pages, which can reach 127.0.0.1 through a browser on this machine: 403 for a request with
 * an `Origin` header or a `Sec-Fetch-Site` of another site, 421 for a `Host` that is not loopback. The server's request
 * handlers do not see them. Call it once all handlers are attached.
 * https://developer.mozilla.org/en-US/docs/Glossary/Fetch_metadata_request_header
 */
export function refuseWebPages(server: Server): void {
  const handlers = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    const refusal = refusalOf(req)
    if (refusal) return refuse(req, res, refusal)
    for (const handler of handlers) handler.call(server, req, res)
  })
}

function refusalOf({ headers }: IncomingMessage): Refusal | null {
  if (headers.origin !== undefined) return { status: 403, message: 'requests from web pages are refused' }
  const site = headers['sec-fetch-site'] ?? 'none'
  if (site !== 'none' && site !== 'same-origin')
    return { status: 403, message: 'requests from web pages are refused' }
  if (!loopbackHost.test(headers.host ?? ''))
    return { status: 421, message: 'expected the Host 127.0.0.1, localhost or [::1]' }
  return null
}

function refuse(req: IncomingMessage, res: ServerResponse, { status, message }: Refusal): void {
  // Drain the body, so that the client gets to read the answer.
  req.resume()
  res.writeHead(status, { 'content-type': 'application/json' })
  res.end(JSON.stringify({ message }))
}
