import { fetchOdooCustomers } from '../../../lib/sources/odoo/fetch-customers.ts'
import { aRef } from '../requests.ts'
import { anOdoo } from './an-odoo.ts'

const contact = (recordId: string) => aRef({ source: 'odoo', account: 'default', recordId })

describe.each(['17.0', '18.0', '19.0'])('reading contacts from Odoo %s', (version) => {
  let odoo: Awaited<ReturnType<typeof anOdoo>>
  beforeEach(async () => {
    odoo = await anOdoo(version)
  })
  afterEach(() => odoo.server.close())

  const put = (id: number, fields: object = {}) =>
    odoo.server.sandbox.putRecord?.({
      id,
      name: `Contact ${id}`,
      write_date: '2026-03-02 09:30:12.418225',
      ...fields,
    })
  const read = (...ids: string[]) => fetchOdooCustomers(ids.map(contact), odoo.api)

  it('reads all of a batch in one call, and leaves the missing ones out', async () => {
    put(14, { country_code: 'CI', phone: '07 07 12 34 56', state_id: [3, 'Lagunes (CI)'] })
    put(15, { active: false })
    const answers = await read('15', '99', '14', '14')
    expect(answers).toMatchObject([
      { kind: 'found', customer: { name: { full: 'Contact 15' }, email: null } },
      { kind: 'deleted' },
      {
        kind: 'found',
        // To the second, as Odoo shows it.
        version: '2026-03-02T09:30:12.000Z',
        customer: { phone: '+2250707123456', address: { country: 'CI', state: 'Lagunes' } },
        mergedIds: [],
      },
      { kind: 'found' },
    ])
    const searches = odoo
      .calls()
      .filter((call) => call.endsWith('execute_kw') || call.endsWith('search_read'))
    expect(searches).toHaveLength(1)
  })

  it('reads two hundred in each call', async () => {
    for (let id = 1; id <= 450; id += 1) put(id)
    const ids = Array.from({ length: 450 }, (_, index) => String(index + 1))
    const answers = await read(...ids)
    expect(answers.every(({ kind }) => kind === 'found')).toBe(true)
    const searches = odoo
      .calls()
      .filter((call) => call.endsWith('execute_kw') || call.endsWith('search_read'))
    expect(searches).toHaveLength(3)
  })

  it('never asks for an id that no database can hold', async () => {
    expect(await read('2147483648', '12345678901234567890', '0', 'x')).toMatchObject(
      Array(4).fill({ kind: 'deleted' }),
    )
    expect(odoo.calls()).toEqual([])
  })

  it('has contacts only', async () => {
    const [answer] = await fetchOdooCustomers([{ ...contact('14'), recordType: 'lead' }], odoo.api)
    expect(answer).toMatchObject({ kind: 'failed', error: { code: 'UNKNOWN_RECORD_TYPE' } })
    expect(odoo.calls()).toEqual([])
  })

  it('reads the fields that the operator maps', async () => {
    put(14, { x_whatsapp: '+233241234567' })
    const [answer] = await fetchOdooCustomers([contact('14')], odoo.api, { contact: { phone: 'x_whatsapp' } })
    expect(answer).toMatchObject({ kind: 'found', customer: { phone: '+233241234567' } })
  })

  it('retries later where Odoo does not tell the time of the last change', async () => {
    put(14, { write_date: '' })
    const [answer] = await read('14')
    expect(answer).toMatchObject({ kind: 'failed', error: { code: 'CRM_ANSWER_UNREADABLE' } })
  })
})
