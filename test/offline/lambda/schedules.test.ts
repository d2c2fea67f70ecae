import { readSchedules, startSchedules } from '../../../lib/offline/lambda/schedules.ts'

const functionOf = (schedule: unknown) => ({ name: 'tidy', handler: 'tidy.handler', events: [{ schedule }] })

describe('reading schedules from serverless.yml', () => {
  it.each([
    ['a plain rate', 'rate(15 minutes)', [{ functionName: 'tidy', expression: 'rate(15 minutes)' }]],
    [
      'several rates',
      { rate: ['rate(1 hour)', 'cron(0 10 ? * MON *)'] },
      [
        { functionName: 'tidy', expression: 'rate(1 hour)' },
        { functionName: 'tidy', expression: 'cron(0 10 ? * MON *)' },
      ],
    ],
    [
      'an input of its own',
      { rate: ['rate(1 day)'], input: { all: true } },
      [{ functionName: 'tidy', expression: 'rate(1 day)', input: { all: true } }],
    ],
    ['a disabled one', { rate: ['rate(1 day)'], enabled: false }, []],
  ])('%s', (_, schedule, expected) => {
    expect(readSchedules([functionOf(schedule)])).toEqual(expected)
  })
})

describe('schedules', () => {
  let stop = () => {}
  let events: unknown[]
  const complaints: string[] = []
  const start = (expression: string, failed = false) => {
    events = []
    complaints.length = 0
    const host = {
      functionNames: ['tidy'],
      load: async () => {},
      reload: () => {},
      close: async () => {},
      invoke: async (_: string, event: unknown) => {
        events.push(event)
        return failed
          ? { failed: true as const, errorType: 'TypeError', reason: 'of somebody' }
          : { failed: false as const, answer: null }
      },
    }
    stop = startSchedules([{ functionName: 'tidy', expression }], 'eu-west-1', host, (line) =>
      complaints.push(line),
    )
  }
  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-11-25T09:58:30Z') })
  })
  afterEach(() => {
    stop()
    jest.useRealTimers()
  })

  it('invoke the function at their rate with an EventBridge event, until they are stopped', async () => {
    start('rate(15 minutes)')
    await jest.advanceTimersByTimeAsync(14 * 60_000)
    expect(events).toEqual([])
    await jest.advanceTimersByTimeAsync(60_000)
    expect(events).toEqual([
      expect.objectContaining({
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        time: '2026-11-25T10:13:30Z',
        region: 'eu-west-1',
      }),
    ])
    await jest.advanceTimersByTimeAsync(30 * 60_000)
    expect(events).toHaveLength(3)
    stop()
    await jest.advanceTimersByTimeAsync(60 * 60_000)
    expect(events).toHaveLength(3)
  })

  it.each([
    // A Wednesday.
    ['cron(0 10 ? * WED *)', 1],
    ['cron(0 10 ? * 4 *)', 1],
    ['cron(0 10 ? * 3 *)', 0],
    ['cron(0/1 * * * ? *)', 3],
    ['cron(0 10 25 11 ? 2027)', 0],
  ])('%s is interpreted as on AWS, in UTC', async (expression, times) => {
    start(expression)
    await jest.advanceTimersByTimeAsync(3 * 60_000)
    expect(events).toHaveLength(times)
  })

  it('report a failure without the error message', async () => {
    start('rate(1 minute)', true)
    await jest.advanceTimersByTimeAsync(60_000)
    expect(complaints).toEqual(['tidy: TypeError, invoked by rate(1 minute)'])
  })

  it.each(['every day', 'rate(5 seconds)', 'cron(0 99 * * ? *)'])(
    '%s ends the start in one line',
    (wrong) => {
      expect(() => start(wrong)).toThrow(`serverless.yml: tidy: schedule ${wrong}: `)
    },
  )
})
