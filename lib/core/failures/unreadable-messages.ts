import { unreadable } from '../dead-letters/dead-letter.ts'
import type { Postponed, UnreadableMessage } from '../messages/queued-change.ts'
import type { ParkedFailure } from '../model/link.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { unforeseen } from './retry.ts'

/** Between the first receive and parking, a release that can read the message (newer, or rolled back) may take it. */
const waitSeconds = 60
/** Parked at this receive; until then its whole record waits behind it. */
const lastReceive = 5

type Deps = Pick<SyncDeps, 'deadLetters' | 'clock' | 'log' | 'metrics'>

/**
 * Parks a message that was received often enough, as it is and for a person; any other stays on the queue. Returns when it
 * is to come back, null once it is safely parked. Never throws: one that cannot be parked stays, too.
 */
export async function parkOrPostpone(message: UnreadableMessage, deps: Deps): Promise<Postponed | null> {
  const { messageId, receives, problem } = message
  const { log, metrics } = deps
  const fields = { messageId, receives, code: unreadable.code, problem }
  metrics.count('MessagesUnreadable')
  if (receives < lastReceive) {
    log.error('message unreadable, left on the queue for a release that can read it', fields)
    return comesBack(message)
  }
  try {
    await park(message, deps)
  } catch (error) {
    log.error('message unreadable, left on the queue: the dead-letter queue did not answer', {
      ...fields,
      ...unforeseen(error),
    })
    return comesBack(message)
  }
  metrics.count('ChangesDeadLettered')
  log.error('message unreadable, dead-lettered', fields)
  return null
}

/** A message that cannot be read, or that stands behind one: the queue keeps their order. */
export function comesBack({ messageId }: Pick<UnreadableMessage, 'messageId'>): Postponed {
  return { messageId, afterSeconds: waitSeconds }
}

async function park(
  { messageId, group, body, receives, problem }: UnreadableMessage,
  { deadLetters, clock }: Deps,
): Promise<void> {
  const failure: ParkedFailure = {
    ...unreadable,
    provider: null,
    reason: `${unreadable.reason} (${problem})`,
    field: null,
    attempts: receives,
    firstFailedAt: clock.now().toISOString(),
  }
  await deadLetters.parkRaw({ messageId, group, body }, failure)
}
