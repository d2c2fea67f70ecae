import type { SandboxRequest } from '../../../lib/offline/sandbox/sandbox.ts'
import { hubspotSandbox } from '../../../lib/sources/hubspot/sandbox.ts'

const sandbox = hubspotSandbox({ accessToken: 'pat' })
beforeAll(() => {
  sandbox.putRecord?.({
    object: 'contacts',
    id: '1',
    properties: { firstname: 'Ama', phone: '024 123 4567', lastmodifieddate: '2026-03-02T09:00:00.000Z' },
  })
  sandbox.putRecord?.({ object: 'contacts', id: '2', deleted: true })
  sandbox.putRecord?.({ object: 'contacts', id: '3', mergedInto: '1' })
  sandbox.putRecord?.({ object: 'companies', id: '1', properties: { name: 'Baobab' } })
})

function ask(path: string, changes: Partial<SandboxRequest> = {}) {
  const { pathname, searchParams } = new URL(path, 'http://127.0.0.1')
  const headers = { authorization: 'Bearer pat' }
  const request = { method: 'GET', path: pathname, query: searchParams, headers, body: '', ...changes }
  const { status, body, headers: answered } = sandbox.handle(request)
  return { status, body: body as Record<string, unknown>, headers: answered }
}
const batch = (body: unknown) =>
  ask('/crm/v3/objects/contacts/batch/read', {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('the HubSpot sandbox', () => {
  it('answers with the default properties unless others are requested', () => {
    expect(ask('/crm/v3/objects/contacts/1').body['properties']).not.toHaveProperty('phone')
    expect(ask('/crm/v3/objects/contacts/1?properties=phone,city').body).toMatchObject({
      id: '1',
      properties: { phone: '024 123 4567', city: null, hs_object_id: '1' },
      updatedAt: '2026-03-02T09:00:00.000Z',
      archived: false,
    })
  })

  it('returns the portal and the scopes of a token', () => {
    const path = '/oauth/v2/private-apps/get/access-token-info'
    const body = (tokenKey: string) => JSON.stringify({ tokenKey })
    expect(ask(path, { method: 'POST', body: body('pat') })).toMatchObject({
      status: 200,
      body: {
        hubId: 48213377,
        scopes: ['contacts.read', 'companies.read', 'contacts.write', 'companies.write'].map(
          (scope) => `crm.objects.${scope}`,
        ),
      },
    })
    expect(ask(path, { method: 'POST', body: body('of another app') }).status).toBe(404)
    expect(ask(path).status).toBe(405)
  })

  it('writes existing properties, and refuses all of them where one does not exist', () => {
    const path = '/crm/v3/objects/contacts/1'
    const write = (properties: object) => ask(path, { method: 'PATCH', body: JSON.stringify({ properties }) })
    const own = { notchpay_customer_id: 'cus.1' }
    expect(write({ ...own, typo: 'x' })).toMatchObject({
      status: 400,
      body: { category: 'VALIDATION_ERROR' },
    })
    expect(String(write({ typo: 'x' }).body['message'])).toContain('PROPERTY_DOESNT_EXIST')
    expect(ask(`${path}?properties=notchpay_customer_id`).body).toMatchObject({
      properties: { notchpay_customer_id: null },
    })
    expect(write(own)).toMatchObject({ status: 200, body: { id: '1', properties: own } })
    expect(ask(`${path}?properties=notchpay_customer_id,phone,typo`).body['properties']).toEqual({
      ...own,
      phone: '024 123 4567',
      hs_object_id: '1',
      createdate: expect.any(String),
      lastmodifieddate: expect.not.stringMatching('2026-03-02T09:00:00.000Z'),
    })
    expect(write('{' as never).status).toBe(400)
    expect(ask('/crm/v3/objects/contacts/2', { method: 'PATCH', body: '{"properties":{}}' }).status).toBe(404)
    sandbox.putRecord?.({
      object: 'contacts',
      id: '1',
      properties: { lastmodifieddate: '2026-03-02T09:00:00.000Z' },
    })
  })

  it('hides a deleted record unless archived ones are requested', () => {
    expect(ask('/crm/v3/objects/contacts/2')).toMatchObject({
      status: 404,
      body: { category: 'OBJECT_NOT_FOUND' },
    })
    expect(ask('/crm/v3/objects/contacts/2?archived=true')).toMatchObject({
      status: 200,
      body: { archived: true },
    })
  })

  it('returns the surviving record for a merged one', () => {
    expect(ask('/crm/v3/objects/contacts/3').body).toMatchObject({ id: '1' })
  })

  it('reads a batch and reports missing records', () => {
    const properties = ['firstname']
    expect(batch({ inputs: [{ id: '1' }], properties })).toMatchObject({
      status: 200,
      body: { results: [{ id: '1' }] },
    })
    expect(batch({ inputs: [{ id: '1' }, { id: '2' }, { id: '3' }, { id: '9' }], properties })).toMatchObject(
      {
        status: 207,
        body: {
          results: [{ id: '1', properties: { firstname: 'Ama' } }],
          errors: [{ context: { ids: ['2', '3', '9'] } }],
        },
      },
    )
  })

  it.each([
    '',
    'nonsense',
    { inputs: [], properties: [] },
    { inputs: Array.from({ length: 101 }, () => ({ id: '1' })), properties: [] },
  ])('rejects a batch such as %j', (body) => {
    expect(batch(body).status).toBe(400)
  })

  it('rejects a wrong token, path or method', () => {
    expect(ask('/crm/v3/objects/contacts/1', { headers: {} }).status).toBe(401)
    expect(ask('/crm/v3/objects/deals/1').status).toBe(404)
    expect(ask('/crm/v3/objects/contacts/1', { method: 'DELETE' }).status).toBe(405)
    expect(ask('/crm/v3/objects/contacts/batch/read').status).toBe(405)
  })

  it('returns the portal of each token', () => {
    const portalOf = (accessToken: string, token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      const request = { method: 'GET', path: '/account-info/v3/details', headers, body: '' }
      return hubspotSandbox({ accessToken }).handle({ ...request, query: new URLSearchParams() })
    }
    expect(portalOf('pat', 'pat')).toMatchObject({ status: 200, body: { portalId: 48213377 } })
    expect(portalOf('33=pat-a,44=pat-b', 'pat-b')).toMatchObject({ status: 200, body: { portalId: 44 } })
    expect(portalOf('33=pat-a', 'pat')).toMatchObject({ status: 401 })
    expect(ask('/account-info/v3/details', { method: 'POST' }).status).toBe(405)
  })

  const search = (body: unknown) =>
    ask('/crm/v3/objects/contacts/search', { method: 'POST', body: JSON.stringify(body) })
  const filter = (operator: string, value: string) => ({
    filterGroups: [{ filters: [{ propertyName: 'lastmodifieddate', operator, value }] }],
  })

  it('searches by time, without deleted and merged records and without rate limits', () => {
    const at = String(Date.parse('2026-03-02T09:00:00.000Z'))
    const found = search(filter('GTE', at))
    expect(found).toMatchObject({ status: 200, body: { total: 1, results: [{ id: '1' }] } })
    expect(found.body).not.toHaveProperty('paging')
    expect(found.headers).toBeUndefined()
    expect(search(filter('GT', at)).body).toMatchObject({ total: 0, results: [] })
  })

  it.each([
    ['an unknown operator', filter('AFTER', '1')],
    ['a time as text', filter('GTE', '2026-03-02')],
    ['more than 200 results', { filterGroups: [], limit: 201 }],
    [
      'two sorts',
      {
        filterGroups: [],
        sorts: ['a', 'b'].map((propertyName) => ({ propertyName, direction: 'ASCENDING' })),
      },
    ],
    ['results beyond the 10,000th', { filterGroups: [], limit: 200, after: '9801' }],
    ['more than 3,000 characters', { filterGroups: [], properties: Array(300).fill('a long name') }],
  ])('refuses a search for %s', (_, body) => {
    expect(search(body)).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR' } })
  })

  it('returns its rate limits', () => {
    expect(ask('/crm/v3/objects/companies/1').headers).toMatchObject({
      'x-hubspot-ratelimit-interval-milliseconds': '10000',
    })
  })

  it('updates the time of a record only when it changes', async () => {
    const updatedAt = () => ask('/crm/v3/objects/companies/1').body['updatedAt'] as string
    const before = updatedAt()
    await new Promise((resolve) => setTimeout(resolve, 5))
    sandbox.putRecord?.({ object: 'companies', id: '1', properties: { name: 'Baobab' } })
    expect(updatedAt()).toBe(before)
    sandbox.putRecord?.({ object: 'companies', id: '1', properties: { city: 'Dakar' } })
    expect(updatedAt() > before).toBe(true)
    expect(sandbox.records()).toContainEqual(
      expect.objectContaining({ properties: expect.objectContaining({ name: 'Baobab', city: 'Dakar' }) }),
    )
  })

  it('rejects an invalid record', () => {
    expect(() => sandbox.putRecord?.({ object: 'deals', id: '1' })).toThrow()
  })
})
