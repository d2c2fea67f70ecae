import { type RunningSandbox, startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { closeDiagnosis } from '../../../lib/sources/close/diagnosis.ts'
import { closeSandbox } from '../../../lib/sources/close/sandbox.ts'
import { clock } from '../requests.ts'

const webhookUrl = 'https://hooks.example.com/webhooks/close'
let api: RunningSandbox
afterEach(() => api.close())

async function connect(url: string | undefined = webhookUrl) {
  api = await startSandbox(closeSandbox({ apiKey: 'key', webhookUrl: url }))
  return {
    secrets: { CLOSE_ACCESS_TOKEN: 'key' },
    origins: { CLOSE_API_URL: api.url },
    webhookUrl,
    guide: 'docs/connect/close.md',
    tokens: memoryTokens(),
    clock,
  }
}
const events = [{ object_type: 'contact', action: 'created' }]

describe('what Close tells about the connection', () => {
  it('every event is sent once', async () => {
    expect(await closeDiagnosis.webhook?.(await connect())).toMatchObject({
      ok: true,
      finding: `every event is sent to ${webhookUrl} once`,
    })
  })

  it('events are missing', async () => {
    const connection = await connect('https://elsewhere.example.com/')
    api.sandbox.putRecord?.({ object: 'webhooks', id: 'w2', url: webhookUrl, events })
    expect(await closeDiagnosis.webhook?.(connection)).toMatchObject({
      ok: false,
      finding: expect.stringContaining('contact.updated, contact.deleted, lead.updated, lead.merged'),
    })
  })

  it('events are sent twice, or the subscription is paused', async () => {
    const connection = await connect()
    api.sandbox.putRecord?.({ object: 'webhooks', id: 'w2', url: webhookUrl, events })
    expect(await closeDiagnosis.webhook?.(connection)).toMatchObject({
      ok: false,
      fix: expect.stringContaining('w2'),
    })
    api.sandbox.putRecord?.({ object: 'webhooks', id: 'w2', url: webhookUrl, events: [], status: 'paused' })
    expect(await closeDiagnosis.webhook?.(connection)).toMatchObject({
      ok: false,
      finding: 'webhook w2 is paused',
    })
  })

  it('nothing to a user who may not list webhooks', async () => {
    const connection = await connect()
    api.setFaults([{ effect: 'answer', status: 403 }])
    expect(await closeDiagnosis.webhook?.(connection)).toMatchObject({
      ok: true,
      finding: expect.stringContaining('could not be checked'),
    })
  })
})
