import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** The names of this machine to itself; a page that reaches us by DNS rebinding sends its own name instead. */
const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i

type Refusal = { readonly status: 403 | 421; readonly message: string }

/**
 * Keeps web pages out: a browser on this machine reaches 127.0.0.1 for any page that asks. From now on a request that a
 * page makes (it carries `Origin`, or a `Sec-Fetch-Site` of another site) is answered 403, and one for a `Host` other
 * than this machine 421, before any handler the server has sees it.
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
  // A body that is still on its way is read and dropped, so that the sender gets the answer.
  req.resume()
  res.writeHead(status, { 'content-type': 'application/json' })
  res.end(JSON.stringify({ message }))
}
