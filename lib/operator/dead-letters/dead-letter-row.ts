import { mostRounds, roundOf } from '../../core/dead-letters/dead-letter.ts'
import type { DiagnosedLetter } from '../../core/dead-letters/redrive.ts'

/** A dead letter as people and scripts read it; absent values are null. */
export type DeadLetterRow = ReturnType<typeof toDeadLetterRow>

export function toDeadLetterRow({ letter, diagnosis }: DiagnosedLetter) {
  const { id, change, deadLetteredAt } = letter
  const { provider, code, reason, field, attempts, firstFailedAt, retryable } = diagnosis
  return {
    id,
    source: change?.source ?? null,
    account: change?.account ?? null,
    recordType: change?.recordType ?? null,
    recordId: change?.recordId ?? null,
    provider,
    code,
    reason,
    field,
    attempts,
    firstFailedAt,
    deadLetteredAt,
    retryable,
    round: roundOf(letter),
  }
}

/** Whether it goes back to the queue of changes without an operator. */
export function isRetriedAutomatically({ recordId, retryable, round }: DeadLetterRow): boolean {
  return recordId !== null && retryable && round < mostRounds
}
