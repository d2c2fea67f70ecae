import { logMessages } from '../../../lib/core/ports/log-messages.ts'
import { readLogLine } from '../../../lib/operator/log/log-entry.ts'
import { fromLog } from '../../../lib/operator/why/from-log.ts'
import { inOrder } from '../../../lib/operator/why/timeline.ts'

const record = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501' }
const customer = { provider: 'notchpay', mode: 'live', providerCustomerId: 'cus_8' }

type Line = Readonly<Record<string, unknown>> & { readonly second: number; readonly message: string }

/** The timeline of log lines of one record. */
function timelineOf(...lines: readonly Line[]) {
  const entries = lines.flatMap(({ second, ...line }) => {
    const timestamp = new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()
    return readLogLine(JSON.stringify({ level: 'INFO', timestamp, ...record, ...line })) ?? []
  })
  return inOrder(fromLog(entries))
}

const queued = (second: number, eventId: string) => ({
  second,
  message: logMessages.changeQueued,
  eventIds: [eventId],
  kind: 'changed',
})

it('tells a change from the webhook to the provider, with field names and the time it took', () => {
  const timeline = timelineOf(queued(0, 'e1'), {
    second: 1,
    message: logMessages.customerUpdated,
    eventIds: ['e1'],
    ...customer,
    outcome: 'updated',
    fields: ['phone'],
    tries: 1,
    latencyMs: 1200,
  })
  expect(timeline).toMatchObject([
    { event: 'received', eventId: 'e1', reason: 'changed' },
    {
      event: 'synced',
      eventId: 'e1',
      outcome: 'updated',
      provider: 'notchpay',
      providerCustomerId: 'cus_8',
      fields: ['phone'],
      latencyMs: 1200,
    },
  ])
})

it('tells that events were coalesced, and that a repeated event is dropped', () => {
  const timeline = timelineOf(queued(0, 'e1'), queued(1, 'e2'), queued(2, 'e2'), {
    second: 3,
    message: logMessages.customerUpdated,
    eventIds: ['e1', 'e2'],
    ...customer,
    outcome: 'updated',
  })
  expect(timeline.map(({ reason }) => reason)).toEqual([
    'changed',
    'changed',
    'changed; the same event again, which the queue drops',
    'together with 1 other event of the record',
  ])
})

it('shows failed tries in a row as one entry, with the first and the last time', () => {
  const failed = (second: number, tries: number) => ({
    second,
    message: logMessages.changeRetried,
    eventIds: ['e1'],
    ...customer,
    code: 'PROVIDER_UNAVAILABLE',
    reason: 'Notch Pay answered 503 to POST',
    status: 503,
    tries,
  })
  const timeline = timelineOf(queued(0, 'e1'), failed(1, 1), failed(5, 2), failed(20, 3))
  expect(timeline).toHaveLength(2)
  expect(timeline[1]).toMatchObject({
    at: '2026-03-01T08:00:01.000Z',
    lastAt: '2026-03-01T08:00:20.000Z',
    event: 'failed',
    code: 'PROVIDER_UNAVAILABLE',
    status: 503,
    attempts: 3,
  })
})

it('tells a redrive that only the next round shows', () => {
  const timeline = timelineOf(
    queued(0, 'e1'),
    { second: 1, message: logMessages.changeDeadLettered, eventIds: ['e1'], code: 'CONTACT_MISSING' },
    {
      second: 40,
      message: logMessages.customerCreated,
      eventIds: ['e1'],
      ...customer,
      outcome: 'created',
      round: 1,
    },
    {
      second: 50,
      message: logMessages.customerUnchanged,
      eventIds: ['e2'],
      ...customer,
      outcome: 'unchanged',
    },
  )
  expect(timeline.map(({ event }) => event)).toEqual([
    'received',
    'dead-lettered',
    'redriven',
    'synced',
    'synced',
  ])
})

it('tells what was suppressed, superseded and not routed', () => {
  const timeline = timelineOf(
    { second: 1, message: logMessages.customerUnchanged, eventIds: ['e1'], outcome: 'unchanged' },
    { second: 2, message: logMessages.changeSuperseded, eventIds: ['e2'], outcome: 'superseded' },
    { second: 3, message: logMessages.customerNotRouted, eventIds: ['e3'], outcome: 'not-routed' },
  )
  expect(timeline.map(({ event, outcome, reason }) => [event, outcome, reason])).toEqual([
    ['synced', 'unchanged', 'the provider has this state already'],
    ['synced', 'superseded', 'a newer state was synced already'],
    ['not-routed', 'not-routed', null],
  ])
})
