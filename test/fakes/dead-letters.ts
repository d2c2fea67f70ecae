import type { DeadLetter, DeadLetters, ManualDeadLetters } from '../../lib/core/dead-letters/dead-letter.ts'
import type { CustomerChange } from '../../lib/core/model/change.ts'
import type { ParkedFailure } from '../../lib/core/model/link.ts'

export type FakeDeadLetters = DeadLetters &
  ManualDeadLetters & {
    /** The dead letters in the queue, by id. */
    readonly letters: Map<string, DeadLetter>
    /** Adds a dead letter with its own id; without a failure, as SQS moves one. */
    put(change: CustomerChange | null, failure: ParkedFailure | null, at: Date): string
  }

/** In-memory dead-letter queue: batches of ten, in a different order each time. */
export function fakeDeadLetters(): FakeDeadLetters {
  const letters = new Map<string, DeadLetter>()
  let count = 0
  let looks = 0
  return {
    letters,
    put: (change, failure, at) => {
      count += 1
      const id = `letter-${count}`
      const raw = change === null ? { body: '{"v":2}', group: 'odd' } : null
      letters.set(id, { id, deadLetteredAt: at.toISOString(), change, raw, foreign: null, failure })
      return id
    },
    add: async (moved) => {
      for (const letter of moved) letters.set(letter.id, letter)
    },
    hold: async (work) => {
      const seen = new Set<string>()
      return work({
        expected: letters.size,
        receive: async (judge, enough = () => false) => {
          looks += 1
          const fresh = [...letters.values()].filter(({ id }) => !seen.has(id))
          const shown = looks % 2 === 0 ? fresh : fresh.toReversed()
          for (let from = 0; from < shown.length && !enough(); from += 10) {
            const batch = shown.slice(from, from + 10)
            for (const { id } of batch) seen.add(id)
            const verdicts = await judge(batch)
            for (const [index, { id }] of batch.entries())
              if (verdicts[index] === 'remove') letters.delete(id)
          }
          return { elsewhere: 0, behind: 0, full: false }
        },
        remove: async (ids) => {
          for (const id of ids) letters.delete(id)
        },
      })
    },
  }
}

/** A retryable failure at Notch Pay. */
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
