import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { fetchPipedriveCustomers } from '../../../lib/sources/pipedrive/fetch-customers.ts'
import { pipedriveSandbox } from '../../../lib/sources/pipedrive/sandbox.ts'
import { aRef, clock } from '../requests.ts'

const ref = (recordId: string, recordType: 'contact' | 'company' | 'lead' = 'contact') =>
  aRef({ source: 'pipedrive', account: '9120457', recordType, recordId })

let api: RunningSandbox
beforeEach(async () => {
  const sandbox = pipedriveSandbox({ apiToken: 'token' })
  sandbox.putRecord?.({
    object: 'persons',
    id: 8,
    name: 'Ama',
    phones: [{ value: '+233241234567', primary: true }],
    update_time: '2026-03-02T09:00:00Z',
  })
  sandbox.putRecord?.({
    object: 'organizations',
    id: 8,
    name: 'Baobab',
    address: { country: 'Sénégal', locality: 'Dakar' },
  })
  api = await startSandbox(sandbox)
})
afterEach(() => api.close())

const fetched = (...refs: Parameters<typeof fetchPipedriveCustomers>[0]) =>
  fetchPipedriveCustomers(refs, { origin: api.url, apiToken: 'token', clock })

describe('reading Pipedrive records', () => {
  it('reads each by GET with the token, persons and organizations separately', async () => {
    expect(await fetched(ref('8'), ref('8', 'company'))).toMatchObject([
      {
        kind: 'found',
        customer: { name: { full: 'Ama' }, phone: '+233241234567' },
        version: '2026-03-02T09:00:00.000Z',
        mergedIds: [],
      },
      { kind: 'found', customer: { companyName: 'Baobab', address: { city: 'Dakar', country: 'SN' } } },
    ])
    expect(
      api.ledger.map(({ method, path, headers }) => [method, path, headers['x-api-token']]).toSorted(),
    ).toEqual([
      ['GET', '/api/v2/organizations/8', 'token'],
      ['GET', '/api/v2/persons/8', 'token'],
    ])
  })

  it('treats a deleted record that is still returned as deleted', async () => {
    api.setFaults([
      {
        path: 'persons',
        effect: 'answer',
        status: 200,
        body: { success: true, data: { id: 8, is_deleted: true } },
      },
    ])
    expect(await fetched(ref('8'))).toEqual([{ kind: 'deleted' }])
  })

  it('does not use a record without its time', async () => {
    api.setFaults([
      { path: 'persons/9', effect: 'answer', status: 200, body: { data: { id: 9, name: 'Yaw' } } },
    ])
    expect(await fetched(ref('9'), ref('8'))).toMatchObject([
      { kind: 'failed', error: { code: 'CRM_ANSWER_UNREADABLE' } },
      { kind: 'found' },
    ])
  })

  it('does not read leads', async () => {
    expect(await fetched(ref('8', 'lead'))).toMatchObject([
      { kind: 'failed', error: { code: 'UNKNOWN_RECORD_TYPE' } },
    ])
    expect(api.ledger).toEqual([])
  })
})
