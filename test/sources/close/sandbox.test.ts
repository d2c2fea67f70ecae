import { closeSandbox } from '../../../lib/sources/close/sandbox.ts'
import { changedContacts } from '../../../lib/sources/close/search-query.ts'

const sandbox = closeSandbox({ apiKey: 'key' })
beforeAll(() => {
  sandbox.putRecord?.({ object: 'leads', id: 'l1', name: '' })
  sandbox.putRecord?.({ object: 'contacts', id: 'c1', lead_id: 'l1', name: 'Ama' })
  sandbox.putRecord?.({ object: 'contacts', id: 'c2', lead_id: 'l1', deleted: true })
})

function ask(url: string, { method = 'GET', key = 'key', body = '' } = {}) {
  const { pathname: path, searchParams: query } = new URL(url, 'http://127.0.0.1')
  const headers = { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }
  const { status, body: answer } = sandbox.handle({ method, path, headers, query, body })
  return { status, body: answer }
}
const search = (body: unknown) => ask('/api/v1/data/search/', { method: 'POST', body: JSON.stringify(body) })

describe('the Close sandbox', () => {
  it('answers with a contact, and with a lead that is named after its contact', () => {
    expect(ask('/api/v1/contact/c1/')).toMatchObject({
      status: 200,
      body: { id: 'c1', lead_id: 'l1', name: 'Ama', emails: [], phones: [], title: '' },
    })
    expect(ask('/api/v1/lead/l1/')).toMatchObject({
      status: 200,
      body: { display_name: 'Ama', addresses: [], contact_ids: ['c1'] },
    })
    for (const path of ['contact/c2', 'contact/l1', 'lead/c1'])
      expect(ask(`/api/v1/${path}/`).status).toBe(404)
  })

  it.each([
    { query: { type: 'or', queries: [] } },
    { ...changedContacts('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', null), _limit: 201 },
    { ...changedContacts('yesterday', '2026-03-02T00:00:00Z', null) },
    { ...changedContacts('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', null), cursor: 'x' },
    7,
  ])('refuses the search %j', (body) => expect(search(body).status).toBe(400))

  it.each(['object_type=contact', 'object_type=contact&action=deleted&_limit=51', '_skip=50'])(
    'refuses the events with %s',
    (query) => expect(ask(`/api/v1/event/?${query}`).status).toBe(400),
  )

  it('refuses a wrong key, path or method', () => {
    expect(ask('/api/v1/me/', { key: 'other' }).status).toBe(401)
    expect(ask('/api/v1/contact/c1').status).toBe(404)
    expect(ask('/api/v1/contact/c1/', { method: 'PUT' }).status).toBe(405)
    expect(ask('/api/v1/data/search/', { method: 'POST', body: '{' }).status).toBe(400)
  })

  it('changes the time of a record when it changes, and rejects an invalid one', () => {
    const updated = () => (ask('/api/v1/contact/c1/').body as Record<string, unknown>)['date_updated']
    const first = updated()
    sandbox.putRecord?.({ object: 'contacts', id: 'c1', lead_id: 'l1', name: 'Ama' })
    expect(updated()).toBe(first)
    const edited = sandbox.editableRecords?.() as Record<string, unknown>[]
    expect(edited).toHaveLength(3)
    expect(edited[0]).not.toHaveProperty('date_updated')
    expect(() => sandbox.putRecord?.({ object: 'deals', id: 'd1' })).toThrow()
  })
})
