import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { hubspotSandbox } from '../../../lib/sources/hubspot/sandbox.ts'
import { aSource } from '../../support/a-source.ts'

let api: RunningSandbox
beforeAll(async () => {
  api = await startSandbox(hubspotSandbox({ accessToken: 'pat-33', portalId: 33 }))
})
beforeEach(() => {
  api.setFaults([])
  api.ledger.length = 0
})
afterAll(() => api.close())

const withTokens = (tokens: string) =>
  aSource('hubspot', {
    secrets: { HUBSPOT_ACCESS_TOKEN: tokens },
    variables: { HUBSPOT_API_URL: api.url },
  })
const paths = () => api.ledger.map(({ path }) => path)

describe('the portals that HUBSPOT_ACCESS_TOKEN is for', () => {
  it('are the portal of its only token', async () => {
    const source = withTokens('pat-33')
    expect(await Promise.all(['33', '77', '33'].map(source.ownsAccount))).toEqual([true, false, true])
    expect(paths()).toEqual(['/account-info/v3/details'])
  })

  it('are those it names, and the portal of the token without one', async () => {
    const source = withTokens('44=pat-44,pat-33')
    expect(await Promise.all(['44', '33', '55'].map(source.ownsAccount))).toEqual([true, true, false])
    expect(paths()).toEqual(['/account-info/v3/details'])
  })

  it('are not all read where every token names its portal, because an unlisted one loses nothing', async () => {
    const source = withTokens('33=pat-33')
    expect(await source.ownsAccount('55')).toBe(true)
    await expect(
      source.fetchCustomers?.([{ source: 'hubspot', account: '55', recordType: 'contact', recordId: '1' }]),
    ).rejects.toMatchObject({ name: 'Misconfigured', code: 'NO_ACCESS_TOKEN' })
    expect(paths()).toEqual([])
  })

  it.each([401, 403])(
    'are unknown when the token may not read them (%i); the error says what to configure',
    async (status) => {
      api.setFaults([{ path: 'account-info', effect: 'answer', status }])
      await expect(withTokens('pat-33').ownsAccount('33')).rejects.toMatchObject({
        name: 'Misconfigured',
        code: 'CRM_DENIED',
        message: expect.stringContaining('portalId=token'),
      })
    },
  )
})
