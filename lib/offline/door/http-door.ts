import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { FunctionHost } from '../lambda/function-host.ts'
import { listenOnLoopback } from '../loopback.ts'
import type { Invocation } from '../partial-batch-response.ts'
import { readBody } from '../read-body.ts'
import { type HttpAnswer, toHttpAnswer } from './http-answer.ts'
import { readTarget, toHttpEvent } from './http-event.ts'
import { matchRoute, type Route } from './routes.ts'

/** The local HTTP API. */
export type HttpDoor = {
  readonly port: number
  readonly url: string
  /** Routes requests to the functions. Until then they get 503. */
  serve(routes: readonly Route[], host: FunctionHost, complain: (line: string) => void): void
  close(): Promise<void>
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const mostBytes = 10 * 1024 * 1024

const messages = {
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

/** Binds the port; with 0 the operating system assigns one. Throws a one-line error when the port is not available. */
export async function openDoor(port: number): Promise<HttpDoor> {
  let answer = async (_: IncomingMessage): Promise<HttpAnswer> => plain(503)
  const server = createServer((req, res) => {
    answer(req)
      .then((given) => send(res, given))
      // The client disconnected.
      .catch(() => res.destroy())
  })
  const listening = await listenOnLoopback(server, port).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${cause.code})`
    throw new Error(`PORT: 127.0.0.1:${port} ${why}; set PORT to another one, or to 0 for any`, { cause })
  })
  return {
    port: listening,
    url: `http://127.0.0.1:${listening}`,
    serve(routes, host, complain) {
      answer = (req) => throughGateway(req, routes, host, complain)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function throughGateway(
  req: IncomingMessage,
  routes: readonly Route[],
  host: FunctionHost,
  complain: (line: string) => void,
): Promise<HttpAnswer> {
  const body = await readBody(req, mostBytes)
  if (!body) return plain(413)
  const target = readTarget(req.url ?? '/')
  const route = matchRoute(routes, req.method ?? 'GET', target.rawPath)
  if (!route) return plain(404)
  const invocation = await host.invoke(route.functionName, toHttpEvent(req, target, body, route))
  const answer = invocation.failed ? null : toHttpAnswer(invocation.answer)
  if (answer) return answer
  complain(`${route.functionName}: ${mistakeOf(invocation)}`)
  return plain(invocation.failed && invocation.errorType === 'Sandbox.Timedout' ? 503 : 500)
}

/** Messages of errors that a function throws can contain personal data, so only their class is logged. */
function mistakeOf(invocation: Invocation): string {
  if (!invocation.failed) return 'the function returned an invalid response'
  const { errorType = 'something', reason } = invocation
  return /^(Runtime|Sandbox)\./.test(errorType) ? reason : `${errorType} was thrown`
}

function plain(status: keyof typeof messages): HttpAnswer {
  const body = Buffer.from(JSON.stringify({ message: messages[status] }))
  return { status, headers: { 'content-type': 'application/json' }, body }
}

function send(res: ServerResponse, { status, headers, body }: HttpAnswer): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  res.statusCode = status
  res.end(body)
}
