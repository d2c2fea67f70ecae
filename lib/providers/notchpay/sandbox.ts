import { randomBytes, randomInt } from 'node:crypto'
import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { readNotchPayBody } from './sandbox-body.ts'

type Held = Record<string, unknown> & { id: string; blocked: boolean }

const statusTexts: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  422: 'Unprocessable Entity',
}

const notFound = () => answer(404, 'Customer not found')

/**
 * Notch Pay's customers as described by its OpenAPI 2.1.0: raw key, 202 for nearly every success, an e-mail or phone
 * required in every body, and a fuzzy search without metadata. Nested objects are replaced, and null clears
 * (guesses).
 */
export function notchpaySandbox({ publicKey }: { readonly publicKey: string }): Sandbox {
  const customers = new Map<string, Held>()

  const store = (fields: Record<string, unknown>): Held => {
    const now = new Date().toISOString()
    const customer: Held = { id: newId(), created_at: now, updated_at: now, blocked: false, ...fields }
    customers.set(customer.id, customer)
    return customer
  }

  const onCollection: Record<string, (request: SandboxRequest) => SandboxResponse> = {
    GET: ({ query }) => list([...customers.values()], query),
    POST: (request) =>
      withBody(request, (fields) =>
        answer(201, 'Customer created successfully', { customer: shown(store(fields)) }),
      ),
  }

  const onCustomer: Record<string, (request: SandboxRequest, customer: Held) => SandboxResponse> = {
    GET: (_, customer) => answer(202, 'Customer retrieved', { customer: { ...customer } }),
    POST: (request, customer) =>
      withBody(request, (fields) => {
        Object.assign(customer, fields, { updated_at: new Date().toISOString() })
        return answer(202, 'Customer updated successfully', { customer: shown(customer) })
      }),
    DELETE: (_, customer) => {
      customers.delete(customer.id)
      return answer(202, 'Customer deleted successfully', { customer: [] })
    },
  }

  const setBlocked = (customer: Held, blocked: boolean) => {
    customer.blocked = blocked
    return answer(202, `Customer ${blocked ? '' : 'un'}blocked successfully`, { customer: shown(customer) })
  }

  const route = (request: SandboxRequest): SandboxResponse => {
    // A trailing slash addresses the collection, as in the real API (a guess), so an empty id would create a customer.
    const [, collection, id, verb, ...rest] = request.path.replace(/\/$/, '').split('/')
    if (collection !== 'customers' || rest.length > 0) return answer(404, 'Not found')
    if (id === undefined) return (onCollection[request.method] ?? wrongMethod)(request)
    const customer = customers.get(id)
    if (!customer) return notFound()
    if (verb === undefined) return (onCustomer[request.method] ?? wrongMethod)(request, customer)
    if (request.method !== 'POST') return wrongMethod()
    return verb === 'block' || verb === 'unblock' ? setBlocked(customer, verb === 'block') : notFound()
  }

  return {
    name: 'notchpay',
    handle: (request) => withRateLimit(refusal(request, publicKey) ?? route(request)),
    records: () => [...customers.values()],
    putRecord: (record) => store(z.record(z.string(), z.unknown()).parse(record)),
  }
}

function refusal({ headers }: SandboxRequest, publicKey: string): SandboxResponse | undefined {
  const key = headers['authorization']
  if (!key) return answer(401, 'API key is missing')
  return key === publicKey ? undefined : answer(401, 'Invalid API key')
}

function withBody(
  request: SandboxRequest,
  work: (fields: Record<string, unknown>) => SandboxResponse,
): SandboxResponse {
  const isJson = /^application\/json/.test(request.headers['content-type'] ?? '')
  const read = isJson ? readNotchPayBody(request.body) : undefined
  if (!read) return answer(400, 'Invalid JSON payload')
  if ('fields' in read) return work(read.fields)
  // The backend appears to be Laravel, which answers failed validation with a redirect unless JSON is requested (a guess).
  const wantsJson = request.headers['accept']?.includes('application/json')
  if (!wantsJson) return { status: 302, headers: { location: '/' } }
  return answer(422, 'Validation failed', read)
}

function list(customers: readonly Held[], query: URLSearchParams): SandboxResponse {
  const wanted = (query.get('search') ?? '').toLowerCase()
  const texts = ({ name, email, phone }: Held) =>
    [name, email, phone].map((text) => String(text ?? '').toLowerCase())
  const found = customers.filter((customer) => texts(customer).some((text) => text.includes(wanted)))
  const limit = Math.min(100, Number(query.get('limit')) || 30)
  const page = Number(query.get('page')) || 1
  const items = found
    .slice((page - 1) * limit, page * limit)
    .map(({ id, name, email, phone, created_at }) => ({ id, name, email, phone, created_at }))
  const paging = {
    totals: found.length,
    last_page: Math.max(1, Math.ceil(found.length / limit)),
    current_page: page,
  }
  return answer(200, 'Customers retrieved', { ...paging, selected: items.length, items })
}

/** The customer object of the reference, without metadata and billing; only the guide's retrieve shows them. */
function shown({ metadata: _metadata, billing: _billing, ...customer }: Held): Record<string, unknown> {
  return customer
}

const answer = (code: number, message: string, rest: object = {}): SandboxResponse => ({
  status: code,
  body: { code, status: statusTexts[code], message, ...rest },
})

const wrongMethod = () => answer(405, 'The method is not supported for this route.')

const withRateLimit = (response: SandboxResponse): SandboxResponse => ({
  ...response,
  headers: {
    'x-ratelimit-limit': '100',
    'x-ratelimit-remaining': '98',
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 60),
    ...response.headers,
  },
})

/** Ids are opaque: the reference shows `cus_…`, clients have seen `cus.…`. */
const newId = (): string =>
  randomInt(2) === 0 ? `cus_${randomInt(1e9, 2 ** 40)}` : `cus.${randomBytes(8).toString('hex')}`
