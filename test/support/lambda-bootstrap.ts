import http from 'node:http'
import https from 'node:https'
import { createRequire } from 'node:module'
import net from 'node:net'
import { join } from 'node:path'

/**
 * A minimal Lambda runtime: loads the handler that `_HANDLER` names and processes invocations one by one. Reports
 * every host that it connects to, and refuses connections to other machines. The argument is JSON that maps origins
 * of real APIs to local ones.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */

const substitutes = JSON.parse(process.argv[2] ?? '{}') as Readonly<Record<string, string>>
const report = (host: string) => process.send?.({ host })

function watchConnections(): void {
  const { connect } = net.Socket.prototype
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [{ host = 'localhost', port }] = args.flat() as [net.TcpSocketConnectOpts]
    report(`${host}:${port}`)
    if (host !== '127.0.0.1') throw new Error(`refused to connect to ${host}`)
    return Reflect.apply(connect, this, args)
  }
}

/** Redirects the handler's https requests for a known API to its substitute over http. */
function substituteApis(): void {
  const { request } = https
  https.request = ((url: URL, { agent: _agent, ...options }: https.RequestOptions) => {
    const substitute = substitutes[url.origin]
    if (!substitute) return request(url, options)
    report(url.host)
    const call = http.request(new URL(url.pathname + url.search, substitute), options)
    return call.once('socket', (socket) => {
      socket.once('connect', () => socket.emit('secureConnect'))
    })
  }) as typeof https.request
}

type Answer = { readonly headers: http.IncomingHttpHeaders; readonly text: string }

function callRuntime(method: string, path: string, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = `http://${process.env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/${path}`
    const call = http.request(url, { method }, async (response) => {
      const chunks = await Array.fromAsync(response)
      resolve({ headers: response.headers, text: Buffer.concat(chunks).toString('utf8') })
    })
    call.once('error', reject).end(body)
  })
}

const describe = (error: unknown) =>
  JSON.stringify({
    errorType: error instanceof Error ? error.name : typeof error,
    errorMessage: error instanceof Error ? error.message : String(error),
  })

type Handler = (event: unknown, context: object) => unknown

function loadHandler(): Handler {
  const [file = '', name = ''] = String(process.env['_HANDLER']).split(/\.(?=[^.]+$)/)
  const require = createRequire(join(String(process.env['LAMBDA_TASK_ROOT']), 'index.js'))
  const handler = require(`./${file}.cjs`)[name]
  if (typeof handler !== 'function') throw new Error(`${process.env['_HANDLER']} is not a function`)
  return handler
}

async function work(handler: Handler): Promise<never> {
  for (;;) {
    const { headers, text } = await callRuntime('GET', 'invocation/next')
    const awsRequestId = String(headers['lambda-runtime-aws-request-id'])
    const deadline = Number(headers['lambda-runtime-deadline-ms'])
    const context = { awsRequestId, getRemainingTimeInMillis: () => deadline - Date.now() }
    try {
      const answer = await handler(JSON.parse(text), context)
      await callRuntime('POST', `invocation/${awsRequestId}/response`, JSON.stringify(answer) ?? 'null')
    } catch (error) {
      await callRuntime('POST', `invocation/${awsRequestId}/error`, describe(error))
    }
  }
}

watchConnections()
substituteApis()
try {
  await work(loadHandler())
} catch (error) {
  await callRuntime('POST', 'init/error', describe(error))
  process.exit(1)
}
