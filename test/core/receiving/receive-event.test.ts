import { RetryLater, WebhookRejected } from '../../../lib/core/model/errors.ts'
import type { CrmSource, ReadChanges } from '../../../lib/core/ports/crm-source.ts'
import type { LogFields } from '../../../lib/core/ports/observers.ts'
import { receiveEvent } from '../../../lib/core/receiving/receive-event.ts'
import { now, rejectionOf } from '../../sources/requests.ts'

const change = {
  source: 'salesforce',
  account: 'org',
  recordType: 'contact',
  recordId: '1',
  kind: 'changed',
  eventId: 'e',
} as const
const nothing: ReadChanges = { changes: [], ignored: 1, unknownFields: [] }

function aReceiver(read: () => ReadChanges, send = async () => {}) {
  const sent: unknown[] = []
  const logged: (readonly [string, string, LogFields | undefined])[] = []
  const note = (level: string) => (message: string, fields?: LogFields) =>
    void logged.push([level, message, fields])
  const log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') }
  const source = { name: 'salesforce', sendsSnapshots: false, readEvent: read } as unknown as CrmSource
  const deps = {
    source: async () => source,
    queue: {
      send: async (messages: readonly unknown[]) => {
        await send()
        sent.push(...messages)
      },
    },
    sealer: { seal: async () => '', open: async () => '' },
    log,
    metrics: { count() {}, measure() {} },
  } as unknown as Parameters<typeof receiveEvent>[3]
  return { sent, logged, receive: () => receiveEvent('salesforce', {}, now, deps) }
}

it('queues the changes of an event', async () => {
  const { sent, receive } = aReceiver(() => ({ ...nothing, changes: [change] }))
  await receive()
  expect(sent).toMatchObject([{ ...change, receivedAt: now.toISOString() }])
})

it('queues nothing of an event that is not followed', async () => {
  const { sent, receive, logged } = aReceiver(() => nothing)
  await receive()
  expect(sent).toEqual([])
  expect(logged).toMatchObject([['info', 'webhook accepted', { records: 0, ignoredEvents: 1 }]])
})

it('warns of changes that the CRM left out, with the command that finds them', async () => {
  const since = '2026-03-02T09:15:00.000Z'
  const { sent, receive, logged } = aReceiver(() => ({ ...nothing, changes: [change], missed: { since } }))
  await receive()
  expect(sent).toHaveLength(1)
  const warning = logged.find(([level]) => level === 'warn')?.[2]
  expect(warning).toMatchObject({ source: 'salesforce', code: 'CHANGES_MISSED' })
  expect(warning?.['reason']).toContain(`npm run resync -- --source salesforce --since ${since}`)
})

it.each([
  ['an unreadable event', new WebhookRejected(400, 'BAD_FORMAT', 'detail: not as expected'), 'BAD_FORMAT'],
  ['a queue that is down', new RetryLater('QUEUE_UNAVAILABLE', 'no answer'), 'QUEUE_UNAVAILABLE'],
  ['an unforeseen error', new TypeError('ama@example.gh'), 'UNEXPECTED'],
])('fails for %s, so that the event is delivered again, and logs no part of it', async (_, failure, code) => {
  const { receive, logged } = aReceiver(() => {
    throw failure
  })
  const error = await rejectionOf(receive)
  expect(error).toBeInstanceOf(Error)
  expect(logged).toMatchObject([['error', expect.any(String), { source: 'salesforce', code }]])
  expect(`${error} ${JSON.stringify(logged)}`).not.toContain('ama@example.gh')
})
