import type { Sandbox, SandboxRequest, SandboxResponse } from '../../../lib/offline/sandbox/sandbox.ts'
import { notchpaySandbox } from '../../../lib/providers/notchpay/sandbox.ts'

let sandbox: Sandbox
beforeEach(() => {
  sandbox = notchpaySandbox({ publicKey: 'pk_test_sandbox' })
})

const headers = {
  authorization: 'pk_test_sandbox',
  accept: 'application/json',
  'content-type': 'application/json',
}

function send(
  method: string,
  url: string,
  body?: unknown,
  different: Partial<SandboxRequest> = {},
): SandboxResponse {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1')
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  return sandbox.handle({ method, path: pathname, query: searchParams, headers, body: text, ...different })
}

const idOf = (response: SandboxResponse) => (response.body as { customer: { id: string } }).customer.id
const kofi = {
  email: 'kofi@example.gh',
  name: 'Kofi Asante',
  metadata: { tier: 'gold' },
  billing: { city: 'Accra' },
}

it('creates with 201, and returns neither metadata nor billing until the customer is retrieved', () => {
  const response = send('POST', '/customers', kofi)
  expect(response).toMatchObject({
    status: 201,
    body: { code: 201, status: 'Created', customer: { email: kofi.email, name: kofi.name, blocked: false } },
    headers: { 'x-ratelimit-limit': '100' },
  })
  expect((response.body as { customer: object }).customer).not.toHaveProperty('metadata')
  expect(send('GET', `/customers/${idOf(response)}`)).toMatchObject({ status: 202, body: { customer: kofi } })
  expect(sandbox.records()).toEqual([expect.objectContaining(kofi)])
})

it('creates a second customer with the same e-mail', () => {
  send('POST', '/customers', kofi)
  expect(send('POST', '/customers', kofi).status).toBe(201)
  expect(sandbox.records()).toHaveLength(2)
})

it('creates a customer when the id is missing from the path of an update', () => {
  expect(send('POST', '/customers/', kofi).status).toBe(201)
})

it('updates with 202: omitted fields stay, objects are replaced, null clears', () => {
  const id = idOf(send('POST', '/customers', { ...kofi, address: { city: 'Accra', country: 'GH' } }))
  const response = send('POST', `/customers/${id}`, {
    phone: '+233201112233',
    address: { city: 'Kumasi' },
    name: null,
  })
  expect(response).toMatchObject({
    status: 202,
    body: { message: 'Customer updated successfully', customer: { id } },
  })
  expect(sandbox.records()).toEqual([
    expect.objectContaining({
      email: kofi.email,
      phone: '+233201112233',
      name: null,
      address: { city: 'Kumasi' },
    }),
  ])
})

it('deletes with 202 and an empty list, and then answers 404', () => {
  const id = idOf(send('POST', '/customers', kofi))
  expect(send('DELETE', `/customers/${id}`)).toMatchObject({ status: 202, body: { customer: [] } })
  expect(send('DELETE', `/customers/${id}`)).toMatchObject({
    status: 404,
    body: { message: 'Customer not found' },
  })
  expect(sandbox.records()).toEqual([])
})

it('blocks and unblocks by POST', () => {
  const id = idOf(send('POST', '/customers', kofi))
  expect(send('POST', `/customers/${id}/block`)).toMatchObject({
    status: 202,
    body: { customer: { blocked: true } },
  })
  expect(send('POST', `/customers/${id}/unblock`)).toMatchObject({ body: { customer: { blocked: false } } })
  expect(send('PATCH', `/customers/${id}/block`).status).toBe(405)
})

it('searches fuzzily in names, e-mails and phones, page by page, and returns no metadata', () => {
  for (let n = 0; n < 5; n += 1) send('POST', '/customers', { ...kofi, email: `kofi${n}@example.gh` })
  send('POST', '/customers', { phone: '+233200000000', name: 'Ama' })
  const response = send('GET', '/customers?search=KOFI&limit=2&page=3')
  expect(response).toMatchObject({
    status: 200,
    body: { totals: 5, last_page: 3, current_page: 3, items: [{ email: 'kofi4@example.gh' }] },
  })
  expect(JSON.stringify(response.body)).not.toMatch(/metadata|gold/)
  expect(send('GET', '/customers?search=%2B2332')).toMatchObject({ body: { items: [{ name: 'Ama' }] } })
  expect(send('GET', '/customers?search=nobody')).toMatchObject({ body: { last_page: 1, items: [] } })
})

describe('rejects', () => {
  it.each([
    ['no key', undefined, 'API key is missing'],
    ['a wrong key', 'pk_test_other', 'Invalid API key'],
    ['a bearer', 'Bearer pk_test_sandbox', 'Invalid API key'],
  ])('%s', (_, authorization, message) => {
    const given = Object.fromEntries(
      Object.entries({ ...headers, authorization }).filter(([, value]) => value),
    )
    const response = send('GET', '/customers', undefined, { headers: given as Record<string, string> })
    expect(response).toMatchObject({ status: 401, body: { code: 401, status: 'Unauthorized', message } })
  })

  it.each([
    ['neither e-mail nor phone', { name: 'Kofi' }, 'email'],
    ['a phone that is a number', { phone: 233201112233 }, 'phone'],
    ['an invalid e-mail', { email: 'kofi' }, 'email'],
    ['a name of 129 characters', { ...kofi, name: 'x'.repeat(129) }, 'name'],
    ['an unknown field', { ...kofi, description: 'x' }, 'description'],
    ["WooshPay's address", { ...kofi, address: { line1: 'x' } }, 'address.line1'],
    ['a country name', { ...kofi, address: { country: 'Ghana' } }, 'address.country'],
  ])('%s, with the field', (_, body, field) => {
    const message = 'Validation failed'
    const expected = { message, errors: expect.objectContaining({ [field]: [expect.any(String)] }) }
    expect(send('POST', '/customers', body)).toMatchObject({ status: 422, body: expected })
    const id = idOf(send('POST', '/customers', kofi))
    expect(send('POST', `/customers/${id}`, body)).toMatchObject({ status: 422, body: expected })
  })

  it.each([['{"email":'], ['']])('the body %p', (body) => {
    expect(send('POST', '/customers', body)).toMatchObject({
      status: 400,
      body: { message: 'Invalid JSON payload' },
    })
  })

  it('a form', () => {
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' }
    expect(send('POST', '/customers', kofi, { headers: form }).status).toBe(400)
  })

  it('invalid input with a redirect, unless JSON is requested', () => {
    const { accept: _, ...rest } = headers
    expect(send('POST', '/customers', {}, { headers: rest }).status).toBe(302)
  })

  it.each([
    ['PUT', '/customers/x', 404],
    ['PUT', '/customers', 405],
    ['POST', '/customers/x/y/z', 404],
    ['GET', '/v1/customers', 404],
    ['GET', '/customers/%zz', 404],
  ])('%s %s', (method, path, status) => {
    expect(send(method, path, kofi).status).toBe(status)
  })
})
