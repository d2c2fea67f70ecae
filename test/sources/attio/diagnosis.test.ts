import { type RunningSandbox, startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { attioDiagnosis, followedEvents } from '../../../lib/sources/attio/diagnosis.ts'
import { attioSandbox } from '../../../lib/sources/attio/sandbox.ts'
import { clock } from '../requests.ts'

const webhookUrl = 'https://hooks.example.com/webhooks/attio'
let api: RunningSandbox
afterEach(() => api.close())

async function connect(options: Partial<Parameters<typeof attioSandbox>[0]> = {}) {
  api = await startSandbox(attioSandbox({ accessToken: 'token', webhookUrl, ...options }))
  return {
    secrets: { ATTIO_ACCESS_TOKEN: 'token' },
    origins: { ATTIO_API_URL: api.url },
    webhookUrl,
    guide: 'docs/connect/attio.md',
    tokens: memoryTokens(),
    clock,
  }
}
const webhook = (id: string, events: readonly string[] = followedEvents, status = 'active') =>
  api.sandbox.putRecord?.({
    object: 'webhooks',
    id,
    target_url: `${webhookUrl}/?from=attio`,
    status,
    subscriptions: events.map((event_type) => ({ event_type, filter: null })),
  })

describe('what Attio tells about the connection', () => {
  it.each([
    [['record_permission:read', 'object_configuration:read-write'], true, /record_permission:read and/],
    [['record_permission:read'], false, /lacks the scope object_configuration:read$/],
    [[], true, /could not be checked/],
  ])('the scopes %j are %s', async (scopes, ok, finding) => {
    const told = await attioDiagnosis.scopes?.(await connect({ scopes }))
    expect(told).toMatchObject({ ok, finding: expect.stringMatching(finding) })
  })

  it('every event is sent once', async () => {
    const told = await attioDiagnosis.webhook?.(await connect())
    expect(told).toMatchObject({ ok: true, finding: expect.stringContaining('once') })
  })

  it('events are missing', async () => {
    const connection = await connect({ webhookUrl: undefined })
    webhook('w1', ['record.created', 'note.created'])
    expect(await attioDiagnosis.webhook?.(connection)).toMatchObject({
      ok: false,
      finding: `no webhook sends record.updated, record.deleted, record.merged to ${webhookUrl}`,
    })
  })

  it('events are sent twice', async () => {
    const connection = await connect()
    webhook('w2', ['record.merged'])
    expect(await attioDiagnosis.webhook?.(connection)).toMatchObject({
      ok: false,
      finding: expect.stringContaining('both send record.merged'),
      fix: expect.stringContaining('w2'),
    })
  })

  it('the webhook is degraded', async () => {
    const connection = await connect({ webhookUrl: undefined })
    webhook('w1', followedEvents, 'degraded')
    expect(await attioDiagnosis.webhook?.(connection)).toMatchObject({
      ok: false,
      finding: 'webhook w1 is degraded',
    })
  })

  it('nothing to a token without the scope for webhooks, or without a URL to look for', async () => {
    const connection = await connect({ scopes: ['record_permission:read'] })
    const unknown = { ok: true, finding: expect.stringContaining('could not be checked') }
    expect(await attioDiagnosis.webhook?.(connection)).toMatchObject(unknown)
    expect(await attioDiagnosis.webhook?.({ ...connection, webhookUrl: null })).toMatchObject(unknown)
  })
})
