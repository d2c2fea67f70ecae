import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { cloudWatchLog } from '../../../lib/operator/log/cloudwatch-log.ts'
import type { LogEntry } from '../../../lib/operator/log/log-entry.ts'
import { type FakeCloudWatch, startCloudWatch } from '../../support/cloudwatch.ts'
import { aLine } from './a-line.ts'

const receive = '/aws/lambda/crm-pay-sync-prod-receiveWebhook'
const sync = '/aws/lambda/crm-pay-sync-prod-syncCustomer'
const now = new Date('2026-03-01T12:00:00.000Z')
const ago = (seconds: number) => now.getTime() - seconds * 1000
const ref = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501' }

let fake: FakeCloudWatch
let client: CloudWatchLogsClient
beforeEach(async () => {
  fake = await startCloudWatch([receive, sync])
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  client = new CloudWatchLogsClient({ region: 'us-east-1', endpoint: fake.url, credentials, maxAttempts: 1 })
})
afterEach(() => {
  client.destroy()
  fake.close()
})

const log = (group: string, seconds: number, message: string, fields = {}) =>
  fake.events.push({
    group,
    timestamp: ago(seconds),
    // As Lambda stores it.
    message: `${aLine(message, fields, ago(seconds))}\n`,
  })
const reader = (groups = [receive, sync], time = () => now) =>
  cloudWatchLog(client, groups, { now: time, pollMs: 1 })

describe('finding in the log of a deployed stage', () => {
  beforeEach(() => {
    log(receive, 60, 'change queued', { ...ref, eventIds: ['e1'], requestId: 'r1' })
    log(sync, 59, 'customer created', {
      ...ref,
      eventIds: ['e1'],
      providerCustomerId: 'cus_1',
      outcome: 'created',
    })
    log(sync, 50, 'customer created', { ...ref, recordId: '5012', eventIds: ['e11'] })
    log(sync, 40 * 86_400, 'customer created', { ...ref, eventIds: ['e0'] })
    fake.events.push({ group: sync, timestamp: ago(58), message: '{"_aws":{},"recordId":"501"}' })
  })

  it('returns all lines of a record, oldest first, with the function that logged them', async () => {
    const { entries, incomplete } = await reader().find({ record: ref })
    expect(entries).toMatchObject([
      { event: 'changeQueued', functionName: 'crm-pay-sync-prod-receiveWebhook', eventIds: ['e1'] },
      {
        event: 'customerCreated',
        functionName: 'crm-pay-sync-prod-syncCustomer',
        providerCustomerId: 'cus_1',
      },
    ])
    expect(incomplete).toBeNull()
  })

  it.each([
    [{ eventId: 'e1' }, 2],
    [{ providerCustomerId: 'cus_1' }, 1],
    [{ requestId: 'r1' }, 1],
    [{ record: { recordId: '501' }, since: new Date(ago(41 * 86_400)) }, 3],
    [{ record: ref, until: new Date(ago(59)) }, 1],
    [{ record: { recordId: '" or "1" = "1' } }, 0],
    [{ record: { recordId: 'a\\' }, requestId: '"' }, 0],
  ])('%j finds %i lines', async (query, expected) => {
    expect((await reader().find(query)).entries).toHaveLength(expected)
  })

  it('returns the newest where there are more than were asked for, and says so', async () => {
    const { entries, incomplete } = await reader().find({ record: ref, limit: 1 })
    expect(entries).toMatchObject([{ event: 'customerCreated' }])
    expect(incomplete).toBe('only the last 1 entries')
  })

  it.each(['StartQuery', 'GetQueryResults'])('names the missing permission for %s', async (operation) => {
    fake.denied.add(operation)
    await expect(reader().find({ record: ref })).rejects.toThrow(
      `these AWS credentials lack the permission logs:${operation}`,
    )
  })

  it('says that there is no such stage', async () => {
    await expect(reader(['/aws/lambda/crm-pay-sync-nowhere-syncCustomer']).find({})).rejects.toThrow(
      'there is no such stage here: check --stage and --region',
    )
  })

  it('says that CloudWatch did not answer', async () => {
    fake.close()
    await expect(reader().find({})).rejects.toThrow('CloudWatch did not answer logs:StartQuery')
  })
})

describe('following the log of a deployed stage', () => {
  it('yields each line that is logged from now on once, also one that appears late', async () => {
    let time = now.getTime()
    log(sync, 1, 'before')
    for (let number = 0; number < 8; number += 1) log(sync, -1 - number, `line ${number}`)
    const stop = new AbortController()
    const seen: LogEntry[] = []
    for await (const entry of reader([receive, sync], () => new Date(time)).follow(stop.signal)) {
      seen.push(entry)
      if (seen.length === 8) {
        time += 30_000
        fake.events.push({ group: sync, timestamp: now.getTime() + 40_000, message: '{"_aws":{}}' })
        log(receive, -5, 'late')
        log(sync, -31, 'new')
      }
      if (entry.message === 'new') {
        time += 600_000
        log(sync, -590, 'last')
      }
      if (entry.message === 'last') stop.abort()
    }
    expect(seen.map(({ message }) => message)).toEqual([
      ...Array.from({ length: 8 }, (_, number) => `line ${number}`),
      'late',
      'new',
      'last',
    ])
    const starts = fake.requests.map(({ body }) => Number(body['startTime']))
    expect(Math.min(...starts)).toBe(now.getTime())
    expect(starts.at(-1)).toBe(time - 60_000)
  })

  it('names the missing permission', async () => {
    fake.denied.add('FilterLogEvents')
    const following = Array.fromAsync(reader().follow(new AbortController().signal))
    await expect(following).rejects.toThrow('these AWS credentials lack the permission logs:FilterLogEvents')
  })
})
