import { Misconfigured } from '../../../lib/core/model/errors.ts'
import { failureOf } from '../requests.ts'
import { person, startAttio } from './api.ts'

let attio: Awaited<ReturnType<typeof startAttio>>
beforeAll(async () => {
  attio = await startAttio()
  for (const id of ['p1', 'p2', 'p3']) {
    attio.put(id, { values: { name: [{ first_name: id, last_name: null, full_name: id }] } })
  }
  attio.put('gone', { deleted: true })
  attio.put('merged', { mergedInto: 'p1' })
  attio.put('merging', { merging: true })
  attio.put('c1', { object: 'companies', values: { name: [{ value: 'Baobab' }] } })
})
beforeEach(() => {
  attio.api.setFaults([])
  attio.api.ledger.length = 0
})
afterAll(() => attio.api.close())

const fetched = async (...ids: string[]) =>
  (await attio.build().fetchCustomers?.(ids.map((id) => person(id)))) ?? []
const company = { ...person('c1'), recordType: 'company' } as const

describe('reading Attio records', () => {
  it('reads one record by its id', async () => {
    expect(await fetched('p1')).toMatchObject([
      { kind: 'found', version: null, customer: { name: { given: 'p1', family: null }, email: null } },
    ])
    expect(attio.calls()).toEqual(['GET /v2/objects/people/records/p1'])
    expect(attio.api.ledger[0]?.headers).toMatchObject({
      authorization: 'Bearer attio-token',
      accept: 'application/json',
    })
  })

  it('reads several records in one call', async () => {
    const answers = await fetched('p3', 'p1', 'p2', 'p1')
    expect(answers.map((it) => it.kind === 'found' && it.customer.name?.full)).toEqual([
      'p3',
      'p1',
      'p2',
      'p1',
    ])
    expect(attio.calls()).toEqual(['POST /v2/objects/people/records/query'])
    expect(JSON.parse(attio.api.ledger[0]?.body ?? '')).toEqual({
      filter: { record_id: { $in: ['p3', 'p1', 'p2'] } },
      limit: 3,
    })
  })

  it('reads records that the query left out one by one: deleted, merged, or still being merged', async () => {
    expect(await fetched('gone', 'p1', 'merged', 'merging')).toMatchObject([
      { kind: 'deleted' },
      { kind: 'found' },
      { kind: 'deleted' },
      { kind: 'failed', error: { code: 'CRM_BUSY' } },
    ])
    expect(attio.calls().filter((call) => call.startsWith('GET'))).toHaveLength(3)
  })

  it('keeps people and companies apart, and supports no leads', async () => {
    const lead = { ...person('p1'), recordType: 'lead' } as const
    expect(await attio.build().fetchCustomers?.([company, person('p1'), person('c1'), lead])).toMatchObject([
      { kind: 'found', customer: { companyName: 'Baobab' } },
      { kind: 'found', customer: { name: { full: 'p1' } } },
      { kind: 'deleted' },
      { kind: 'failed', error: { code: 'UNKNOWN_RECORD_TYPE' } },
    ])
  })

  it('reads 600 records in two calls', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => `many-${index}`)
    for (const id of ids) attio.put(id)
    const answers = await fetched(...ids)
    expect(answers.every(({ kind }) => kind === 'found')).toBe(true)
    expect(attio.calls()).toHaveLength(2)
  })

  it('reads each record on its own when Attio refuses the query', async () => {
    attio.api.setFaults([{ path: 'query$', effect: 'answer', status: 400 }])
    expect(await fetched('p1', 'gone')).toMatchObject([{ kind: 'found' }, { kind: 'deleted' }])
  })

  it('does not let an unreadable record fail the others', async () => {
    const id = { workspace_id: 'w', object_id: 'o', record_id: 'p1' }
    attio.api.setFaults([
      {
        path: 'query$',
        effect: 'answer',
        status: 200,
        body: {
          data: [
            { id, values: {} },
            { id: {}, values: 7 },
          ],
        },
      },
      { path: 'p2$', effect: 'answer', status: 200, body: { data: {} } },
    ])
    expect(await fetched('p1', 'p2')).toMatchObject([
      { kind: 'found' },
      { kind: 'failed', error: { code: 'CRM_ANSWER_UNREADABLE' } },
    ])
  })

  it('takes an answer with another id for a merge', async () => {
    const id = { workspace_id: 'w', object_id: 'o', record_id: 'p9' }
    attio.api.setFaults([{ effect: 'answer', status: 200, body: { data: { id, values: {} } } }])
    expect(await fetched('p1')).toEqual([{ kind: 'merged', intoId: 'p9' }])
  })

  it('waits as long as Attio asks, which it says as a date', async () => {
    const headers = { 'retry-after': 'Mon, 02 Mar 2026 12:00:07 GMT' }
    const body = { status_code: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded', message: 'x' }
    attio.api.setFaults([{ effect: 'answer', status: 429, headers, body }])
    expect(await failureOf(fetched('p1'))).toMatchObject({
      code: 'CRM_THROTTLED',
      afterSeconds: 7,
      counts: false,
    })
  })

  it('fails for every record when the query fails', async () => {
    attio.api.setFaults([{ effect: 'answer', status: 502 }])
    expect(await failureOf(fetched('p1', 'p2'))).toMatchObject({ code: 'CRM_FAILED' })
    expect(attio.calls()).toHaveLength(1)
  })

  it('names a missing token', async () => {
    const source = attio.build({ secrets: { ATTIO_ACCESS_TOKEN: undefined } })
    const error = await failureOf(source.fetchCustomers?.([person('p1')]))
    expect(error).toBeInstanceOf(Misconfigured)
    expect(error).toMatchObject({ code: 'NO_ACCESS_TOKEN' })
    expect(await source.ownsAccount('another')).toBe(true)
  })
})
