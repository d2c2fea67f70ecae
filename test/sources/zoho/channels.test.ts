import { offline } from '../../../lib/sources/zoho/offline.ts'
import { startZoho, webhookUrl, type ZohoWorld } from './zoho-world.ts'

const token = offline.secrets.ZOHO_WEBHOOK_SECRET
const days = 86_400_000
/** Six days and 23 hours from now. */
const expiry = '2026-03-09T11:00:00+00:00'
const ownId = /^1\d{15}$/

let world: ZohoWorld
beforeEach(async () => {
  world = await startZoho()
})
afterEach(() => world.close())

const renew = (options: Parameters<ZohoWorld['source']>[0] = {}, aheadDays = 7) =>
  world.source(options).channels?.renew(new Date(world.now().getTime() + aheadDays * days))
const aChannel = (changes: Readonly<Record<string, unknown>> = {}) =>
  world.api.sandbox.putRecord?.({
    object: 'channels',
    channel_id: '77',
    notify_url: webhookUrl,
    events: ['Contacts.all', 'Accounts.all'],
    channel_expiry: '2026-03-04T12:00:00+00:00',
    token,
    ...changes,
  })
/** What was sent to change channels: the method and the channel. */
const sent = () =>
  world.api.ledger
    .filter(({ method }) => method !== 'GET')
    .map(({ method, body }) => [method, (JSON.parse(body) as { watch: unknown[] }).watch[0]])
const listed = async () => {
  const response = world.api.sandbox.handle({
    ...(world.api.ledger.at(-1) ?? { path: '', query: new URLSearchParams(), headers: {}, body: '' }),
    method: 'GET',
  })
  return (response.body as { watch: Record<string, unknown>[] } | undefined)?.watch ?? []
}

