import { memoryTokens } from '../../../lib/sources/access-token.ts'
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
    tokens: memoryTokens(),
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

  it('must be able to read contacts', async () => {
    dataverse = await startDataverse({ withoutPrivilege: ['contact', 'lead'] })
    expect(await scopes()).toEqual({
      ok: false,
      finding: 'the application user may not read contacts, leads',
      fix: expect.stringContaining('docs/connect/dynamics.md'),
    })
  })

  it('need not read accounts and leads, and the organization need not have them', async () => {
    dataverse = await startDataverse({ withoutPrivilege: ['account'] })
    const body = { error: { code: '0x80060888', message: 'Resource not found' } }
    dataverse.api.setFaults([{ path: '/leads$', effect: 'answer', status: 404, body }])
    expect(await scopes()).toEqual({
      ok: true,
      finding: 'the application user may read contacts, but not accounts and leads, which are not followed',
      fix: null,
    })
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
