import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { EmbeddedServer } from '../embedded-dynamodb.ts'
import { listenOnLoopback } from '../loopback.ts'
import { readBody } from '../read-body.ts'
import type { FunctionHost } from './function-host.ts'

type InvokeAnswer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const mostBytes = 6 * 1024 * 1024

/**
 * Lambda's Invoke API, for the AWS SDK and CLI: `POST /2015-03-31/functions/<name>/invocations`.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function startInvokeApi(
  host: FunctionHost,
  complain: (line: string) => void,
): Promise<EmbeddedServer> {
  const server = createServer((req, res) => {
    answer(req, host, complain)
      .then((given) => send(res, given))
      // The client disconnected.
      .catch(() => res.destroy())
  })
  const port = await listenOnLoopback(server, 0)
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  req: IncomingMessage,
  host: FunctionHost,
  complain: (line: string) => void,
): Promise<InvokeAnswer> {
  const body = await readBody(req, mostBytes)
  const [, name] = /^\/2015-03-31\/functions\/([\w-]+)\/invocations$/.exec(req.url ?? '') ?? []
  if (!name || req.method !== 'POST') return refusal(404, 'UnknownOperationException', 'unknown operation')
  if (!host.functionNames.includes(name))
    return refusal(404, 'ResourceNotFoundException', `Function not found: ${name}`)
  if (!body) return refusal(413, 'RequestTooLargeException', `the event is longer than ${mostBytes} bytes`)
  const event = readEvent(body.toString('utf8'))
  if (!event) return refusal(400, 'InvalidRequestContentException', 'could not parse the event as JSON')
  switch (req.headers['x-amz-invocation-type'] ?? 'RequestResponse') {
    case 'DryRun':
      return { status: 204 }
    case 'Event':
      void host.invoke(name, event.value).then((invocation) => {
        if (invocation.failed) complain(`${name}: ${invocation.errorType}, invoked as an event`)
      })
      return { status: 202 }
    case 'RequestResponse':
      return invoke(name, event.value, host)
    default:
      return refusal(400, 'InvalidParameterValueException', 'unknown invocation type')
  }
}

async function invoke(name: string, event: unknown, host: FunctionHost): Promise<InvokeAnswer> {
  const invocation = await host.invoke(name, event)
  const headers = { 'x-amz-executed-version': '$LATEST' }
  if (!invocation.failed) return { status: 200, headers, body: invocation.answer }
  const { errorType, reason: errorMessage, trace } = invocation
  return {
    status: 200,
    headers: { ...headers, 'x-amz-function-error': 'Unhandled' },
    body: { errorType, errorMessage, trace },
  }
}

function readEvent(text: string): { readonly value: unknown } | null {
  try {
    return { value: text === '' ? {} : JSON.parse(text) }
  } catch {
    return null
  }
}

function refusal(status: number, type: string, message: string): InvokeAnswer {
  return { status, headers: { 'x-amzn-errortype': type }, body: { Type: 'User', Message: message } }
}

function send(res: ServerResponse, { status, headers, body }: InvokeAnswer): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers })
  res.end(body === undefined ? '' : JSON.stringify(body))
}
