import { Misconfigured } from '../../../lib/core/model/errors.ts'
import { aSource } from '../../support/a-source.ts'
import { aRef, failureOf } from '../requests.ts'

const ref = (recordId: string) => aRef({ source: 'pipedrive', account: '9120457', recordId })
const complete = { secrets: {}, variables: { PIPEDRIVE_API_URL: 'https://savane.pipedrive.com' } }

describe('a Pipedrive source', () => {
  it.each([
    { missing: 'API URL', changed: { variables: {} } },
    { missing: 'API token', changed: { secrets: { PIPEDRIVE_API_TOKEN: undefined } } },
  ])('reports that the $missing is missing', async ({ changed }) => {
    const source = aSource('pipedrive', { ...complete, ...changed })
    expect(await failureOf(source.fetchCustomers?.([ref('8')]))).toBeInstanceOf(Misconfigured)
  })

  it.each([{ variables: {} }, { secrets: { PIPEDRIVE_API_TOKEN: undefined } }])(
    'cannot identify the account of an event without an API: %j',
    async (changed) => {
      const source = aSource('pipedrive', { ...complete, ...changed })
      expect(await source.ownsAccount('8087566')).toBe(true)
    },
  )
})
