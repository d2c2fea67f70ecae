import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { listenOnLoopback } from '../loopback.ts'
import { readBody } from '../read-body.ts'
import { control } from './control.ts'
import { injectableFaults, type SandboxFault } from './faults.ts'
import type { LedgerEntry, Sandbox, SandboxRequest, SandboxResponse } from './sandbox.ts'

export type RunningSandbox = {
  readonly name: string
  readonly url: string
  readonly sandbox: Sandbox
  /** Every request that came, oldest first, with what was answered. */
  readonly ledger: LedgerEntry[]
  setFaults(faults: readonly SandboxFault[]): void
  close(): Promise<void>
}

/** Serves the sandbox on 127.0.0.1 (port 0: any free one). */
export async function startSandbox(sandbox: Sandbox, port = 0): Promise<RunningSandbox> {
  const ledger: LedgerEntry[] = []
  const faults = injectableFaults()

  const answer = (res: ServerResponse, request: SandboxRequest, response: SandboxResponse) => {
    ledger.push({
      ...request,
      at: new Date().toISOString(),
      status: response.status,
      response: response.body,
    })
    send(res, response)
  }

  const serve = async (req: IncomingMessage, res: ServerResponse) => {
    const request = await readRequest(req)
    if (request.path.startsWith('/_sandbox/')) return send(res, control(request, { sandbox, ledger, faults }))
    const fault = faults.next(request)
    const isUsual = !fault || fault.effect === 'slow'
    const work = isUsual || fault.effect.startsWith('commit') ? sandbox.handle(request) : undefined
    // A delay that is left over when the sandbox is closed must not keep the process alive.
    if (fault?.delayMs) await sleep(fault.delayMs, undefined, { ref: false })
    if (isUsual) return answer(res, request, work ?? { status: 500 })
    if (fault.effect === 'answer' || fault.effect === 'commit-then-answer') {
      return answer(res, request, {
        status: fault.status ?? 500,
        body: fault.body ?? { message: 'An unexpected error occurred' },
        ...(fault.headers && { headers: fault.headers }),
      })
    }
    ledger.push({ ...request, at: new Date().toISOString(), status: null, response: undefined })
    if (!fault.effect.endsWith('hang')) req.socket.destroy()
  }

  const server = createServer((req, res) => {
    // An error in the sandbox must not crash the stack.
    serve(req, res).catch((error) => send(res, { status: 500, body: { message: String(error) } }))
  })
  const listening = await listenOnLoopback(server, port)
  return {
    name: sandbox.name,
    url: `http://127.0.0.1:${listening}`,
    sandbox,
    ledger,
    setFaults: faults.set,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readRequest(req: IncomingMessage): Promise<SandboxRequest> {
  const body = await readBody(req)
  const url = new URL(req.url ?? '/', 'http://127.0.0.1')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(req.headers)) headers[name] = String(value)
  return {
    method: req.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: body?.toString('utf8') ?? '',
  }
}

function send(res: ServerResponse, { status, body, headers }: SandboxResponse): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  res.writeHead(status, { 'content-type': 'application/json', ...headers })
  res.end(text)
}
