import { Misconfigured, Rejected } from '../../../lib/core/model/errors.ts'
import { signStandardWebhook, standardWebhooksSource } from '../../../lib/sources/standard-webhooks/index.ts'
import { crmSourceContract } from '../../contracts/crm-source.ts'
import { aRef, aRequest, bytes, clock, failureOf, now, sample, thrownBy } from '../requests.ts'
import { startReadApi } from './read-api.ts'

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const another = `whsec_${Buffer.alloc(24, 8).toString('base64')}`
const updatedAt = '2026-03-02T09:00:00Z'
const ref = (recordId: string) => aRef({ source: 'standard-webhooks', account: 'default', recordId })

crmSourceContract('Standard Webhooks', async () => {
  const api = await startReadApi(
    {
      '/contacts/a%2Fb': {
        id: 'a/b',
        updatedAt,
        name: 'Ama Serwaa',
        phone: '024 123 4567',
        address: { country: 'Ghana' },
      },
      '/contacts/old': { id: 'a/b', updatedAt },
    },
    'read-token',
  )
  const options = { secrets: [secret], apiUrl: api.url, accessToken: 'read-token', clock }
  return {
    source: standardWebhooksSource(options),
    another: () => standardWebhooksSource(options),
    unsecured: standardWebhooksSource({ ...options, secrets: ['', ' '] }),
    api,
    secrets: [secret, 'read-token'],
    sign: (body, which = 'right', delivery = 'msg_1') =>
      aRequest({
        body,
        headers: signStandardWebhook({
          secret: which === 'right' ? secret : another,
          id: delivery,
          body,
          sentAt: now,
        }),
      }),
    followed: sample('standard-webhooks', 'contact.created').body,
    nameless: bytes({ type: 'contact.updated', timestamp: updatedAt, data: { id: 'a/b' } }),
    unfollowed: bytes({ type: 'invoice.paid', timestamp: updatedAt, data: {} }),
    found: ref('a/b'),
    foreign: null,
    accountPath: '/account',
    deleted: ref('nobody'),
    merged: ref('old'),
    mergedInto: 'a/b',
  }
})

describe('a Standard Webhooks source', () => {
  it('says how to fix an event with ids alone when there is no read API', async () => {
    const source = standardWebhooksSource({ secrets: [secret], clock })
    const error = await failureOf(source.fetchCustomers([ref('a')]))
    expect(source.canFetch).toBe(false)
    expect(error).toBeInstanceOf(Rejected)
    expect(error).toMatchObject({
      code: 'CANNOT_FETCH',
      message: expect.stringContaining('STANDARD_WEBHOOKS_API_URL'),
    })
  })

  it('asks for the record of a named account, company or lead', async () => {
    const api = await startReadApi(
      { '/companies/7': { id: '7', updatedAt }, '/leads/8': { id: '8', updatedAt } },
      't',
    )
    const source = standardWebhooksSource({ secrets: [secret], apiUrl: api.url, accessToken: 't', clock })
    await source.fetchCustomers([
      { ...ref('7'), recordType: 'company', account: 'côté sud' },
      { ...ref('8'), recordType: 'lead' },
    ])
    await api.close()
    expect(api.ledger.map(({ path, query, status }) => [path, query.get('account'), status])).toEqual([
      ['/companies/7', 'côté sud', 200],
      ['/leads/8', null, 200],
    ])
  })

  it('does not use a record without its date', async () => {
    const api = await startReadApi({ '/contacts/7': { id: '7', name: 'Yaw' } }, 't')
    const source = standardWebhooksSource({ secrets: [secret], apiUrl: api.url, accessToken: 't', clock })
    const error = await failureOf(source.fetchCustomers([ref('7')]))
    await api.close()
    expect(error).toMatchObject({
      code: 'CRM_ANSWER_UNREADABLE',
      message: expect.stringContaining('updatedAt'),
    })
  })

  it('does not repeat what the read API calls its metadata', async () => {
    const document = { id: '7', updatedAt, metadata: { 'Amélie Bassa': { deep: 1 } } }
    const api = await startReadApi({ '/contacts/7': document }, 't')
    const source = standardWebhooksSource({ secrets: [secret], apiUrl: api.url, accessToken: 't', clock })
    const error = await failureOf(source.fetchCustomers([ref('7')]))
    await api.close()
    expect(error).toMatchObject({
      code: 'CRM_ANSWER_UNREADABLE',
      message: expect.stringMatching(/: data\.metadata is not as expected$/),
    })
  })

  it.each(['whsec_', 'whsec_!!!', 'not base64 at all'])('does not start with the secret %j', (bad) => {
    expect(thrownBy(() => standardWebhooksSource({ secrets: [bad], clock }))).toMatchObject({
      code: 'BAD_SECRET',
    })
  })

  it.each(['http://crm.example', 'https://crm.example/api/v1', 'nonsense'])(
    'does not read from %j',
    (apiUrl) => {
      expect(thrownBy(() => standardWebhooksSource({ secrets: [], apiUrl, clock }))).toBeInstanceOf(
        Misconfigured,
      )
    },
  )
})
