import colors from 'picocolors'
import { relativeTime } from '../../operator/advice/relative-time.ts'
import type { ProviderStatus } from '../../operator/status/provider-status.ts'
import type { Status } from '../../operator/status/status.ts'
import { formatFields } from '../terminal/table.ts'
import { printable } from '../terminal/width.ts'

/** What needs a person first, then the whole. */
export function describeStatus(status: Status, now: Date): string {
  const { queue, deadLetters, sources, undecided } = status
  const fields = [
    ['queue', describeQueue(queue)],
    ['dead letters', describeDeadLetters(deadLetters)],
    ['undecided', undecided],
    ...(status.providers ?? []).map((it) => [it.provider, describeProvider(it, now)] as const),
    ...sources.map(
      ({ source, lastAcceptedAt }) =>
        [
          source,
          lastAcceptedAt === null
            ? 'no webhook in the log'
            : `last webhook ${relativeTime(lastAcceptedAt, now)}`,
        ] as const,
    ),
  ] as const
  return `${headline(status)}\n\n${formatFields(fields)}`
}

function headline({ healthy, actions }: Status): string {
  if (healthy) return `${colors.green('healthy')}: nothing needs a person`
  const things = actions.map(
    ({ what, command }) => `${colors.yellow('●')} ${printable(what)}\n  ${colors.bold(command)}`,
  )
  const number = actions.length === 1 ? '1 thing needs' : `${actions.length} things need`
  return [colors.red(`${number} a person`), ...things].join('\n\n')
}

function describeQueue({ waiting, inFlight, oldestSeconds }: Status['queue']): string | null {
  if (waiting === null || inFlight === null) return null
  if (waiting + inFlight === 0) return 'empty'
  const oldest = oldestSeconds === null ? '' : `, the oldest for ${duration(oldestSeconds)}`
  return `${waiting} waiting, ${inFlight} in progress or between two tries${oldest}`
}

function describeDeadLetters({ total, manual, byCode }: Status['deadLetters']): string | null {
  if (total === null || manual === null) return null
  if (total === 0) return 'none'
  const codes = Object.entries(byCode ?? {}).map(([code, number]) => `${number} ${code}`)
  const parts = [
    ...(total > manual ? [`${total - manual} retried automatically`] : []),
    ...(manual > 0 ? [`${manual} for an operator`] : []),
  ]
  return `${total}: ${parts.join(', ')}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}`
}

function describeProvider({ mode, state, since, until, code }: ProviderStatus, now: Date): string {
  const inMode = mode === null ? '' : ` (${mode})`
  if (state === 'ok') return `${colors.green('ok')}${inMode}`
  const when = since === null ? '' : ` since ${relativeTime(since, now)}`
  if (state === 'paused') return `${colors.red('paused')}${inMode}${when}, after ${code}`
  return `unknown${inMode}: no change has tried it since its pause ended ${relativeTime(until, now)}, after ${code}`
}

/** `45 s`, `12 min`, `3 h`. */
function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`
}
