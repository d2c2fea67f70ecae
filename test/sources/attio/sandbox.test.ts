import { attioSandbox, objectIds, sandboxWorkspace } from '../../../lib/sources/attio/sandbox.ts'

const sandbox = attioSandbox({ accessToken: 'token' })
beforeAll(() => {
  sandbox.putRecord?.({
    object: 'people',
    id: 'p1',
    values: { email_addresses: [{ email_address: 'ama@example.gh' }] },
  })
  sandbox.putRecord?.({ object: 'people', id: 'p2', deleted: true })
  sandbox.putRecord?.({ object: 'people', id: 'p3', merging: true })
})

function ask(path: string, { method = 'GET', token = 'token', body = '' } = {}) {
  const headers = { authorization: `Bearer ${token}` }
  const { status, body: answer } = sandbox.handle({
    method,
    path,
    headers,
    query: new URLSearchParams(),
    body,
  })
  return { status, body: answer }
}
const query = (body: unknown) =>
  ask('/v2/objects/people/records/query', { method: 'POST', body: JSON.stringify(body) })

describe('the Attio sandbox', () => {
  it('answers with versions of values, and an empty list for an attribute without any', () => {
    expect(ask('/v2/objects/people/records/p1')).toMatchObject({
      status: 200,
      body: {
        data: {
          id: { workspace_id: sandboxWorkspace, object_id: objectIds.people, record_id: 'p1' },
          values: {
            email_addresses: [
              { email_address: 'ama@example.gh', active_until: null, attribute_type: 'email-address' },
            ],
            phone_numbers: [],
          },
        },
      },
    })
    expect(ask(`/v2/objects/${objectIds.people}/records/p1`).status).toBe(200)
  })

  it('tells apart a record that is gone and one that is being merged', () => {
    expect(ask('/v2/objects/people/records/p2')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(ask('/v2/objects/people/records/p3').body).toMatchObject({ code: 'merge_in_progress' })
    expect(query({})).toMatchObject({ body: { data: [{ id: { record_id: 'p1' } }] } })
  })

  it.each([
    { limit: 501 },
    { offset: -1 },
    { sorts: [{ attribute: 'updated_at', direction: 'asc' }] },
    { since: 1 },
    7,
  ])('refuses the query %j', (body) => expect(query(body).status).toBe(400))

  it('refuses a wrong token, object, path or method', () => {
    expect(ask('/v2/self', { token: 'other' }).status).toBe(401)
    expect(ask('/v2/objects/deals/records/p1').status).toBe(404)
    expect(ask('/v2/nothing').status).toBe(404)
    expect(ask('/v2/self', { method: 'POST' }).status).toBe(404)
    expect(ask('/v2/objects/people/records/p1', { method: 'DELETE' }).status).toBe(404)
    expect(ask('/v2/objects/people/records/query', { method: 'POST', body: '{' }).status).toBe(400)
  })

  it('returns what is edited as it was put, and rejects an invalid record', () => {
    expect(sandbox.editableRecords?.()).toContainEqual(
      expect.objectContaining({ object: 'people', id: 'p2' }),
    )
    expect(sandbox.records()).toHaveLength(3)
    expect(() => sandbox.putRecord?.({ object: 'deals', id: 'd1' })).toThrow()
  })
})
