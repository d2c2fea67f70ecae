import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLogFile } from '../../../lib/offline/log-file.ts'
import type { Activity } from '../../../lib/operator/activity/figures.ts'
import { localActivity } from '../../../lib/operator/activity/local-activity.ts'
import { aLine } from '../log/a-line.ts'

const now = new Date('2026-03-01T12:07:30.000Z')
const at = (time: string) => Date.parse(`2026-03-01T${time}Z`)
const ref = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501' }
const notchpay = { ...ref, provider: 'notchpay', mode: 'test' }

let folder: string
let file: string
let activity: Activity
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-activity-'))
  file = join(folder, '3000.log')
  activity = await localActivity(file, () => now)
})
afterEach(async () => {
  await activity.close()
  rmSync(folder, { recursive: true, force: true })
})
const write = (...lines: string[]) => appendFileSync(file, lines.map((line) => `${line}\n`).join(''))

describe('the figures of the local stack', () => {
  it('are zeros where there is no log yet', async () => {
    const { buckets, totals, latency, from, to } = await activity.figures('15m')
    expect([buckets.length, from, to]).toEqual([15, '2026-03-01T11:53:00.000Z', now.toISOString()])
    expect([totals.changed, totals.webhooksAccepted, latency]).toEqual([0, 0, null])
  })

  it('count each outcome once, in the minute of its line', async () => {
    write(
      aLine('webhook accepted', { source: 'hubspot' }, at('12:05:00.000')),
      aLine('webhook refused', { source: 'hubspot' }, at('12:05:59.999')),
      aLine('webhook accepted', { source: 'pipedrive' }, at('12:06:00.000')),
      ...['created', 'adopted', 'updated'].map((name) =>
        aLine(`customer ${name}`, notchpay, at('12:06:10.000')),
      ),
      ...['customer unchanged', 'change superseded by a newer state'].map((it) =>
        aLine(it, ref, at('12:06:20.000')),
      ),
      ...['link closed', 'customer erased'].map((it) => aLine(it, ref, at('12:06:30.000'))),
      aLine('customer not routed: no route takes it', ref, at('12:06:40.000')),
      aLine('change will be tried again', { ...notchpay, code: 'TIMEOUT' }, at('12:07:00.000')),
      aLine('change will be tried again', { ...notchpay, code: 'PROVIDER_PAUSED' }, at('12:07:00.000')),
      aLine('change dead-lettered', { ...ref, provider: 'wooshpay', mode: 'live' }, at('12:07:10.000')),
      aLine('provider paused', { provider: 'notchpay', mode: 'test' }, at('12:07:10.000')),
      aLine('customer created', notchpay, at('11:52:59.999')),
    )
    const { buckets, totals, sources, providers } = await activity.figures('15m')
    expect(totals).toEqual({
      changed: 3,
      same: 2,
      retried: 2,
      deadLettered: 1,
      closed: 2,
      notRouted: 1,
      webhooksAccepted: 2,
      webhooksRefused: 1,
    })
    expect(
      buckets
        .slice(-3)
        .map(({ at, changed, retried, webhooksAccepted }) => [at, changed, retried, webhooksAccepted]),
    ).toEqual([
      ['2026-03-01T12:05:00.000Z', 0, 0, 1],
      ['2026-03-01T12:06:00.000Z', 3, 0, 1],
      ['2026-03-01T12:07:00.000Z', 0, 2, 0],
    ])
    expect(sources).toEqual([
      { source: 'hubspot', accepted: 1, refused: 1 },
      { source: 'pipedrive', accepted: 1, refused: 0 },
    ])
    expect(providers).toEqual([
      { provider: 'notchpay', mode: 'test', succeeded: 3, failed: 1 },
      { provider: 'wooshpay', mode: 'live', succeeded: 0, failed: 1 },
    ])
  })

  it.each([
    ['15m', 1],
    ['1h', 2],
    ['24h', 3],
    ['7d', 4],
  ] as const)('go back %s', async (range, expected) => {
    const times = [
      '2026-02-20T00:00',
      '2026-02-23T00:00',
      '2026-03-01T01:00',
      '2026-03-01T11:30',
      '2026-03-01T12:00',
    ]
    write(...times.map((time) => aLine('customer created', ref, `${time}:00.000Z`)))
    expect((await activity.figures(range)).totals.changed).toBe(expected)
  })

  it('tell the latency of changes that have reached a provider', async () => {
    const millis = Array.from({ length: 100 }, (_, index) => (index + 1) * 25)
    write(
      ...millis.map((latencyMs) => aLine('customer updated', { ...ref, latencyMs }, at('12:06:00.000'))),
      aLine('customer unchanged', { ...ref, latencyMs: 60_000 }, at('12:06:00.000')),
    )
    const latency = { measured: 100, p50Ms: 1250, p95Ms: 2375, within2s: 0.8 }
    const figures = await activity.figures('1h')
    expect([figures.latency, figures.buckets.at(-2)?.latency]).toEqual([latency, latency])
  })

  it('include what was added since, across a rotation, and nothing twice', async () => {
    const log = openLogFile({ path: file, keep: true }, () => {}, 1000)
    const add = () => log.add('f', aLine('customer created', ref, at('12:06:00.000')))
    const counts: number[] = []
    for (let number = 0; number < 12; number += 1) {
      add()
      const both = await Promise.all([activity.figures('1h'), activity.figures('15m')])
      counts.push(...both.map(({ totals }) => totals.changed))
    }
    log.close()
    expect(counts).toEqual(Array.from({ length: 12 }, (_, index) => [index + 1, index + 1]).flat())
  })
})

