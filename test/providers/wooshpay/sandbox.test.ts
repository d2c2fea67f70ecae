import type { Sandbox, SandboxRequest, SandboxResponse } from '../../../lib/offline/sandbox/sandbox.ts'
import { wooshpaySandbox } from '../../../lib/providers/wooshpay/sandbox.ts'

let sandbox: Sandbox
beforeEach(() => {
  sandbox = wooshpaySandbox({ secretKey: 'sk_test_sandbox' })
})

const headers = {
  authorization: `Basic ${Buffer.from('sk_test_sandbox:').toString('base64')}`,
  accept: 'application/json',
  'content-type': 'application/json',
}

function send(
  method: string,
  path: string,
  body?: unknown,
  different: Partial<SandboxRequest> = {},
): SandboxResponse {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  return sandbox.handle({ method, path, query: new URLSearchParams(), headers, body: text, ...different })
}

const idOf = (response: SandboxResponse) => (response.body as { id: string }).id
const create = (body: unknown, key?: string) =>
  send(
    'POST',
    '/v1/customers',
    body,
    key === undefined ? {} : { headers: { ...headers, 'idempotency-key': key } },
  )

it('creates with 200 and answers like the published sample: milliseconds, an empty address, no other unset field', () => {
  const response = create({ email: 'lan@example.vn' })
  expect(response).toEqual({
    status: 200,
    body: {
      id: expect.stringMatching(/^cus_\d{19}$/),
      object: 'customer',
      created: expect.any(Number),
      livemode: false,
      address: {},
      email: 'lan@example.vn',
    },
  })
  expect((response.body as { created: number }).created).toBeGreaterThan(1e12)
})

it('retrieves a customer', () => {
  const id = idOf(create({ metadata: { crm_source: 'hubspot' } }))
  expect(send('GET', `/v1/customers/${id}`)).toMatchObject({
    status: 200,
    body: { id, metadata: { crm_source: 'hubspot' } },
  })
})

it('creates a customer when the id is missing from the path of an update, like the published sample', () => {
  expect(send('POST', '/v1/customers/', { email: 'lan@example.vn' }).status).toBe(200)
  expect(sandbox.records()).toHaveLength(1)
})

it('updates: omitted fields stay, metadata is merged, empty strings unset', () => {
  const address = { city: 'Hà Nội', country: 'VN' }
  const id = idOf(create({ name: 'Lan', phone: '+84912345678', address, metadata: { a: '1', b: '2' } }))
  const update = { name: '', address: '', metadata: { b: '', c: '3' } }
  expect(send('POST', `/v1/customers/${id}`, update)).toMatchObject({
    status: 200,
    body: { id, address: {} },
  })
  const [held] = sandbox.records()
  expect(held).toMatchObject({ phone: '+84912345678', address: {}, metadata: { a: '1', c: '3' } })
  expect(held).not.toHaveProperty('name')
})

describe('an idempotency key', () => {
  it('returns its first response again, whatever happened to the customer since', () => {
    const first = create({ metadata: { a: '1' } }, 'key-1')
    send('POST', `/v1/customers/${idOf(first)}`, { name: 'Lan' })
    expect(create({ metadata: { a: '1' } }, 'key-1')).toEqual(first)
    expect(sandbox.records()).toHaveLength(1)
  })

  it('is rejected with another body', () => {
    create({ metadata: { a: '1' } }, 'key-1')
    expect(create({ metadata: { a: '2' } }, 'key-1')).toMatchObject({
      status: 400,
      body: { error: { type: 'idempotency_error' } },
    })
    expect(sandbox.records()).toHaveLength(1)
  })

  it('can be reused after a rejection', () => {
    expect(create({ emial: 'x' }, 'key-1').status).toBe(400)
    expect(create({ email: 'lan@example.vn' }, 'key-1').status).toBe(200)
  })

  it('has at most 255 characters', () => {
    expect(create({}, 'k'.repeat(256)).status).toBe(400)
  })
})

describe('rejects', () => {
  it.each([
    ['the raw key', { authorization: 'sk_test_sandbox' }, 401],
    ['empty credentials, as in the published sample', { authorization: 'Basic Og==' }, 401],
    [
      'a key without its colon',
      { authorization: `Basic ${Buffer.from('sk_test_sandbox').toString('base64')}` },
      401,
    ],
    ['no Accept', { accept: '' }, 400],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
  ])('%s', (_, different, status) => {
    const given = { ...headers, ...different }
    expect(send('POST', '/v1/customers', {}, { headers: given })).toMatchObject({
      status,
      body: { error: { type: 'invalid_request_error', message: expect.any(String) } },
    })
  })

  it.each([
    ['an unknown field', { company_name: 'x' }, 'company_name'],
    ['null', { name: null }, 'name'],
    ['an invalid e-mail', { email: 'lan' }, 'email'],
    ["Notch Pay's address", { address: { address_line1: 'x' } }, 'address'],
    ['an unknown part of the shipping', { shipping: { email: 'lan@example.vn' } }, 'shipping'],
    ['metadata that is not text', { metadata: { a: 1 } }, 'metadata.a'],
    ['not JSON', '{', ''],
  ])('%s', (_, body, param) => {
    expect(create(body)).toMatchObject({
      status: 400,
      body: { error: { code: 'parameter_invalid', param: expect.stringContaining(param) } },
    })
  })

  it('a payment method in an update, but not in a create', () => {
    const id = idOf(create({ payment_method: 'pm_1' }))
    expect(send('POST', `/v1/customers/${id}`, { payment_method: 'pm_1' }).status).toBe(400)
  })

  it.each([
    ['GET', '/v1/customers'],
    ['GET', '/v1/customers/search'],
    ['DELETE', '/v1/customers/cus_1'],
    ['POST', '/v1/customers/cus_1'],
    ['POST', '/customers'],
    ['POST', '/v1/customers/cus_1/block'],
  ])('%s %s, which does not exist', (method, path) => {
    expect(send(method, path, {})).toMatchObject({
      status: 404,
      body: { error: { message: expect.any(String) } },
    })
  })

  it('a deletion', () => {
    const id = idOf(create({}))
    expect(send('DELETE', `/v1/customers/${id}`).status).toBe(404)
    expect(sandbox.records()).toHaveLength(1)
  })
})
