import { Misconfigured } from '../../../lib/core/model/errors.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { aSource, halvesOf, startCrmSandbox } from '../../support/a-source.ts'
import { aRef, failureOf, thrownBy } from '../requests.ts'

const updatedAt = '2026-03-02T09:00:00Z'
const ref = (recordId: string) => aRef({ source: 'standard-webhooks', account: 'default', recordId })

/** The source with a read API that holds these records. */
async function withReadApi(...records: readonly unknown[]) {
  const { api, variables } = await startCrmSandbox(halvesOf('standard-webhooks'), records)
  apis.push(api)
  return { api, source: aSource('standard-webhooks', { variables }) }
}
const apis: RunningSandbox[] = []
afterEach(async () => {
  await Promise.all(apis.splice(0).map((api) => api.close()))
})

describe('a Standard Webhooks source', () => {
  it('cannot read records without a read API', () => {
    expect(aSource('standard-webhooks').fetchCustomers).toBeUndefined()
  })

  it('reads the record of a named account, company or lead', async () => {
    const { api, source } = await withReadApi(
      { object: 'companies', id: '7', updatedAt },
      { object: 'leads', id: '8', updatedAt },
    )
    await source.fetchCustomers?.([
      { ...ref('7'), recordType: 'company', account: 'côté sud' },
      { ...ref('8'), recordType: 'lead' },
    ])
    expect(api.ledger.map(({ path, query, status }) => [path, query.get('account'), status])).toEqual([
      ['/companies/7', 'côté sud', 200],
      ['/leads/8', null, 200],
    ])
  })

  it('does not use a record without its time', async () => {
    const { source } = await withReadApi({ object: 'contacts', id: '7', name: 'Yaw' })
    const error = await failureOf(source.fetchCustomers?.([ref('7')]))
    expect(error).toMatchObject({
      code: 'CRM_ANSWER_UNREADABLE',
      message: expect.stringContaining('updatedAt'),
    })
  })

  it('does not repeat unexpected metadata of the read API', async () => {
    const metadata = { 'Amélie Bassa': { deep: 1 } }
    const { source } = await withReadApi({ object: 'contacts', id: '7', updatedAt, metadata })
    const error = await failureOf(source.fetchCustomers?.([ref('7')]))
    expect(error).toMatchObject({
      code: 'CRM_ANSWER_UNREADABLE',
      message: expect.stringMatching(/: data\.metadata is not as expected$/),
    })
  })

  it.each(['whsec_', 'whsec_!!!', 'not base64 at all'])('does not start with the secret %j', (bad) => {
    const secrets = { STANDARD_WEBHOOKS_SECRET: bad }
    expect(thrownBy(() => aSource('standard-webhooks', { secrets }))).toMatchObject({ code: 'BAD_SECRET' })
  })

  it.each(['http://crm.example', 'https://crm.example/api/v1', 'nonsense'])(
    'does not read from %j',
    (apiUrl) => {
      const variables = { STANDARD_WEBHOOKS_API_URL: apiUrl }
      expect(thrownBy(() => aSource('standard-webhooks', { variables }))).toBeInstanceOf(Misconfigured)
    },
  )
})
