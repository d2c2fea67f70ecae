import { unreadable } from '../dead-letters/dead-letter.ts'
import type { RecordGroup } from '../messages/combine-changes.ts'
import type { Postponed, QueuedChange, UnreadableMessage } from '../messages/queued-change.ts'
import type { ParkedFailure } from '../model/link.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { unforeseen } from './retry.ts'

/** Between the first receive and parking, a release that can read the message (newer, or rolled back) may take it. */
const waitSeconds = 60
/** The receive at which it is parked. Until then all messages of its record wait behind it. */
const lastReceive = 5

type Deps = Pick<SyncDeps, 'deadLetters' | 'clock' | 'log' | 'metrics'>

/** For each unreadable message, when it is received again; null once it is dead-lettered. */
export type Parking = ReadonlyMap<UnreadableMessage, Promise<Postponed | null>>

/**
 * Dead-letters the messages that have been received often enough, unchanged and for manual handling; the others stay on the
 * queue, also when the dead-letter queue fails. Nothing here rejects.
 */
export function parkUnreadable(messages: readonly UnreadableMessage[], deps: Deps): Parking {
  return new Map(messages.map((message) => [message, parkOrPostpone(message, deps)]))
}

/** Splits one record's messages: those behind an unreadable message that stays on the queue are postponed with it. */
export async function splitAtUnreadable(
  messages: RecordGroup<QueuedChange>,
  parking: Parking,
): Promise<{ readonly ready: readonly QueuedChange[]; readonly waiting: readonly Postponed[] }> {
  const ahead = [...new Set(messages.flatMap(({ behind }) => behind))]
  const results = await Promise.all(ahead.map((message) => parking.get(message)))
  const staying = new Set(ahead.filter((_, index) => results[index] !== null))
  const mustWait = ({ behind }: QueuedChange) => behind.some((message) => staying.has(message))
  return {
    ready: messages.filter((message) => !mustWait(message)),
    waiting: messages.filter(mustWait).map(postponed),
  }
}

/** A message that cannot be read, or that is queued behind one. */
export function postponed({ messageId }: Pick<UnreadableMessage, 'messageId'>): Postponed {
  return { messageId, afterSeconds: waitSeconds }
}

async function parkOrPostpone(message: UnreadableMessage, deps: Deps): Promise<Postponed | null> {
  const { messageId, receives, problem, about } = message
  const { log, metrics } = deps
  const fields = { ...about, messageId, receives, code: unreadable.code, problem }
  metrics.count('MessagesUnreadable')
  if (receives < lastReceive) {
    log.error('message unreadable, left on the queue for a release that can read it', fields)
    return postponed(message)
  }
  try {
    await park(message, deps)
  } catch (error) {
    log.error('message unreadable, left on the queue: the dead-letter queue did not answer', {
      ...fields,
      ...unforeseen(error),
    })
    return postponed(message)
  }
  metrics.count('ChangesDeadLettered')
  log.error(logMessages.messageDeadLettered, fields)
  return null
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