describe('the notification channel', () => {
  it('is created when there is none, for six days and 23 hours', async () => {
    await renew()
    expect(sent()).toEqual([
      [
        'POST',
        {
          channel_id: expect.stringMatching(ownId),
          events: ['Contacts.all', 'Accounts.all'],
          channel_expiry: expiry,
          token,
          notify_url: webhookUrl,
          notify_on_related_action: false,
          return_affected_field_values: false,
        },
      ],
    ])
    expect(await listed()).toMatchObject([
      { resource_name: 'Contacts', channel_expiry: expiry },
      { resource_name: 'Accounts', channel_expiry: expiry },
    ])
  })

  it('has the same id whenever it is created, and another one for another URL', async () => {
    await renew()
    world.turnClock(8 * 86_400)
    await renew()
    await renew({ webhookUrl: 'https://staging.example.com/webhooks/zoho' })
    const [first, second, other] = sent().map(([, channel]) => (channel as { channel_id: string }).channel_id)
    expect(second).toBe(first)
    expect(other).not.toBe(first)
  })

  it('has the configured id and modules', async () => {
    await renew({ channelId: '1214748364700001', modules: ['Contacts', 'Leads'] })
    expect(sent()).toMatchObject([
      ['POST', { channel_id: '1214748364700001', events: ['Contacts.all', 'Leads.all'] }],
    ])
  })

  it('is renewed before it expires, whoever created it', async () => {
    aChannel({
      notify_url: `${webhookUrl}?from=zoho`,
      events: ['Contacts.all', 'Accounts.all', 'Deals.edit'],
    })
    await renew()
    expect(sent()).toEqual([
      [
        'PATCH',
        {
          channel_id: '77',
          events: ['Contacts.all', 'Accounts.all', 'Deals.edit'],
          channel_expiry: expiry,
          token,
          notify_url: `${webhookUrl}?from=zoho`,
          notify_on_related_action: false,
          return_affected_field_values: false,
        },
      ],
    ])
  })

  it('is left alone while it lasts', async () => {
    aChannel()
    await renew({}, 1)
    expect(sent()).toEqual([])
  })

  it('gets the new token while the secret is rotated', async () => {
    aChannel({ channel_expiry: '2026-03-09T11:00:00+00:00' })
    await renew({ channelTokens: ['the-new-token', token] }, 1)
    expect(sent()).toMatchObject([['PATCH', { channel_id: '77', token: 'the-new-token' }]])
    expect(await listed()).toMatchObject([{ token: 'the-new-token' }, { token: 'the-new-token' }])
  })

  it('is created again when it expires in the very moment', async () => {
    aChannel()
    world.api.setFaults([
      {
        effect: 'answer',
        method: 'PATCH',
        status: 400,
        body: {
          watch: [{ code: 'NOT_SUBSCRIBED', details: {}, message: 'Not subscribed', status: 'error' }],
        },
      },
    ])
    await renew()
    expect(sent().map(([method]) => method)).toEqual(['PATCH', 'POST'])
    expect(sent()[1]).toMatchObject(['POST', { channel_id: '77', channel_expiry: expiry, token }])
  })

  it('of others is not touched: another URL, or another id than the configured one', async () => {
    aChannel({ notify_url: 'https://other.example.com/webhooks/zoho' })
    aChannel({ channel_id: '78' })
    await renew({ channelId: '1214748364700001' })
    expect(sent()).toMatchObject([['POST', { channel_id: '1214748364700001' }]])
  })

  it.each([
    ['a module is missing', ['Contacts.all']],
    ['an event of a module is missing', ['Contacts.all', 'Accounts.create', 'Accounts.edit']],
  ])('is created beside one in which %s', async (_, events) => {
    aChannel({ events })
    await renew()
    expect(sent()).toMatchObject([
      ['PATCH', { channel_id: '77', events }],
      ['POST', { channel_id: expect.stringMatching(ownId), events: ['Contacts.all', 'Accounts.all'] }],
    ])
  })

  it('is complete with every single event', async () => {
    aChannel({
      events: ['Contacts', 'Accounts'].flatMap((module) =>
        ['create', 'edit', 'delete'].map((it) => `${module}.${it}`),
      ),
    })
    await renew()
    expect(sent()).toMatchObject([['PATCH', { channel_id: '77' }]])
  })

  it.each<[string, string | undefined]>([
    ['without a token', undefined],
    ['with a token that is longer than Zoho accepts', 'x'.repeat(51)],
  ])('is not created %s', async (_, secret) => {
    const channelTokens = secret === undefined ? [] : [secret]
    await expect(renew({ channelTokens })).rejects.toMatchObject({ code: 'BAD_SETTING' })
    expect(world.api.ledger).toEqual([])
  })

  it.each<[string, number, unknown, string]>([
    ['an error with its code', 400, { watch: [{ code: 'INVALID_DATA', status: 'error' }] }, 'CRM_REFUSED'],
    ['an error with status 200', 200, { watch: [{ code: 'INVALID_DATA', status: 'error' }] }, 'CRM_REFUSED'],
    ['a refusal of another form', 400, { code: 'INVALID_DATA', status: 'error' }, 'CRM_REFUSED'],
    ['a missing scope', 401, { code: 'OAUTH_SCOPE_MISMATCH' }, 'CRM_DENIED'],
    ['an outage', 503, undefined, 'CRM_UNAVAILABLE'],
    ['a web page', 201, '<html>', 'CRM_ANSWER_UNREADABLE'],
  ])('fails to be created after %s', async (_, status, body, code) => {
    world.api.setFaults([{ effect: 'answer', method: 'POST', status, body }])
    await expect(renew()).rejects.toMatchObject({ code })
  })
})

describe('the sandbox', () => {
  it('gives a channel an hour that asks for more than a week, as Zoho does', async () => {
    aChannel({ channel_expiry: '2026-03-09T12:00:01+00:00' })
    await renew({}, 0)
    expect(await listed()).toMatchObject([{ channel_expiry: '2026-03-02T13:00:00+00:00' }, {}])
    world.turnClock(3_601)
    expect(await listed()).toEqual([])
  })
})