describe('recent activity', () => {
  it('is the entries that say what became of a change, newest first', async () => {
    write(
      aLine('customer created', { ...notchpay, recordId: '1' }),
      aLine('change queued', { ...ref, recordId: '2' }),
      aLine('change will be tried again', { ...notchpay, recordId: '3', code: 'TIMEOUT' }),
      aLine('change dead-lettered', { ...ref, source: 'pipedrive', recordId: '4', code: 'TIMEOUT' }),
    )
    const ids = async (filter = {}) => (await activity.recent(filter)).map(({ recordId }) => recordId)
    expect(await ids()).toEqual(['4', '3', '1'])
    expect(await ids({ limit: 2 })).toEqual(['4', '3'])
    expect(await ids({ source: 'hubspot' })).toEqual(['3', '1'])
    expect(await ids({ provider: 'notchpay', outcome: 'created' })).toEqual(['1'])
    expect(await ids({ outcome: 'dead-lettered' })).toEqual(['4'])
    expect(await ids({ code: 'TIMEOUT' })).toEqual(['4', '3'])
  })
})

describe('the age of the oldest change in the queue', () => {
  const about = (eventId: string) => ({ ...ref, eventIds: [eventId] })
  const queued = (eventId: string, time: string) => aLine('change queued', about(eventId), at(time))

  it('is that of the first one without an outcome', async () => {
    write(
      queued('e1', '12:00:00.000'),
      queued('e2', '12:01:00.000'),
      queued('e3', '12:02:00.000'),
      aLine('customer updated', { ...ref, eventIds: ['e1', 'e2'] }, at('12:03:00.000')),
      aLine('change will be tried again', about('e3'), at('12:03:00.000')),
    )
    expect(await activity.oldestSeconds(1)).toBe(330)
  })

  it('is not that of one that SQS has dropped as a duplicate, before or after its outcome', async () => {
    write(
      aLine('customer created', about('e1'), at('12:00:59.000')),
      queued('e1', '12:01:00.000'),
      queued('e1', '12:05:00.000'),
      queued('e2', '12:06:30.000'),
      queued('e2', '12:06:50.000'),
    )
    expect(await activity.oldestSeconds(1)).toBe(60)
  })

  it('is not that of more changes than the queue holds', async () => {
    write(queued('e1', '09:00:00.000'), queued('e2', '12:07:00.000'))
    expect(await activity.oldestSeconds(1)).toBe(30)
  })

  it('begins again when a dead letter is redriven', async () => {
    write(
      queued('e1', '11:00:00.000'),
      aLine('change dead-lettered', about('e1'), at('11:00:05.000')),
      aLine('dead letter redriven', about('e1'), at('12:07:20.000')),
    )
    expect(await activity.oldestSeconds(1)).toBe(10)
  })

  it('is not known from masked ids, which several changes share', async () => {
    write(queued('(not a plain id)', '12:00:00.000'))
    expect(await activity.oldestSeconds(1)).toBeNull()
  })
})

it('the last webhook of each source is known for as long as the log goes back', async () => {
  write(
    aLine('webhook accepted', { source: 'hubspot' }, at('12:05:00.000')),
    aLine('webhook accepted', { source: 'hubspot' }, at('12:04:00.000')),
    aLine('webhook refused', { source: 'pipedrive' }, at('12:06:00.000')),
  )
  expect([...(await activity.lastAccepted())]).toEqual([['hubspot', '2026-03-01T12:05:00.000Z']])
})
