import * as z from 'zod'
import type { DeadLetter } from '../core/dead-letters/dead-letter.ts'
import { customerChangeSchema } from '../core/model/change.ts'
import { providerNameSchema } from '../core/model/provider.ts'
import { asciiJson } from './sqs-text.ts'

const failureSchema = z.lazy(() =>
  z.object({
    code: z.string(),
    reason: z.string(),
    field: z.string().nullable(),
    attempts: z.number(),
    firstFailedAt: z.string(),
    retryable: z.boolean(),
    provider: providerNameSchema.nullable().default(null),
  }),
)

/**
 * The body of a dead letter. `deadLetteredAt` is set when it is moved to another queue. Earlier releases wrote no `id`; the
 * id of such a dead letter is its SQS message id.
 */
const bodySchema = z.lazy(() =>
  z.object({
    id: z.string().min(1).optional(),
    deadLetteredAt: z.string().nullable().optional(),
    change: customerChangeSchema.optional(),
    raw: z.object({ body: z.string(), group: z.string() }).optional(),
    failure: failureSchema.nullable(),
  }),
)

/** The body of a dead letter in the format of another release. A change never has the member `failure`. */
const foreignSchema = z.lazy(() => z.object({ id: z.string().min(1).optional(), failure: z.looseObject({}) }))

/** A message as SQS delivers it. `sentTimestamp` is in milliseconds since 1970. */
export type ReceivedMessage = {
  readonly messageId: string
  readonly body: string
  readonly group: string
  readonly sentTimestamp: string | undefined
}

/** Reads a parked dead letter, or a message of the queue of changes that SQS moved. Never throws. */
export function readDeadLetter({ messageId, body, group, sentTimestamp }: ReceivedMessage): DeadLetter {
  const json = parseJson(body)
  const sentAt = sentTimestamp ? new Date(Number(sentTimestamp)).toISOString() : null
  const nothing = { change: null, raw: null, foreign: null, failure: null }
  const parked = bodySchema.safeParse(json).data
  if (parked?.change || parked?.raw) {
    const { id = messageId, deadLetteredAt, change = null, raw = null, failure } = parked
    return { ...nothing, id, deadLetteredAt: deadLetteredAt ?? sentAt, change, raw, failure }
  }
  const bare = customerChangeSchema.safeParse(json).data
  if (bare) return { ...nothing, id: messageId, deadLetteredAt: sentAt, change: bare }
  const foreign = foreignSchema.safeParse(json).data
  if (foreign) return { ...nothing, id: foreign.id ?? messageId, deadLetteredAt: sentAt, foreign: body }
  return { ...nothing, id: messageId, deadLetteredAt: sentAt, raw: { body, group } }
}

/** The inverse of `readDeadLetter`. */
export function toBody({ id, deadLetteredAt, change, raw, foreign, failure }: DeadLetter): string {
  return (
    foreign ??
    asciiJson({
      id,
      ...(deadLetteredAt !== null && { deadLetteredAt }),
      ...(change && { change }),
      ...(raw && { raw }),
      failure,
    })
  )
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
