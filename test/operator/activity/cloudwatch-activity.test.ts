import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { cloudWatchActivity } from '../../../lib/operator/activity/cloudwatch-activity.ts'
import type { Activity } from '../../../lib/operator/activity/figures.ts'
import { type FakeCloudWatch, startCloudWatch } from '../../support/cloudwatch.ts'
import { aLine } from '../log/a-line.ts'

const group = '/aws/lambda/crm-pay-sync-prod-syncCustomer'
const now = new Date('2026-03-01T12:07:30.000Z')
const at = (time: string) => Date.parse(`2026-03-01T${time}Z`)

let fake: FakeCloudWatch
let activity: Activity
beforeEach(async () => {
  fake = await startCloudWatch([group])
  const settings = {
    region: 'us-east-1',
    endpoint: fake.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  }
  const logs = new CloudWatchLogsClient(settings)
  const metrics = new CloudWatchClient(settings)
  activity = cloudWatchActivity({ stage: 'prod', groups: [group], logs, metrics }, () => now)
})
afterEach(async () => {
  await activity.close()
  fake.close()
})

const measure = (name: string, stat: string, time: string, value: number, period = 60) =>
  fake.measured.push({
    metric: `crm-pay-sync/${name}`,
    dimension: 'service=prod',
    stat,
    period,
    at: at(time),
    value,
  })
const measureOldest = (time: string, value: number) =>
  fake.measured.push({
    metric: 'AWS/SQS/ApproximateAgeOfOldestMessage',
    dimension: 'QueueName=crm-pay-sync-prod-changes.fifo',
    stat: 'Maximum',
    period: 60,
    at: at(time),
    value,
  })

describe('the figures of a deployed stage', () => {
  it('are zeros, and nothing is claimed to be known, where nothing was measured', async () => {
    const { buckets, totals, latency, sources, providers } = await activity.figures('15m')
    expect([buckets.length, totals.changed, latency, sources, providers]).toEqual([15, 0, null, null, null])
    expect(buckets.every(({ latency, oldestSeconds }) => latency === null && oldestSeconds === null)).toBe(
      true,
    )
  })

  it('are made of the metrics of the stage, all in one request', async () => {
    const names = [
      'CustomersCreated',
      'CustomersAdopted',
      'CustomersUpdated',
      'CustomersUnchanged',
      'ChangesSuperseded',
    ]
    for (const name of names) measure(name, 'Sum', '12:06:00', 2)
    for (const name of ['CustomersClosed', 'CustomersErased', 'CustomersNotRouted'])
      measure(name, 'Sum', '12:06:00', 1)
    measure('ChangesFailed', 'Sum', '12:07:00', 5)
    measure('ChangesDeadLettered', 'Sum', '12:07:00', 2)
    measure('WebhooksAccepted', 'Sum', '11:53:00', 9)
    measure('WebhooksRefused', 'Sum', '11:52:00', 9)
    measureOldest('12:06:00', 44)
    const { buckets, totals } = await activity.figures('15m')
    expect(totals).toEqual({
      changed: 6,
      same: 4,
      retried: 3,
      deadLettered: 2,
      closed: 2,
      notRouted: 1,
      webhooksAccepted: 9,
      webhooksRefused: 0,
    })
    expect(buckets.at(-2)).toMatchObject({ at: '2026-03-01T12:06:00.000Z', changed: 6, oldestSeconds: 44 })
    expect(fake.requests.map(({ operation }) => operation)).toEqual(['GetMetricData'])
  })

  it('tell the latency of each bucket and of the whole range', async () => {
    const latency = (time: string, measured: number, p95: number, percent: number) => {
      measure('ChangeLatency', 'SampleCount', time, measured)
      measure('ChangeLatency', 'p50', time, 400)
      measure('ChangeLatency', 'p95', time, p95)
      measure('ChangeLatency', 'PR(:2000)', time, percent)
    }
    latency('12:05:00', 30, 900, 100)
    latency('12:06:00', 10, 5000, 60)
    measure('ChangeLatency', 'p50', '11:53:00', 450, 900)
    measure('ChangeLatency', 'p95', '11:53:00', 3200, 900)
    const figures = await activity.figures('15m')
    expect(figures.buckets.at(-2)?.latency).toEqual({ measured: 10, p50Ms: 400, p95Ms: 5000, within2s: 0.6 })
    expect(figures.latency).toEqual({ measured: 40, p50Ms: 450, p95Ms: 3200, within2s: 0.9 })
  })

  it('name the missing permission', async () => {
    fake.denied.add('GetMetricData')
    await expect(activity.figures('7d')).rejects.toThrow(
      'these AWS credentials lack the permission cloudwatch:GetMetricData',
    )
  })
})

describe('the log of a deployed stage', () => {
  const ref = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501' }
  const write = (message: string, time: string, fields: object) =>
    fake.events.push({ group, timestamp: at(time), message: aLine(message, { ...ref, ...fields }, at(time)) })

  it('tells what became of changes, newest first', async () => {
    write('customer updated', '12:01:00', { recordId: '1', outcome: 'updated', provider: 'notchpay' })
    write('change queued', '12:02:00', { recordId: '2' })
    write('change will be tried again', '12:03:00', { recordId: '3', provider: 'notchpay', code: 'TIMEOUT' })
    write('change dead-lettered', '12:04:00', { recordId: '4', source: 'pipedrive', code: 'TIMEOUT' })
    const ids = async (filter = {}) => (await activity.recent(filter)).map(({ recordId }) => recordId)
    expect(await ids()).toEqual(['4', '3', '1'])
    expect(await ids({ limit: 2 })).toEqual(['4', '3'])
    expect(await ids({ source: 'hubspot', provider: 'notchpay' })).toEqual(['3', '1'])
    expect(await ids({ outcome: 'updated' })).toEqual(['1'])
    expect(await ids({ outcome: 'retried', code: 'TIMEOUT' })).toEqual(['3'])
    expect(await ids({ outcome: 'dead-lettered' })).toEqual(['4'])
    expect(await ids({ since: new Date(at('12:02:00')) })).toEqual(['4', '3'])
  })

  it('tells when the last webhook of each source was accepted', async () => {
    write('webhook accepted', '12:01:00', {})
    write('webhook accepted', '12:05:00', {})
    write('webhook accepted', '12:02:00', { source: 'pipedrive' })
    write('webhook refused', '12:06:00', { source: 'standard-webhooks' })
    expect([...(await activity.lastAccepted())].toSorted()).toEqual([
      ['hubspot', '2026-03-01T12:05:00.000Z'],
      ['pipedrive', '2026-03-01T12:02:00.000Z'],
    ])
  })
})

it('the age of the oldest change in the queue is what SQS reported last', async () => {
  expect(await activity.oldestSeconds(3)).toBeNull()
  measureOldest('12:04:00', 200)
  measureOldest('12:05:00', 260)
  measureOldest('11:50:00', 9000)
  expect(await activity.oldestSeconds(3)).toBe(260)
})
