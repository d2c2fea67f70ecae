import { pipedriveSandbox } from '../../../lib/sources/pipedrive/sandbox.ts'

const sandbox = pipedriveSandbox({ apiToken: 'token' })
beforeAll(() => {
  sandbox.putRecord?.({ object: 'persons', id: 8, name: 'Ama', update_time: '2026-03-02T09:00:00Z' })
  sandbox.putRecord?.({ object: 'persons', id: 9, name: 'gone', deleted: true })
  sandbox.putRecord?.({ object: 'persons', id: 10, name: 'merged', mergedInto: 8 })
  sandbox.putRecord?.({ object: 'organizations', id: 8, name: 'Baobab' })
})

function ask(path: string, headers: Record<string, string> = { 'x-api-token': 'token' }, method = 'GET') {
  const { pathname, searchParams: query } = new URL(path, 'http://127.0.0.1')
  const { status, body } = sandbox.handle({ method, path: pathname, headers, query, body: '' })
  return { status, body: body as { data: Record<string, unknown> } }
}

describe('the Pipedrive sandbox', () => {
  it('answers as API v2 does, without our own fields', () => {
    const { status, body } = ask('/api/v2/persons/8')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      success: true,
      data: {
        id: 8,
        name: 'Ama',
        emails: [],
        phones: [],
        org_id: null,
        custom_fields: {},
        update_time: '2026-03-02T09:00:00Z',
        is_deleted: false,
      },
    })
    expect(body.data).not.toHaveProperty('object')
    expect(ask('/api/v2/organizations/8').body.data).toMatchObject({ name: 'Baobab', address: null })
  })

  it('does not find a deleted or unknown record, and follows a merge', () => {
    expect(ask('/api/v2/persons/9').status).toBe(404)
    expect(ask('/api/v2/persons/77').status).toBe(404)
    expect(ask('/api/v2/persons/10').body.data).toMatchObject({ id: 8 })
  })

  it('lists live records by the time of their last change', () => {
    const since = (time: string) => ask(`/api/v2/persons?updated_since=${time}`)
    expect(since('2026-03-02T09:00:00Z')).toMatchObject({ status: 200, body: { data: [{ id: 8 }] } })
    expect(since('2026-03-02T09:00:01Z')).toMatchObject({ status: 200, body: { data: [] } })
  })

  it.each([
    'updated_since=2026-03-02T09:00:00.000Z',
    'updated_since=2026-03-02',
    'limit=501',
    'sort_by=name',
    'since=x',
  ])('refuses a list with %s', (query) => expect(ask(`/api/v2/persons?${query}`).status).toBe(400))

  it('returns the company of the token', () => {
    expect(ask('/api/v1/users/me')).toMatchObject({ status: 200, body: { data: { company_id: 9120457 } } })
    expect(ask('/api/v1/users/me', {}).status).toBe(401)
    expect(ask('/api/v1/users/me', { 'x-api-token': 'token' }, 'POST').status).toBe(405)
  })

  it('lists the webhooks of the company', () => {
    const listed = (given: typeof sandbox) => {
      const request = { path: '/api/v1/webhooks', headers: { 'x-api-token': 'token' } }
      return given.handle({ ...request, method: 'GET', query: new URLSearchParams(), body: '' }).body
    }
    expect(listed(sandbox)).toEqual({ status: 'ok', success: true, data: [] })
    const url = 'https://hooks.example.com/webhooks/pipedrive'
    const connected = pipedriveSandbox({ apiToken: 'token', webhookUrl: url })
    const common = { event_action: '*', subscription_url: url, version: '2.0', is_active: 1 }
    expect(listed(connected)).toMatchObject({
      data: [
        { ...common, id: 1, company_id: 9120457, event_object: 'person' },
        { ...common, id: 2, event_object: 'organization' },
      ],
    })
    expect(ask('/api/v1/webhooks', {}).status).toBe(401)
    expect(ask('/api/v1/webhooks', { 'x-api-token': 'token' }, 'POST').status).toBe(405)
  })

  it('rejects a wrong token, path or method', () => {
    expect(ask('/api/v2/persons/8', {}).status).toBe(401)
    expect(ask('/api/v1/persons/8').status).toBe(404)
    expect(ask('/api/v2/persons/x').status).toBe(404)
    expect(ask('/api/v2/persons/8', { 'x-api-token': 'token' }, 'DELETE').status).toBe(405)
  })

  it('updates the time of a record, to the second, when it changes', () => {
    const { update_time: first } = ask('/api/v2/organizations/8').body.data
    expect(first).toMatch(/T\d\d:\d\d:\d\dZ$/)
    sandbox.putRecord?.({ object: 'organizations', id: 8, name: 'Baobab' })
    expect(ask('/api/v2/organizations/8').body.data['update_time']).toBe(first)
    sandbox.putRecord?.({ object: 'organizations', id: 8, name: 'Grand Baobab' })
    expect(ask('/api/v2/organizations/8').body.data).toMatchObject({ name: 'Grand Baobab' })
    expect(sandbox.records()).toHaveLength(4)
  })

  it('rejects an invalid record', () => {
    expect(() => sandbox.putRecord?.({ object: 'deals', id: 1, name: 'x' })).toThrow()
  })
})
