import * as z from 'zod'
import { logMessages } from '../../core/ports/log-messages.ts'

/** The stable name of a message. */
export type LogEvent = keyof typeof logMessages

/** A field of another type than expected is treated as absent, so that a foreign line is still shown. */
const text = z.string().nullable().catch(null).default(null)
const whole = z.number().nullable().catch(null).default(null)
const texts = z.array(z.string()).catch([]).default([])

const fieldsSchema = z.object({
  requestId: text,
  /** As on AWS: `crm-pay-sync-prod-syncCustomer`. */
  functionName: text,
  source: text,
  account: text,
  recordType: text,
  recordId: text,
  /** Ids of the CRM events that the line concerns. */
  eventIds: texts,
  kind: text,
  provider: text,
  mode: text,
  providerCustomerId: text,
  /** What became of a change: an outcome of a link, `retried` or `dead-lettered`; null in all other lines. */
  outcome: text,
  code: text,
  reason: text,
  /** The field of the customer that caused a failure. */
  field: text,
  /** Names of fields, never their values: what changed, or what cannot be read. */
  fields: texts,
  /** Tries that counted. */
  attempts: whole,
  afterSeconds: whole,
  /** From the webhook's receipt to the provider's response, in milliseconds. */
  latencyMs: whole,
  /** Records in a webhook, and its events that are not followed. */
  records: whole,
  ignoredEvents: whole,
  /** The HTTP status of a refused webhook, or what the provider or CRM answered with. */
  status: whole,
  /** Of a paused provider: the end of the pause, the beginning of the first in a row, and how many there were. */
  until: text,
  since: text,
  trips: whole,
  round: whole,
  /** How often the change was received from the queue. */
  tries: whole,
  /** The record whose customer another one took over. */
  mergedId: text,
})

const lineSchema = fieldsSchema.extend({
  timestamp: z.iso.datetime({ offset: true }),
  level: z.string().catch('INFO').default('INFO'),
  message: z.string(),
})

/** One line that a function has logged. Absent fields are null, absent lists empty. */
export type LogEntry = z.infer<typeof fieldsSchema> & {
  /** ISO 8601 in UTC. */
  readonly at: string
  readonly level: string
  readonly message: string
  /** The stable name of the message; null for one that is not in `logMessages`. */
  readonly event: LogEvent | null
}

const events = new Map<string, LogEvent>(
  Object.entries(logMessages).map(([event, message]) => [message, event as LogEvent]),
)

/** What became of a change, for lines that do not say it in a field. */
const outcomes: Readonly<Partial<Record<LogEvent, string>>> = {
  customerCreated: 'created',
  customerAdopted: 'adopted',
  customerUpdated: 'updated',
  customerUnchanged: 'unchanged',
  changeSuperseded: 'superseded',
  linkClosed: 'closed',
  customerErased: 'erased',
  customerNotRouted: 'not-routed',
  changeRetried: 'retried',
  changeDeadLettered: 'dead-lettered',
  messageDeadLettered: 'dead-lettered',
}

/**
 * Null for what is no log line of the functions: metrics, foreign text, half a line. `group` is the log group it is from, whose
 * name ends in that of the function.
 */
export function readLogLine(line: string, group?: string): LogEntry | null {
  const parsed = lineSchema.safeParse(parseObject(line))
  if (!parsed.success) return null
  const { timestamp, level, message, ...fields } = parsed.data
  const at = new Date(timestamp).toISOString()
  const event = events.get(message) ?? null
  const outcome = fields.outcome ?? (event && (outcomes[event] ?? null))
  const functionName = fields.functionName ?? group?.slice(group.lastIndexOf('/') + 1) ?? null
  return { at, level: level.toUpperCase(), message, event, ...fields, functionName, outcome }
}

function parseObject(line: string): unknown {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
