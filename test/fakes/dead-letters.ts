import type { CustomerChange } from '../../lib/core/change.ts'
import type { DeadLetter, DeadLetters } from '../../lib/core/dead-letter.ts'
import type { ParkedFailure } from '../../lib/core/link.ts'

export type FakeDeadLetters = DeadLetters & {
  /** What lies there, by id. */
  readonly letters: Map<string, DeadLetter>
  /** Lays a letter there under an id of its own; without a failure, as the queue itself moves one. */
  put(change: CustomerChange | null, failure: ParkedFailure | null, at: Date): string
}

/** The dead-letter queue in memory: batches of ten, and every sweep in another order. */
export function fakeDeadLetters(): FakeDeadLetters {
  const letters = new Map<string, DeadLetter>()
  let count = 0
  let sweeps = 0
  return {
    letters,
    put: (change, failure, at) => {
      count += 1
      const id = `letter-${count}`
      letters.set(id, { id, deadLetteredAt: at.toISOString(), change, failure })
      return id
    },
    sweep: async (judge, enough = () => false) => {
      sweeps += 1
      const all = [...letters.values()]
      const shown = sweeps % 2 === 0 ? all : all.toReversed()
      for (let from = 0; from < shown.length && !enough(); from += 10) {
        const batch = shown.slice(from, from + 10)
        const verdicts = await judge(batch)
        for (const [index, { id }] of batch.entries()) if (verdicts[index] === 'remove') letters.delete(id)
      }
    },
  }
}

/** A failure at Notch Pay that trying again may help. */
export function aFailure(changes: Partial<ParkedFailure> = {}): ParkedFailure {
  return {
    provider: 'notchpay',
    code: 'PROVIDER_FAILED',
    reason: 'Notch Pay answered 500',
    field: null,
    attempts: 8,
    firstFailedAt: '2026-06-01T11:50:00.000Z',
    retryable: true,
    ...changes,
  }
}
