import { Misconfigured } from '../../../lib/core/model/errors.ts'
import { hubspotSandbox } from '../../../lib/offline/sandbox/hubspot.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { hubspotSource, signHubspotRequest } from '../../../lib/sources/hubspot/index.ts'
import { crmSourceContract } from '../../contracts/crm-source.ts'
import { aRef, aRequest, bytes, clock, now, sample, thrownBy } from '../requests.ts'

const secret = 'a-client-secret-of-an-app'
const url = 'https://hooks.example.com/webhooks/hubspot'

crmSourceContract('HubSpot', async () => {
  const sandbox = hubspotSandbox({ accessToken: 'pat-token' })
  sandbox.putRecord?.({
    object: 'contacts',
    id: '501',
    properties: { firstname: 'Ama', phone: '024 123 4567', country: 'Ghana' },
  })
  sandbox.putRecord?.({ object: 'contacts', id: '502', deleted: true })
  sandbox.putRecord?.({ object: 'contacts', id: '503', mergedInto: '501' })
  const api = await startSandbox(sandbox)
  const options = {
    clientSecrets: [secret],
    accessTokens: { default: 'pat-token', byAccount: {} },
    apiUrl: api.url,
    publicUrl: 'https://hooks.example.com/',
    clock,
  }
  return {
    source: hubspotSource(options),
    another: () => hubspotSource(options),
    unsecured: hubspotSource({ ...options, clientSecrets: [] }),
    api,
    secrets: [secret, 'pat-token'],
    sign: (body, which = 'right') =>
      aRequest({
        body,
        headers: signHubspotRequest({
          method: 'POST',
          url,
          body,
          sentAt: now,
          clientSecret: which === 'right' ? secret : 'another',
        }),
      }),
    followed: sample('hubspot', 'contact.creation').body,
    nameless: bytes([
      { subscriptionType: 'contact.propertyChange', propertyName: 'email', objectId: 7, portalId: 1 },
    ]),
    unfollowed: bytes([{ subscriptionType: 'deal.creation', objectId: 7, portalId: 1 }]),
    found: aRef({ recordId: '501' }),
    foreign: aRef({ recordId: '501', account: '48990112' }),
    accountPath: '/account-info/v3/details',
    deleted: aRef({ recordId: '502' }),
    merged: aRef({ recordId: '503' }),
    mergedInto: '501',
  }
})

describe('a HubSpot source', () => {
  it('sends its token to nobody but HubSpot', () => {
    const build = () =>
      hubspotSource({
        clientSecrets: [],
        accessTokens: { byAccount: {} },
        apiUrl: 'https://api.hubapi.com.evil.example',
        publicUrl: 'https://hooks.example.com',
        clock,
      })
    expect(thrownBy(build)).toBeInstanceOf(Misconfigured)
  })
})
