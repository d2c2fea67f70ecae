import type * as z from 'zod'
import {
  type CustomerChange,
  customerChangeSchema,
  listedPageSchema,
  type RecordRef,
  recordRefSchema,
} from '../model/change.ts'
import { changesOf } from './listed-page.ts'

/**
 * A message as received from the queue. `receives` counts its receives, including this one; `firstReceivedAt` is the time of
 * the first one, ISO 8601, null if the queue does not report it; `group` is its message group.
 */
export type QueueRecord = {
  readonly messageId: string
  readonly receives: number
  readonly firstReceivedAt: string | null
  readonly group: string
  readonly body: string
}

/** A message whose body this release cannot read. `problem` says why, without values from the body. */
export type UnreadableMessage = QueueRecord & Unreadable

type Unreadable = {
  readonly problem: string
  /** The record and the event, if they can be read nevertheless. */
  readonly about: (RecordRef & { readonly eventIds: readonly string[] }) | null
}

/** A change as received from the queue. Those of a page of listed records have the same message id. */
export type QueuedChange = Pick<QueueRecord, 'messageId' | 'receives' | 'firstReceivedAt'> & {
  readonly change: CustomerChange
  /** The unreadable messages of its group that are queued before it. */
  readonly behind: readonly UnreadableMessage[]
}

/** A message that stays on the queue, and the seconds until it is received again. */
export type Postponed = {
  readonly messageId: string
  readonly afterSeconds: number
}

/** Parses a batch from the queue. `records` are in queue order. */
export function readQueue(records: readonly QueueRecord[]): {
  readonly messages: readonly QueuedChange[]
  readonly unreadable: readonly UnreadableMessage[]
} {
  const messages: QueuedChange[] = []
  const unreadable: UnreadableMessage[] = []
  for (const record of records) {
    const { messageId, receives, firstReceivedAt, group } = record
    const read = readBody(record.body)
    if ('problem' in read) unreadable.push({ ...record, ...read })
    else {
      const behind = unreadable.filter((message) => message.group === group)
      for (const change of read.changes)
        messages.push({ messageId, receives, firstReceivedAt, change, behind })
    }
  }
  return { messages, unreadable }
}

function readBody(body: string): { readonly changes: readonly CustomerChange[] } | Unreadable {
  const json = parseJson(body)
  if (isPage(json)) {
    const page = listedPageSchema.safeParse(json)
    return page.success
      ? { changes: changesOf(page.data) }
      : { problem: problemOf(json, page.error), about: null }
  }
  const parsed = customerChangeSchema.safeParse(json)
  if (parsed.success) return { changes: [parsed.data] }
  const ref = recordRefSchema.safeParse(json).data
  const { eventId } = customerChangeSchema.pick({ eventId: true }).safeParse(json).data ?? {}
  const about = ref ? { ...ref, eventIds: eventId === undefined ? [] : [eventId] } : null
  return { problem: problemOf(json, parsed.error), about }
}

/** Asked first, since most messages are none, and a failed parse costs more than a successful one. */
function isPage(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'kind' in json && json.kind === 'listed'
}

function problemOf(json: unknown, { issues }: z.ZodError): string {
  if (json === undefined) return 'not JSON'
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return 'not an object'
  if (issues.some(({ path }) => path[0] === 'v')) return 'unknown version'
  return `not as expected: ${issues.map(({ path }) => path.join('.')).join(', ')}`
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
