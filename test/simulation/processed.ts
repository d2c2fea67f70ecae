import { type CustomerChange, recordKey } from '../../lib/core/model/change.ts'
import type { QueueMessage } from './fifo-queue.ts'
import { letters } from './operator.ts'
import { theRun } from './run.ts'

/** An erasure or merge after which nothing may be written for the record any more. */
export type Gone = { readonly key: string; readonly kind: 'erased' | 'merged'; readonly at: number }

/** How long each record's changes took, for the promise of isolation. */
export function watchWorkedOff(message: QueueMessage, startedAt: number): void {
  const run = theRun()
  const { now } = run.scheduler
  const change = JSON.parse(message.body) as CustomerChange
  const key = recordKey(change)
  const wasParked = letters().some(
    (letter) => recordKey(letter.change) === key && Date.parse(letter.deadLetteredAt ?? '') >= startedAt,
  )
  run.finished.push({ key, seconds: (now() - message.sentAt) / 1000 })
  if (wasParked) return
  if (change.kind === 'erased') run.workedOff.push({ key, kind: 'erased', at: now() })
  if (change.kind !== 'merged') return
  for (const recordId of change.mergedIds ?? []) {
    run.workedOff.push({ key: recordKey({ ...change, recordId }), kind: 'merged', at: now() })
  }
}
