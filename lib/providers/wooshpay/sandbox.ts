import { randomInt } from 'node:crypto'
import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { createSchema, updateSchema } from './sandbox-body.ts'

type Metadata = Record<string, string>
type Held = Record<string, unknown> & { id: string; metadata: Metadata }

const metadataKeys = 50
const metadataSchema = z.record(z.string(), z.string()).optional()

/**
 * WooshPay's customers as documented: Basic `sk_…:`, only create, retrieve and update, unset fields omitted except
 * `address: {}`, times in milliseconds. Where the documentation is silent, it behaves like Stripe (guesses): metadata
 * is merged key by key, an empty string unsets, and a repeated `Idempotency-Key` returns the first response.
 */
export function wooshpaySandbox({ secretKey }: { readonly secretKey: string }): Sandbox {
  const customers = new Map<string, Held>()
  const answered = new Map<string, { readonly request: string; readonly response: SandboxResponse }>()
  const livemode = secretKey.startsWith('sk_live_')

  const store = (fields: Record<string, unknown>): Held => {
    const customer: Held = {
      id: newId(),
      object: 'customer',
      created: Date.now(),
      livemode,
      address: {},
      metadata: {},
    }
    merge(customer, fields)
    customers.set(customer.id, customer)
    return customer
  }

  const create = (request: SandboxRequest) =>
    withBody(request, createSchema, ({ payment_method: _unused, ...fields }) => shown(store(fields)))
  const update = (request: SandboxRequest, customer: Held) =>
    withBody(request, updateSchema, (fields) => shown(merge(customer, fields)))

  const route = (request: SandboxRequest): SandboxResponse => {
    // A trailing slash addresses the collection, as the published sample suggests, so an empty id would create a customer.
    const [, version, collection, id, ...rest] = request.path.replace(/\/$/, '').split('/')
    const isKnown = version === 'v1' && collection === 'customers' && rest.length === 0
    if (!isKnown || (id === undefined && request.method !== 'POST')) return unknownUrl(request)
    if (id === undefined) return create(request)
    const customer = customers.get(id)
    if (!customer) return failure(404, 'No such customer', { code: 'resource_missing', param: 'id' })
    if (request.method === 'GET') return { status: 200, body: shown(customer) }
    return request.method === 'POST' ? update(request, customer) : unknownUrl(request)
  }

  /** Rejected requests are not stored, so the same key can be retried with a corrected body. */
  const once = (request: SandboxRequest): SandboxResponse => {
    const key = request.headers['idempotency-key']
    if (key === undefined || request.method !== 'POST') return route(request)
    if (key.length > 255) return failure(400, 'The idempotency key is too long')
    const same = `${request.path}\n${request.body}`
    const before = answered.get(key)
    if (!before) {
      const response = route(request)
      if (response.status === 200) answered.set(key, { request: same, response })
      return response
    }
    if (before.request === same) return before.response
    return failure(400, 'This idempotency key was used with other parameters', { type: 'idempotency_error' })
  }

  return {
    name: 'wooshpay',
    handle: (request) => refusal(request, secretKey) ?? once(request),
    records: () => [...customers.values()],
    putRecord: (record) => store(z.record(z.string(), z.unknown()).parse(record)),
  }
}

function refusal({ headers }: SandboxRequest, secretKey: string): SandboxResponse | undefined {
  if (headers['authorization'] !== `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`) {
    return failure(401, 'No valid API key provided')
  }
  for (const name of ['accept', 'content-type']) {
    if (headers[name] !== 'application/json')
      return failure(400, `The header ${name} must be application/json`)
  }
  return undefined
}

function withBody<T>(
  request: SandboxRequest,
  schema: z.ZodType<T>,
  work: (fields: T) => Record<string, unknown>,
): SandboxResponse {
  const parsed = schema.safeParse(parse(request.body))
  if (parsed.success) return { status: 200, body: work(parsed.data) }
  const [issue] = parsed.error.issues
  const param = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys : [])].join('.')
  return failure(400, `Invalid parameter: ${param || 'the body'}`, { code: 'parameter_invalid', param })
}

/** Merges the given fields: an empty string unsets, metadata is merged key by key. */
function merge(customer: Held, { metadata, ...fields }: Record<string, unknown>): Held {
  for (const [name, value] of Object.entries(fields)) {
    if (value !== '') customer[name] = value
    else if (name === 'address') customer['address'] = {}
    else delete customer[name]
  }
  const merged = { ...customer.metadata, ...metadataSchema.parse(metadata) }
  const kept = Object.entries(merged).filter(([, value]) => value !== '')
  customer.metadata = Object.fromEntries(kept.slice(0, metadataKeys))
  return customer
}

/** A copy, because a response stored for an idempotency key must not change with the customer. */
function shown({ metadata, ...customer }: Held): Record<string, unknown> {
  return structuredClone(Object.keys(metadata).length > 0 ? { ...customer, metadata } : customer)
}

const failure = (status: number, message: string, rest: object = {}): SandboxResponse => ({
  status,
  body: { error: { type: 'invalid_request_error', message, ...rest } },
})

const unknownUrl = ({ method, path }: SandboxRequest) =>
  failure(404, `Unrecognized request URL (${method}: ${path})`)

/** `cus_` and a 19-digit snowflake, too large for a JSON number. */
const newId = (): string => `cus_19${randomInt(10 ** 8, 10 ** 9)}${randomInt(10 ** 7, 10 ** 8)}`

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
