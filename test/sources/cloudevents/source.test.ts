import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { aSource, halvesOf, startCrmSandbox } from '../../support/a-source.ts'
import { aRef, failureOf } from '../requests.ts'

const updatedAt = '2026-03-02T09:00:00Z'
const ref = (recordId: string) => aRef({ source: 'cloudevents', account: 'default', recordId })

describe('a CloudEvents source', () => {
  let api: RunningSandbox | undefined
  afterEach(async () => api?.close())

  it('cannot read records without a read API', () => {
    expect(aSource('cloudevents').fetchCustomers).toBeUndefined()
  })

  it('reads records from the read API of its sender, with that API’s token', async () => {
    const started = await startCrmSandbox(halvesOf('cloudevents'), [
      { object: 'contacts', id: '7', updatedAt, name: 'Yaw' },
      { object: 'contacts', id: '8', name: 'no time' },
    ])
    api = started.api
    const source = aSource('cloudevents', { variables: started.variables })
    expect(await source.fetchCustomers?.([{ ...ref('7'), account: 'acme' }])).toEqual([
      {
        kind: 'found',
        customer: { name: { full: 'Yaw' } },
        version: '2026-03-02T09:00:00.000Z',
        mergedIds: [],
      },
    ])
    expect(
      api.ledger.map(({ path, query, headers }) => [path, `${query}`, headers['authorization']]),
    ).toEqual([['/contacts/7', 'account=acme', 'Bearer cloudevents-token-offline']])
    expect(await failureOf(source.fetchCustomers?.([ref('8')]))).toMatchObject({
      code: 'CRM_ANSWER_UNREADABLE',
      message: 'The read API at CLOUDEVENTS_API_URL did not return updatedAt',
    })
  })

  it('takes JSON in the three content modes only', () => {
    expect(aSource('cloudevents').door?.mediaTypes).toEqual([
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
      'application/json',
    ])
  })
})
