import {
  type ApiRequest,
  type ApiResponse,
  type Held,
  holdings,
  modeOf,
  type ProviderApi,
} from './provider-api.ts'
import { theRun } from './run.ts'

/** Notch Pay: creates are not repeatable, the search is fuzzy and lags behind, a body needs an e-mail or a phone. */
export function notchpayApi(): ProviderApi {
  const { customers, writes, note } = holdings()
  const searchableFrom = new Map<string, number>()
  const now = () => theRun().scheduler.now()

  const create = (request: ApiRequest): ApiResponse => {
    const invalid = refusal(request)
    if (invalid) return invalid
    const { random, settings } = theRun()
    const held: Held = {
      id: `cus_np${writes.length + 1}`,
      mode: modeOf(request),
      createdAt: now(),
      fields: request.body,
    }
    customers.set(held.id, held)
    searchableFrom.set(held.id, now() + random.between(0, settings.searchLag))
    note('create', held, request, now())
    return answer(201, { customer: shown(held) })
  }

  const search = (request: ApiRequest): ApiResponse => {
    const wanted = (request.url.searchParams.get('search') ?? '').toLowerCase()
    const found = [...customers.values()].filter(
      ({ id, mode, fields }) =>
        mode === modeOf(request) &&
        (searchableFrom.get(id) ?? 0) <= now() &&
        [fields['name'], fields['email'], fields['phone']].some((text) =>
          String(text ?? '')
            .toLowerCase()
            .includes(wanted),
        ),
    )
    const { searchTellsMetadata } = theRun().settings
    const items = found.map((held) => {
      const { id, name, email, phone, metadata } = { ...held.fields, id: held.id } as Record<string, unknown>
      return { id, name, email, phone, ...(searchTellsMetadata && metadata !== undefined && { metadata }) }
    })
    return answer(200, { last_page: 1, current_page: 1, items })
  }

  const onCustomer: Record<
    string,
    (request: ApiRequest, held: Held, verb: string | undefined) => ApiResponse
  > = {
    GET: (_, held) => answer(202, { customer: { id: held.id, ...held.fields } }),
    POST(request, held, verb) {
      if (verb) {
        held.fields = { ...held.fields, blocked: verb === 'block' }
        note('block', held, request, now())
        return answer(202, { customer: shown(held) })
      }
      const invalid = refusal(request)
      if (invalid) return invalid
      held.fields = { ...held.fields, ...request.body }
      note('update', held, request, now())
      return answer(202, { customer: shown(held) })
    },
    DELETE(request, held) {
      customers.delete(held.id)
      note('delete', held, request, now())
      return answer(202, { customer: [] })
    },
  }

  return {
    name: 'notchpay',
    hosts: ['api.notchpay.co'],
    customers,
    writes,
    merge: (held, fields) => ({ ...held, ...fields }),
    handle(request) {
      const [, , id, verb] = request.url.pathname.split('/')
      if (id === undefined) return request.method === 'GET' ? search(request) : create(request)
      const held = customers.get(decodeURIComponent(id))
      const handler = onCustomer[request.method]
      return held?.mode === modeOf(request) && handler
        ? handler(request, held, verb)
        : answer(404, { message: 'Customer not found' })
    },
  }
}

/** The error quotes the request, as some APIs do. */
function refusal({ body }: ApiRequest): ApiResponse | undefined {
  if (body['email'] || body['phone']) return undefined
  return answer(422, {
    message: `The email field is required for ${body['name']}`,
    errors: { email: ['required'] },
  })
}

function shown({ id, fields: { metadata: _, ...fields } }: Held): Record<string, unknown> {
  return { id, ...fields }
}

const answer = (status: number, body: object): ApiResponse => ({ status, body })
