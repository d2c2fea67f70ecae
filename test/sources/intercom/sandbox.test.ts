import { intercomSandbox } from '../../../lib/sources/intercom/sandbox.ts'

const token = 'intercom-token'
const updated_at = 1772442000

function aSandbox() {
  const sandbox = intercomSandbox({ accessToken: token })
  sandbox.putRecord?.({ object: 'contacts', id: '1', updated_at, name: 'Ama' })
  const call = (method: string, target: string, body: unknown = '', headers: object = {}) => {
    const [path = '', query] = target.split('?')
    return sandbox.handle({
      method,
      path,
      query: new URLSearchParams(query),
      headers: { authorization: `Bearer ${token}`, 'intercom-version': '2.16', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }
  return { sandbox, call }
}
const search = (changes: object = {}) => ({
  query: { operator: 'AND', value: [{ field: 'updated_at', operator: '>', value: updated_at - 86_400 }] },
  ...changes,
})
const filter = (changes: object) =>
  search({
    query: {
      operator: 'AND',
      value: [{ field: 'updated_at', operator: '>', value: updated_at - 86_400, ...changes }],
    },
  })

describe('the sandbox of Intercom', () => {
  it('refuses every call without its token', () => {
    const { call } = aSandbox()
    for (const target of ['/me', '/contacts/1', '/companies/1']) {
      expect(call('GET', target, '', { authorization: 'Bearer other' })).toMatchObject({
        status: 401,
        body: { type: 'error.list', errors: [{ code: 'unauthorized' }] },
      })
    }
  })

  it.each([
    ['>=', filter({ operator: '>=' })],
    ['another field', filter({ field: 'updatedAt' })],
    ['a text instead of a time', filter({ value: '2026-03-02' })],
    ['more than 150 a page', search({ pagination: { per_page: 151 } })],
    ['another order', search({ sort: { field: 'updated_at', order: 'asc' } })],
    ['an unknown setting', search({ limit: 10 })],
    ['no JSON', '{'],
  ])('refuses a search with %s', (_, body) => {
    expect(aSandbox().call('POST', '/contacts/search', body)).toMatchObject({ status: 400 })
  })

  it('compares days: `>` begins on the next one', () => {
    const { call } = aSandbox()
    const found = (value: number) =>
      (call('POST', '/contacts/search', filter({ value })).body as { data: unknown[] }).data.length
    const midnight = Math.floor(updated_at / 86_400) * 86_400
    expect([found(midnight - 1), found(midnight), found(updated_at - 1)]).toEqual([1, 0, 0])
  })

  it('tells of merges in version 2.16 only', () => {
    const { sandbox, call } = aSandbox()
    sandbox.putRecord?.({ object: 'contacts', id: '2', role: 'lead', mergedInto: '1' })
    expect(call('GET', '/contacts/2')).toMatchObject({
      status: 410,
      headers: { link: '</contacts/1>; rel="canonical"' },
      body: { errors: [{ code: 'contact_merged' }] },
    })
    expect(call('GET', '/contacts/2', '', { 'intercom-version': '2.11' })).toMatchObject({ status: 404 })
    expect(call('GET', '/contacts/1').body).not.toHaveProperty('merge_history')
    expect(call('GET', '/contacts/1?include_merge_history=true').body).toMatchObject({
      merge_history: [{ source_contact_id: '2' }],
    })
  })

  it('keeps the time of a record that is put there again, and has no other calls', () => {
    const { sandbox, call } = aSandbox()
    sandbox.putRecord?.({ object: 'contacts', id: '1', name: 'Ama' })
    expect(call('GET', '/contacts/1').body).toMatchObject({ updated_at })
    sandbox.putRecord?.({ object: 'contacts', id: '1', name: 'Esi' })
    expect((call('GET', '/contacts/1').body as { updated_at: number }).updated_at).toBeGreaterThan(updated_at)
    for (const [method, path] of [
      ['DELETE', '/contacts/1'],
      ['GET', '/leads/1'],
      ['PUT', '/me'],
    ] as const) {
      expect(call(method, path)).toMatchObject({ status: 404 })
    }
  })
})
