import { type CustomerChange, customerChangeSchema } from '../core/change.ts'
import type { Link, ParkedFailure } from '../core/link.ts'
import type { ProviderName } from '../core/ports.ts'
import { parkedSchema } from './dead-letter-queue.ts'

/** What lies in the dead-letter queue. `id` stays the same for as long as it lies there. */
export type DeadLetter = {
  readonly id: string
  readonly deadLetteredAt: string | null
  /** Null when this release cannot read it. */
  readonly change: CustomerChange | null
  /** Why it was parked; null when the queue itself moved it here. */
  readonly failure: ParkedFailure | null
}

/** Why a letter lies there, as people are told. What nobody wrote down is null. */
export type Diagnosis = {
  readonly provider: ProviderName | null
  readonly code: string
  readonly reason: string
  readonly field: string | null
  readonly attempts: number | null
  readonly firstFailedAt: string | null
  readonly retryable: boolean
}

/** A parked change with its failure, or a bare one that SQS moved. Never throws. `sentTimestamp` is SQS's, in ms. */
export function readDeadLetter(id: string, body: string, sentTimestamp: string | undefined): DeadLetter {
  const json = parseJson(body)
  const parked = parkedSchema.safeParse(json)
  const bare = customerChangeSchema.safeParse(json)
  return {
    id,
    deadLetteredAt: sentTimestamp ? new Date(Number(sentTimestamp)).toISOString() : null,
    change: parked.data?.change ?? bare.data ?? null,
    failure: parked.data?.failure ?? null,
  }
}

/** The letter's own failure, else that of the record's links; `links` are all of the record's. */
export function diagnose({ change, failure }: DeadLetter, links: readonly Link[]): Diagnosis {
  if (!change) return { ...unknownFailure, ...unreadable }
  if (failure) return failure
  const failing = links.find((link) => link.failure)
  return failing?.failure
    ? { provider: failing.provider, ...failing.failure }
    : { ...unknownFailure, ...receiveLimit }
}

const unknownFailure = {
  provider: null,
  field: null,
  attempts: null,
  firstFailedAt: null,
}

const unreadable = {
  code: 'MESSAGE_UNREADABLE',
  reason: 'this release cannot read the message: redrive it with the release that wrote it, or drop it',
  retryable: false,
}

const receiveLimit = {
  code: 'RECEIVE_LIMIT',
  reason: 'the queue gave it up after too many tries that ended without a word: see the logs of syncCustomer',
  retryable: true,
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
