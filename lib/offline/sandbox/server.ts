import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a sandbox API sees it; header names are lower-case, `path` has no query. */
export type SandboxRequest = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
export type SandboxResponse = {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A stand-in for a vendor's API that holds state and is as strict as the vendor's documents. */
export interface Sandbox {
  readonly name: string
  handle(request: SandboxRequest): SandboxResponse
  /** Everything it holds, for `GET /_sandbox/records` and for tests. */
  records(): readonly unknown[]
  /** Puts a record there as a person would in the vendor's own screens (`PUT /_sandbox/records`). */
  putRecord?(record: unknown): void
}

/**
 * Misbehaviour to order with `POST /_sandbox/faults` (a list of these). `effect`:
 * `answer` sends `status`, `headers` and `body` without doing the work; `commit-then-answer` does the work first;
 * `reset` cuts the connection at once; `commit-then-reset` after the work; `hang` never answers, `commit-then-hang`
 * neither, though it does the work.
 */
type SandboxFault = {
  readonly method?: string
  /** A regular expression on the path. */
  readonly path?: string
  /** A regular expression on what was sent. */
  readonly sent?: string
  /** How many matching requests it hits; every one when absent. */
  readonly times?: number
  /** Hits every n-th matching request only. */
  readonly every?: number
  readonly effect:
    | 'answer'
    | 'commit-then-answer'
    | 'reset'
    | 'commit-then-reset'
    | 'hang'
    | 'commit-then-hang'
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type LedgerEntry = SandboxRequest & {
  readonly status: number | null
  readonly response: unknown
}

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
  let faults: { fault: SandboxFault; seen: number; hits: number }[] = []
  const setFaults = (list: readonly SandboxFault[]) => {
    faults = list.map((fault) => ({ fault, seen: 0, hits: 0 }))
  }

  const nextFault = (request: SandboxRequest): SandboxFault | undefined => {
    for (const entry of faults) {
      const { fault } = entry
      if (fault.method && fault.method !== request.method) continue
      if (fault.path && !new RegExp(fault.path).test(request.path)) continue
      if (fault.sent && !new RegExp(fault.sent).test(request.body)) continue
      entry.seen += 1
      if (entry.seen % (fault.every ?? 1) !== 0) continue
      if (entry.hits >= (fault.times ?? Number.POSITIVE_INFINITY)) continue
      entry.hits += 1
      return fault
    }
    return undefined
  }

  const answer = (res: ServerResponse, request: SandboxRequest, response: SandboxResponse) => {
    ledger.push({
      ...request,
      status: response.status,
      response: response.body,
    })
    send(res, response)
  }

  const server = createServer(async (req, res) => {
    const request = await readRequest(req)
    if (request.path.startsWith('/_sandbox/')) return send(res, controlled(request))
    const fault = nextFault(request)
    const work = !fault || fault.effect.startsWith('commit') ? sandbox.handle(request) : undefined
    if (!fault) return answer(res, request, work ?? { status: 500 })
    if (fault.effect === 'answer' || fault.effect === 'commit-then-answer') {
      return answer(res, request, {
        status: fault.status ?? 500,
        body: fault.body ?? { message: 'An unexpected error occurred' },
        ...(fault.headers && { headers: fault.headers }),
      })
    }
    ledger.push({ ...request, status: null, response: undefined })
    if (!fault.effect.endsWith('hang')) req.socket.destroy()
  })

  const controlled = (request: SandboxRequest): SandboxResponse => {
    try {
      return control(request)
    } catch (error) {
      return { status: 400, body: { message: error instanceof Error ? error.message : String(error) } }
    }
  }

  const control = (request: SandboxRequest): SandboxResponse => {
    const body = request.body === '' ? undefined : JSON.parse(request.body)
    switch (`${request.method} ${request.path}`) {
      case 'GET /_sandbox/records':
        return { status: 200, body: sandbox.records() }
      case 'PUT /_sandbox/records':
        sandbox.putRecord?.(body)
        return { status: sandbox.putRecord ? 200 : 405 }
      case 'GET /_sandbox/requests':
        return { status: 200, body: ledger }
      case 'POST /_sandbox/faults':
        setFaults(body)
        return { status: 200 }
      case 'DELETE /_sandbox/faults':
        setFaults([])
        return { status: 200 }
      default:
        return { status: 404 }
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    name: sandbox.name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sandbox,
    ledger,
    setFaults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readRequest(req: IncomingMessage): Promise<SandboxRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const url = new URL(req.url ?? '/', 'http://127.0.0.1')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(req.headers)) headers[name] = String(value)
  return {
    method: req.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

function send(res: ServerResponse, { status, body, headers }: SandboxResponse): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  res.writeHead(status, { 'content-type': 'application/json', ...headers })
  res.end(text)
}
