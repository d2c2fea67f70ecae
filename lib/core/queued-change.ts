import { type CustomerChange, customerChangeSchema } from './change.ts'
import type { Log } from './ports.ts'

/** A change as it came off the queue. `receives` counts its deliveries, this one included. */
export type QueuedChange = {
  readonly messageId: string
  readonly receives: number
  readonly change: CustomerChange
}

/** A message to be tried again, and how long to wait before. */
export type Postponed = {
  readonly messageId: string
  readonly afterSeconds: number
}

export type QueueRecord = {
  readonly messageId: string
  readonly receives: number
  readonly body: string
}

/**
 * Parses what lies on the queue. A message that cannot be read (written by a newer release, or by hand) is left there:
 * a release that understands it takes it up, or the queue itself moves it to the dead letters.
 */
export function readQueue(
  records: readonly QueueRecord[],
  log: Log,
): {
  readonly messages: readonly QueuedChange[]
  readonly unreadable: readonly string[]
} {
  const messages: QueuedChange[] = []
  const unreadable: string[] = []
  for (const { messageId, receives, body } of records) {
    const parsed = customerChangeSchema.safeParse(parseJson(body))
    if (parsed.success) messages.push({ messageId, receives, change: parsed.data })
    else {
      unreadable.push(messageId)
      log.error('message unreadable, left on the queue', {
        messageId,
        code: 'MESSAGE_UNREADABLE',
      })
    }
  }
  return { messages, unreadable }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
