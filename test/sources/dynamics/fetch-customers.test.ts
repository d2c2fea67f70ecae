import { aRef, failureOf } from '../requests.ts'
import { type Dataverse, guid, organizationId, startDataverse } from './a-dataverse.ts'

let dataverse: Dataverse
beforeEach(async () => {
  dataverse = await startDataverse()
})
afterEach(() => dataverse.close())

const ref = (id: number, recordType: 'contact' | 'company' | 'lead' = 'contact') =>
  aRef({ source: 'dynamics', account: organizationId, recordType, recordId: guid(id) })
const put = (id: number, columns: Readonly<Record<string, unknown>> = {}) =>
  dataverse.api.sandbox.putRecord?.({ table: 'contact', id: guid(id), ...columns })
const requests = () =>
  dataverse.api.ledger.map(({ method, path, query }) => [method, path, [...query.keys()]])

describe('reading records of Dataverse', () => {
  it('reads one by its id, with the columns of the map and as OData 4.0', async () => {
    put(1, { fullname: 'Ama Serwaa', modifiedon: '2026-03-01T08:00:00Z' })
    const [answer] = await dataverse.source().fetchCustomers([ref(1)])
    expect(answer).toMatchObject({ kind: 'found', version: '2026-03-01T08:00:00.000Z', mergedIds: [] })
    const [request] = dataverse.api.ledger
    expect(request).toMatchObject({ method: 'GET', path: `/api/data/v9.2/contacts(${guid(1)})` })
    expect(request?.query.get('$select')?.split(',').toSorted()).toEqual(
      [
        'contactid firstname lastname fullname emailaddress1 mobilephone telephone1 _parentcustomerid_value',
        'address1_line1 address1_line2 address1_city address1_stateorprovince address1_postalcode address1_country',
        'modifiedon merged _masterid_value',
      ]
        .join(' ')
        .split(' ')
        .toSorted(),
    )
    expect(request?.headers).toMatchObject({ 'odata-version': '4.0', 'odata-maxversion': '4.0' })
  })

  it('reads several of one table with one filter, 20 at most', async () => {
    for (let id = 1; id <= 41; id += 1) put(id)
    const refs = Array.from({ length: 41 }, (_, index) => ref(index + 1))
    const answers = await dataverse.source().fetchCustomers([...refs, ref(1)])
    expect(answers.map(({ kind }) => kind)).toEqual(Array(42).fill('found'))
    expect(requests()).toEqual([
      ['GET', '/api/data/v9.2/contacts', ['$select', '$filter']],
      ['GET', '/api/data/v9.2/contacts', ['$select', '$filter']],
      ['GET', `/api/data/v9.2/contacts(${guid(41)})`, ['$select']],
    ])
    const urls = dataverse.api.ledger.map(({ path, query }) => `${path}?${query}`)
    expect(Math.max(...urls.map((url) => url.length))).toBeLessThan(2048)
  })

  it('reads each table on its own', async () => {
    put(1)
    dataverse.api.sandbox.putRecord?.({ table: 'account', id: guid(1), name: 'Savane Logistics' })
    dataverse.api.sandbox.putRecord?.({ table: 'lead', id: guid(1), companyname: 'Druk Crafts' })
    const answers = await dataverse.source().fetchCustomers([ref(1, 'lead'), ref(1, 'company'), ref(1)])
    expect(answers).toMatchObject([
      { customer: { companyName: 'Druk Crafts' } },
      { customer: { companyName: 'Savane Logistics', name: { full: 'Savane Logistics' } } },
      { customer: { companyName: null } },
    ])
  })

  it('reads what a filter omits on its own: it may be deleted, or not to be seen', async () => {
    put(1)
    put(2, { deleted: true })
    const answers = await dataverse.source().fetchCustomers([ref(1), ref(2), ref(3)])
    expect(answers.map(({ kind }) => kind)).toEqual(['found', 'deleted', 'deleted'])
    expect(dataverse.api.ledger.map(({ status }) => status)).toEqual([200, 404, 404])
  })

  it('answers a merged record with its survivor, read alone or with others', async () => {
    put(1)
    put(2, { mergedInto: guid(1) })
    const merged = { kind: 'merged', intoId: guid(1) }
    expect(await dataverse.source().fetchCustomers([ref(2)])).toEqual([merged])
    expect(await dataverse.source().fetchCustomers([ref(2), ref(1)])).toMatchObject([
      merged,
      { kind: 'found' },
    ])
  })

  it('reads the others when Dataverse refuses a batch for one id', async () => {
    put(1)
    const odd = { ...ref(2), recordId: 'not-a-guid' }
    const answers = await dataverse.source().fetchCustomers([ref(1), odd])
    expect(answers).toMatchObject([{ kind: 'found' }, { kind: 'failed', error: { code: 'CRM_REFUSED' } }])
  })

  it('refuses a column that does not exist, naming nothing of the record', async () => {
    put(1)
    const fields = { contact: { phone: 'new_whatsapp' } }
    const error = await failureOf(dataverse.source({ fields }).fetchCustomers([ref(1)]))
    expect(error).toMatchObject({ code: 'CRM_REFUSED', status: 400 })
  })

  it('reads a column and a lookup of the operator’s choice', async () => {
    put(1, {
      new_whatsapp: '+237 677 12 34 56',
      new_tier: 3,
      _ownerid_value: guid(99),
      '_ownerid_value@OData.Community.Display.V1.FormattedValue': 'Grace Mensah',
    })
    const fields = {
      contact: { phone: ['new_whatsapp'], 'metadata.tier': 'new_tier', 'metadata.owner': '_ownerid_value' },
    }
    expect(await dataverse.source({ fields }).fetchCustomers([ref(1)])).toMatchObject([
      { customer: { phone: '+237677123456', metadata: { tier: '3', owner: 'Grace Mensah' } } },
    ])
  })

  it('does not take a missing table for a deleted record', async () => {
    const body = { error: { code: '0x80060888', message: "Resource not found for the segment 'contacts'." } }
    dataverse.api.setFaults([{ effect: 'answer', status: 404, body }])
    const expected = { code: 'CRM_NOT_THERE' }
    expect(await failureOf(dataverse.source().fetchCustomers([ref(1)]))).toMatchObject(expected)
    expect(await failureOf(dataverse.source().fetchCustomers([ref(1), ref(2)]))).toMatchObject(expected)
  })

  it('waits as long as the service protection limits say', async () => {
    const body = { error: { code: '0x80072322', message: 'Number of requests exceeded the limit of 6000' } }
    dataverse.api.setFaults([{ effect: 'answer', status: 429, headers: { 'retry-after': '37' }, body }])
    const error = await failureOf(dataverse.source().fetchCustomers([ref(1)]))
    expect(error).toMatchObject({ code: 'CRM_THROTTLED', afterSeconds: 37, counts: false })
  })

  it('retries later when the time of the last change is missing', async () => {
    dataverse.api.setFaults([{ effect: 'answer', status: 200, body: { contactid: guid(1) } }])
    const error = await failureOf(dataverse.source().fetchCustomers([ref(1)]))
    expect(error).toMatchObject({ code: 'CRM_ANSWER_UNREADABLE' })
  })

  it('names a missing address', async () => {
    const error = await failureOf(dataverse.source({ origin: undefined }).fetchCustomers([ref(1)]))
    expect(error).toMatchObject({ code: 'NO_API_URL' })
    expect(await dataverse.source({ origin: undefined }).ownsAccount('anything')).toBe(true)
  })
})
