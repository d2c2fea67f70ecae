import { issueToken } from '../../../lib/offline/sandbox/sandbox-tokens.ts'
import { dataverseSandbox } from '../../../lib/sources/dynamics/sandbox.ts'
import { entraSandbox } from '../../../lib/sources/dynamics/sandbox-login.ts'
import { guid, organizationId } from './a-dataverse.ts'

const clientSecret = 'secret'
const api = dataverseSandbox({ clientSecret, organizationId })
const ask = (path: string, changes: Readonly<Record<string, unknown>> = {}) => {
  const url = new URL(path, 'http://127.0.0.1')
  return api.handle({
    method: 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: { authorization: `Bearer ${issueToken(clientSecret, 60)}`, host: '127.0.0.1' },
    body: '',
    ...changes,
  })
}
const contacts = '/api/data/v9.2/contacts'

describe('the sandbox of the Dataverse Web API', () => {
  it.each([
    ['no token', {}],
    ['an expired one', { authorization: `Bearer ${issueToken(clientSecret, -1)}` }],
    ['one of another app', { authorization: `Bearer ${issueToken('other', 60)}` }],
  ])('answers 401 to %s', (_, headers) => {
    expect(ask('/api/data/v9.2/WhoAmI', { headers })).toMatchObject({ status: 401 })
  })

  it.each([
    ['a method that writes', `${contacts}?$select=contactid`, { method: 'POST' }, 405],
    ['another table', '/api/data/v9.2/opportunities?$select=name', {}, 404],
    ['another version', '/api/data/v9.1/contacts?$select=contactid', {}, 404],
    ['a record that does not exist', `${contacts}(${guid(1)})?$select=fullname`, {}, 404],
    ['an id that is no GUID', `${contacts}(7)?$select=fullname`, {}, 400],
    ['an unknown column', `${contacts}(${guid(1)})?$select=whatsapp`, {}, 400],
    ['an unknown column of a list', `${contacts}?$select=whatsapp`, {}, 400],
    ['$skip', `${contacts}?$select=contactid&$skip=5000`, {}, 400],
    ['another filter', `${contacts}?$select=contactid&$filter=contactid gt ${guid(1)}`, {}, 400],
    ['another order', `${contacts}?$select=contactid&$orderby=contactid asc`, {}, 400],
  ])('refuses %s', (_, path, changes, status) => {
    expect(ask(path, changes).status).toBe(status)
  })

  it('gives a change by a person a new time, and a record that is stored again unchanged its own', () => {
    const of = (id: number) => api.records().find((record) => (record as { id: string }).id === guid(id))
    const record = { table: 'contact', id: guid(2), fullname: 'Ama', modifiedon: '2020-01-01T00:00:00Z' }
    api.putRecord?.(record)
    const [editable] = api.editableRecords?.() ?? []
    expect(editable).toMatchObject({ id: guid(2) })
    expect(editable).not.toHaveProperty('modifiedon')
    api.putRecord?.(editable)
    expect(of(2)).toMatchObject({ modifiedon: '2020-01-01T00:00:00Z' })
    api.putRecord?.({ ...(editable as object), fullname: 'Ama Serwaa' })
    expect(of(2)).not.toMatchObject({ modifiedon: '2020-01-01T00:00:00Z' })
  })
})

describe('the sandbox of Microsoft Entra', () => {
  const login = entraSandbox({ tenantId: 'tenant', clientId: 'client', clientSecret })
  const form = {
    grant_type: 'client_credentials',
    client_id: 'client',
    client_secret: clientSecret,
    scope: 'https://acme.crm.dynamics.com/.default',
  }
  const post = (changes: Readonly<Record<string, unknown>> = {}, body: Record<string, string> = form) =>
    login.handle({
      method: 'POST',
      path: '/tenant/oauth2/v2.0/token',
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(body).toString(),
      ...changes,
    })

  it('issues a token', () => {
    expect(post()).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3599 } })
    expect(login.records()).toEqual([])
  })

  it.each([
    ['another path', { path: '/tenant/oauth2/token' }, form, 404],
    ['another tenant', { path: '/other/oauth2/v2.0/token' }, form, 400],
    ['GET', { method: 'GET' }, form, 400],
    ['JSON', { headers: { 'content-type': 'application/json' } }, form, 400],
    ['a scope of v1', {}, { ...form, scope: 'https://acme.crm.dynamics.com' }, 400],
    ['another grant', {}, { ...form, grant_type: 'password' }, 400],
    ['another client', {}, { ...form, client_id: 'x' }, 400],
    ['a wrong secret', {}, { ...form, client_secret: 'x' }, 401],
  ])('refuses %s', (_, changes, body, status) => {
    expect(post(changes, body).status).toBe(status)
  })
})
