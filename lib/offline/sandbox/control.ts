import type { LedgerEntry, Sandbox, SandboxRequest, SandboxResponse } from './sandbox.ts'

/** Headers that contain credentials. */
const secretHeaders = /^(proxy-)?authorization$|^cookie$|^x-.*(key|token|secret)$/

type Controlled = {
  readonly sandbox: Sandbox
  readonly ledger: readonly LedgerEntry[]
  setFaults(faults: unknown): void
}

/** Handles `/_sandbox/…`: records, requests received so far (credentials masked), and injected faults. */
export function control(request: SandboxRequest, controlled: Controlled): SandboxResponse {
  const hasBody = request.body !== ''
  if (hasBody && !/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    return refused(415, 'expected content-type: application/json')
  try {
    return act(request, hasBody ? JSON.parse(request.body) : undefined, controlled)
  } catch (error) {
    return refused(400, String(error instanceof Error ? error.message : error).replace(/\s+/g, ' '))
  }
}

function act(
  { method, path }: SandboxRequest,
  body: unknown,
  { sandbox, ledger, setFaults }: Controlled,
): SandboxResponse {
  switch (`${method} ${path}`) {
    case 'GET /_sandbox/records':
      return { status: 200, body: sandbox.records() }
    case 'PUT /_sandbox/records':
      sandbox.putRecord?.(body)
      return { status: sandbox.putRecord ? 200 : 405 }
    case 'GET /_sandbox/requests':
      return { status: 200, body: ledger.map(masked) }
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

function masked(entry: LedgerEntry): LedgerEntry {
  const headers = Object.entries(entry.headers).map(([name, value]) => [
    name,
    secretHeaders.test(name) ? '***' : value,
  ])
  return { ...entry, headers: Object.fromEntries(headers) }
}

function refused(status: 400 | 415, message: string): SandboxResponse {
  return { status, body: { message } }
}
