import { dynamicsDiagnosis } from '../../../lib/sources/dynamics/diagnosis.ts'
import { clock } from '../requests.ts'
import { type Dataverse, startDataverse } from './a-dataverse.ts'

let dataverse: Dataverse
afterEach(() => dataverse.close())

const scopes = () =>
  dynamicsDiagnosis.scopes?.({
    ...dataverse.connection,
    webhookUrl: null,
    guide: 'docs/connect/dynamics.md',
    clock,
  })

describe('what Dataverse tells of the application user', () => {
  it('may read every table', async () => {
    dataverse = await startDataverse()
    expect(await scopes()).toMatchObject({ ok: true, fix: null })
    const paths = ['contacts', 'accounts', 'leads'].map((set) => `/api/data/v9.2/${set}`)
    expect(dataverse.api.ledger.map(({ method, path }) => [method, path])).toEqual(
      paths.map((path) => ['GET', path]),
    )
  })

  it('names the tables that it may not read', async () => {
    dataverse = await startDataverse({ withoutPrivilege: ['contact', 'lead'] })
    expect(await scopes()).toEqual({
      ok: false,
      finding: 'the application user may not read contacts, leads',
      fix: expect.stringContaining('docs/connect/dynamics.md'),
    })
  })

  it('does not need leads', async () => {
    dataverse = await startDataverse()
    const body = { error: { code: '0x80060888', message: 'Resource not found' } }
    dataverse.api.setFaults([{ path: '/leads$', effect: 'answer', status: 404, body }])
    expect(await scopes()).toMatchObject({ ok: true, finding: expect.stringContaining('no leads') })
  })

  it.each([
    [503, 'CRM_UNAVAILABLE'],
    [401, 'CRM_DENIED'],
  ])('fails as reading does: %s', async (status, code) => {
    dataverse = await startDataverse()
    dataverse.api.setFaults([{ effect: 'answer', status }])
    await expect(scopes()).rejects.toMatchObject({ code })
  })
})
