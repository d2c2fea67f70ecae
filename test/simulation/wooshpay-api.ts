import {
  type ApiRequest,
  type ApiResponse,
  type Fields,
  type Held,
  holdings,
  modeOf,
  type ProviderApi,
} from './provider-api.ts'
import { theRun } from './run.ts'
import { day } from './settings.ts'

/** WooshPay: no search and no delete; an idempotency key answers the same for a day, and is refused with another body. */
export function wooshpayApi(): ProviderApi {
  const { customers, writes, note } = holdings()
  const answered = new Map<
    string,
    { readonly at: number; readonly body: string; readonly response: ApiResponse }
  >()
  const now = () => theRun().scheduler.now()

  const create = (request: ApiRequest): ApiResponse => {
    const held: Held = {
      id: `cus_wp${writes.length + 1}`,
      mode: modeOf(request),
      createdAt: now(),
      fields: merge({}, request.body),
    }
    customers.set(held.id, held)
    note('create', held, request, now())
    return { status: 200, body: { id: held.id, ...held.fields } }
  }

  const createOnce = (request: ApiRequest): ApiResponse => {
    const key = `${modeOf(request)} ${request.headers['idempotency-key'] ?? ''}`
    const body = JSON.stringify(request.body)
    const before = answered.get(key)
    if (before && now() - before.at < day) {
      theRun().count('idempotency key repeated')
      if (before.body === body) return before.response
      return failure(400, 'This idempotency key was used with other parameters', 'idempotency_error')
    }
    const response = create(request)
    answered.set(key, { at: now(), body, response })
    return response
  }

  const onCustomer: Record<string, (request: ApiRequest, held: Held) => ApiResponse> = {
    GET: (_, held) => ({ status: 200, body: { id: held.id, ...held.fields } }),
    POST(request, held) {
      held.fields = merge(held.fields, request.body)
      note('update', held, request, now())
      return { status: 200, body: { id: held.id, ...held.fields } }
    },
  }

  return {
    name: 'wooshpay',
    hosts: ['apitest.wooshpay.com', 'api.wooshpay.com'],
    customers,
    writes,
    merge,
    handle(request) {
      const [, , , id] = request.url.pathname.split('/')
      if (id === undefined) return createOnce(request)
      const held = customers.get(decodeURIComponent(id))
      const handler = onCustomer[request.method]
      return held?.mode === modeOf(request) && handler
        ? handler(request, held)
        : failure(404, `No such customer: ${id}`)
    },
  }
}

/** An empty string unsets; metadata is merged key by key. */
function merge(held: Fields, { metadata, ...fields }: Fields): Fields {
  const all = { ...held, ...fields, metadata: { ...(held['metadata'] as object), ...(metadata as object) } }
  return withoutBlanks({ ...all, metadata: withoutBlanks(all.metadata) })
}

function withoutBlanks(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

const failure = (status: number, message: string, type = 'invalid_request_error'): ApiResponse => ({
  status,
  body: { error: { type, message } },
})
