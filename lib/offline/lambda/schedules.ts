import { randomUUID } from 'node:crypto'
import { Cron } from 'croner'
import type { FunctionDefinition } from '../serverless.ts'
import type { FunctionHost } from './function-host.ts'

export type Schedule = {
  readonly functionName: string
  /** `rate(15 minutes)` or `cron(0 10 ? * MON-FRI *)`. */
  readonly expression: string
  /** Sent to the function instead of the EventBridge event. */
  readonly input?: unknown
}

/** Reads the enabled `schedule` events of the functions. */
export function readSchedules(functions: readonly FunctionDefinition[]): readonly Schedule[] {
  return functions.flatMap(({ name, events = [] }) =>
    events.flatMap(({ schedule }) => {
      if (schedule === undefined) return []
      const { rate, enabled, input } =
        typeof schedule === 'string' ? { rate: schedule } : (schedule as Record<string, unknown>)
      if (enabled === false) return []
      return [rate].flat().map((expression) => ({
        functionName: name,
        expression: String(expression),
        ...(input !== undefined && { input }),
      }))
    }),
  )
}

/**
 * Invokes the functions on their schedules, in UTC, until the returned function is called. Throws a one-line error that
 * names an invalid schedule.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function startSchedules(
  schedules: readonly Schedule[],
  region: string,
  host: FunctionHost,
  complain: (line: string) => void,
): () => void {
  const stops = schedules.map(({ functionName, expression, input }) =>
    repeat(functionName, expression, async () => {
      const invocation = await host.invoke(functionName, input ?? scheduledEvent(region))
      if (invocation.failed) complain(`${functionName}: ${invocation.errorType}, invoked by ${expression}`)
    }),
  )
  return () => {
    for (const stop of stops) stop()
  }
}

const millisOf: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }
/** The longest delay of a timer. */
const longestMillis = 2 ** 31 - 1

function repeat(functionName: string, expression: string, work: () => Promise<void>): () => void {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  if (count) {
    const timer = setInterval(work, Math.min(Number(count) * (millisOf[unit] ?? 0), longestMillis))
    return () => clearInterval(timer)
  }
  const [, fields] = /^cron\((.+)\)$/.exec(expression) ?? []
  try {
    if (!fields) throw new Error('expected rate(…) or cron(…)')
    // On AWS, day 1 of the week is Sunday, and steps are written 0/15.
    const cron = new Cron(
      `0 ${fields}`,
      { timezone: 'UTC', alternativeWeekdays: true, sloppyRanges: true },
      work,
    )
    return () => cron.stop()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`serverless.yml: ${functionName}: schedule ${expression}: ${why}`, { cause })
  }
}

function scheduledEvent(region: string) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [],
    detail: {},
  }
}
