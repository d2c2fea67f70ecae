import type { Faults } from './faults.ts'
import type { LedgerEntry, Sandbox, SandboxRequest, SandboxResponse } from './sandbox.ts'

/** Headers that contain credentials. */
const secretHeaders = /^(proxy-)?authorization$|^cookie$|^x-.*(key|token|secret)$/

type Controlled = {
  readonly sandbox: Sandbox
  readonly ledger: readonly LedgerEntry[]
  readonly faults: Faults
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
  { method, path, query }: SandboxRequest,
  body: unknown,
  { sandbox, ledger, faults }: Controlled,
): SandboxResponse {
  switch (`${method} ${path}`) {
    case 'GET /_sandbox/records':
      return { status: 200, body: query.has('editable') ? editable(sandbox) : sandbox.records() }
    case 'PUT /_sandbox/records':
      sandbox.putRecord?.(body)
      return { status: sandbox.putRecord ? 200 : 405 }
    case 'GET /_sandbox/requests':
      return { status: 200, body: newest(ledger, query.get('limit')).map(masked) }
    case 'GET /_sandbox/faults':
      return { status: 200, body: faults.list() }
    case 'POST /_sandbox/faults':
      faults.set(body)
      return { status: 200 }
    case 'DELETE /_sandbox/faults':
      faults.set([])
      return { status: 200 }
    default:
      return { status: 404 }
  }
}

const editable = (sandbox: Sandbox) => sandbox.editableRecords?.() ?? sandbox.records()

function newest(ledger: readonly LedgerEntry[], limit: string | null): readonly LedgerEntry[] {
  return limit === null ? ledger : ledger.slice(-Math.max(1, Number(limit) || 1))
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
