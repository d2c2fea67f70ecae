import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { answeredJson } from '../../support/json.ts'
import { customerRequestSchema } from './schemas.ts'

type Held = Record<string, unknown> & { readonly id: string }

/** A sandbox of the API's customers: create, retrieve, update and delete. A repeated idempotency key creates nothing. */
export function tillSandbox({ secretKey }: { readonly secretKey: string }): Sandbox {
  const customers = new Map<string, Held>()
  const created = new Map<string, { readonly body: string; readonly response: SandboxResponse }>()

  const store = (fields: Record<string, unknown>): Held => {
    const customer = { id: `cus_${randomUUID()}`, ...fields }
    customers.set(customer.id, customer)
    return customer
  }

  const create = (request: SandboxRequest): SandboxResponse => {
    const key = request.headers['idempotency-key'] ?? randomUUID()
    const before = created.get(key)
    if (before)
      return before.body === request.body ? before.response : failure(409, 'The key was used before')
    const response = withBody(request, (fields) => ({ status: 201, body: { ...store(fields) } }))
    if (response.status === 201) created.set(key, { body: request.body, response })
    return response
  }

  const onCustomer: Record<string, (request: SandboxRequest, customer: Held) => SandboxResponse> = {
    GET: (_, customer) => ({ status: 200, body: { ...customer } }),
    PATCH: (request, customer) =>
      withBody(request, (fields) => ({ status: 200, body: { ...Object.assign(customer, fields) } })),
    DELETE: (_, customer) => {
      customers.delete(customer.id)
      return { status: 204 }
    },
  }

  const route = (request: SandboxRequest): SandboxResponse => {
    const [, collection, id, ...rest] = request.path.split('/')
    if (collection !== 'customers' || rest.length > 0) return failure(404, 'Not found')
    if (id === undefined)
      return request.method === 'POST' ? create(request) : failure(405, 'Method not allowed')
    const customer = customers.get(id)
    if (!customer) return failure(404, 'Customer not found')
    return onCustomer[request.method]?.(request, customer) ?? failure(405, 'Method not allowed')
  }

  return {
    name: 'till',
    handle: (request) =>
      request.headers['authorization'] === `Bearer ${secretKey}`
        ? route(request)
        : failure(401, 'Invalid API key'),
    records: () => [...customers.values()],
    putRecord: (record) => store(z.record(z.string(), z.unknown()).parse(record)),
  }
}

function withBody(
  { body }: SandboxRequest,
  work: (fields: Record<string, unknown>) => SandboxResponse,
): SandboxResponse {
  const parsed = customerRequestSchema.safeParse(answeredJson(body))
  if (parsed.success) return work(parsed.data)
  return failure(422, `The ${parsed.error.issues[0]?.path.join('.')} field is invalid`)
}

const failure = (status: number, message: string): SandboxResponse => ({ status, body: { message } })
