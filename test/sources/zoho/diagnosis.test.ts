import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { zohoDiagnosis } from '../../../lib/sources/zoho/diagnosis.ts'
import { offline } from '../../../lib/sources/zoho/offline.ts'
import { startZoho, webhookUrl, type ZohoWorld } from './zoho-world.ts'

let world: ZohoWorld
beforeEach(async () => {
  world = await startZoho()
})
afterEach(() => world.close())

const ask = (changes: { readonly webhookUrl?: string | null } = {}) =>
  zohoDiagnosis.webhook?.({
    secrets: offline.secrets,
    origins: { ZOHO_API_URL: world.api.url, ZOHO_ACCOUNTS_URL: world.accounts.url },
    webhookUrl,
    guide: 'docs/connect/zoho.md',
    tokens: memoryTokens(),
    clock: { now: world.now },
    ...changes,
  })
const aChannel = (changes: Readonly<Record<string, unknown>> = {}) =>
  world.api.sandbox.putRecord?.({
    object: 'channels',
    channel_id: '77',
    notify_url: webhookUrl,
    events: ['Contacts.all', 'Accounts.all'],
    channel_expiry: '2026-03-09T11:00:00+00:00',
    ...changes,
  })

describe('what npm run doctor tells of the notification channel', () => {
  it('until when it lasts', async () => {
    aChannel()
    expect(await ask()).toEqual({
      ok: true,
      finding: `all events of Accounts, Contacts are sent to ${webhookUrl} until 2026-03-09T11:00:00.000Z`,
      fix: null,
    })
  })

  it.each<[string, Readonly<Record<string, unknown>> | null]>([
    ['there is none', null],
    ['it notifies another URL', { notify_url: 'https://other.example.com/webhooks/zoho' }],
    ['it reports some events of contacts only', { events: ['Contacts.create', 'Accounts.all'] }],
    ['it has expired', { channel_expiry: '2026-03-02T11:59:00+00:00' }],
  ])('that %s', async (_, channel) => {
    if (channel) aChannel(channel)
    expect(await ask()).toEqual({
      ok: false,
      finding: `no notification channel sends all events of Contacts to ${webhookUrl}`,
      fix: 'Invoke the function renewChannels, which creates it: see docs/connect/zoho.md.',
    })
  })

  it('that it has not been renewed', async () => {
    aChannel({ channel_expiry: '2026-03-05T12:00:00+00:00' })
    expect(await ask()).toMatchObject({
      ok: false,
      finding:
        'the notification channel lasts only until 2026-03-05T12:00:00.000Z, so it has not been renewed',
      fix: expect.stringContaining('renewChannels'),
    })
  })

  it('that it has a condition', async () => {
    aChannel({ notification_condition: [{ type: 'field_selection' }] })
    expect(await ask()).toMatchObject({
      ok: false,
      finding: 'channel 77 reports the changes of some fields only',
    })
  })

  it('nothing where the URL is not known', async () => {
    expect(await ask({ webhookUrl: null })).toMatchObject({
      ok: true,
      finding: expect.stringContaining('--url'),
    })
    expect(world.api.ledger).toEqual([])
  })

  it('throws when Zoho refuses the token', async () => {
    world.api.setFaults([{ effect: 'answer', status: 401, body: { code: 'OAUTH_SCOPE_MISMATCH' } }])
    await expect(ask()).rejects.toMatchObject({ code: 'CRM_DENIED' })
  })
})
