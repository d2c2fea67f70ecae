import { dynamodbBreakers } from '../../../aws/breakers.ts'
import { type Mode, modes } from '../../../core/model/provider.ts'
import type { BreakerRecord } from '../../../core/ports/breaker.ts'
import { adviceFor } from '../../advice/advice.ts'
import { timeInFull } from '../../advice/relative-time.ts'
import { modesOf } from '../checks/providers.ts'
import { type Check, fine, type Outcome, wrong } from '../subject/finding.ts'
import type { Subject } from '../subject/subject.ts'

/** A check for each provider in the mode of its key, in both modes where the key cannot be used. */
export function checkBreakers(it: Subject): readonly Check[] {
  const store = dynamodbBreakers(it.stage.dynamodb, it.stage.linksTable)
  return modesOf(it).flatMap(([{ name }, mode]) =>
    (mode ? [mode] : modes).map((each: Mode) => ({
      name: `breaker ${name} ${each}`,
      permission: 'dynamodb:GetItem',
      examine: async () => judge(await store.findBreaker(name, each), new Date()),
    })),
  )
}

function judge(record: BreakerRecord | null, now: Date): Outcome {
  if (!record || record.state === 'closed') return fine('not paused')
  const { until, code } = record
  const after = code ? ` after ${code}` : ''
  if (!until || Date.parse(until) <= now.getTime()) {
    return fine(`was paused${after}; the next change tries the provider again`)
  }
  const fix = code ? adviceFor(code).join(' ') : 'Its changes continue automatically when it is back.'
  return wrong(`paused until ${timeInFull(until, now)}${after}`, fix)
}
