import { Misconfigured } from '../../../lib/core/model/errors.ts'
import { pipedriveSandbox } from '../../../lib/offline/sandbox/pipedrive.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { pipedriveSource, signPipedriveRequest } from '../../../lib/sources/pipedrive/index.ts'
import { crmSourceContract } from '../../contracts/crm-source.ts'
import { aRef, aRequest, bytes, clock, failureOf, sample } from '../requests.ts'

const ref = (recordId: string) => aRef({ source: 'pipedrive', account: '9120457', recordId })
const options = {
  webhookUsers: ['crm-pay-sync'],
  webhookPasswords: ['a long and random password'],
  apiToken: 'api-token-of-a-user',
  clock,
}

crmSourceContract('Pipedrive', async () => {
  const sandbox = pipedriveSandbox({ apiToken: options.apiToken })
  sandbox.putRecord?.({
    object: 'persons',
    id: 8,
    name: 'Ama Serwaa',
    emails: [{ value: 'ama@example.gh', primary: true }],
  })
  sandbox.putRecord?.({ object: 'persons', id: 9, name: 'gone', deleted: true })
  sandbox.putRecord?.({ object: 'persons', id: 10, name: 'merged', mergedInto: 8 })
  const api = await startSandbox(sandbox)
  return {
    source: pipedriveSource({ ...options, apiUrl: api.url }),
    another: () => pipedriveSource({ ...options, apiUrl: api.url }),
    unsecured: pipedriveSource({ ...options, apiUrl: api.url, webhookPasswords: [''] }),
    api,
    secrets: [...options.webhookPasswords, options.apiToken],
    sign: (body, which = 'right') =>
      aRequest({
        body,
        headers: signPipedriveRequest({
          user: 'crm-pay-sync',
          password: which === 'right' ? 'a long and random password' : 'guess',
        }),
      }),
    followed: sample('pipedrive', 'person.create').body,
    nameless: bytes({
      meta: { entity: 'person', action: 'change', company_id: '9120457', entity_id: '8' },
      data: { id: 8 },
    }),
    unfollowed: bytes({ meta: { entity: 'deal', action: 'change' } }),
    found: ref('8'),
    foreign: { ...ref('8'), account: '8087566' },
    accountPath: '/api/v1/users/me',
    deleted: ref('9'),
    merged: ref('10'),
    mergedInto: '8',
  }
})

describe('a Pipedrive source', () => {
  it.each([
    { missing: 'apiUrl', changed: { apiUrl: undefined } },
    { missing: 'apiToken', changed: { apiToken: undefined } },
  ])('says what is missing when it has no $missing', async ({ changed }) => {
    const source = pipedriveSource({ ...options, apiUrl: 'https://savane.pipedrive.com', ...changed })
    expect(await failureOf(source.fetchCustomers([ref('8')]))).toBeInstanceOf(Misconfigured)
  })

  it.each([{ apiUrl: undefined }, { apiToken: undefined }])(
    'cannot tell whose events it is sent without an API to ask: %j',
    async (changed) => {
      const source = pipedriveSource({ ...options, apiUrl: 'https://savane.pipedrive.com', ...changed })
      expect(await source.ownsAccount('8087566')).toBe(true)
    },
  )

  it('answers a body it cannot read with success, because Pipedrive bans who answers 4xx', () => {
    expect(pipedriveSource({ ...options, apiUrl: undefined }).badFormatStatus).toBe(200)
  })
})
