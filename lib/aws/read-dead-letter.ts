import { customerChangeSchema } from '../core/change.ts'
import type { DeadLetter } from '../core/dead-letter.ts'
import { parkedSchema } from './dead-letter-queue.ts'

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

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
