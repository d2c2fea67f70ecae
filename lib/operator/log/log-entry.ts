import * as z from 'zod'
import { type LogEvent, logMessages } from './messages.ts'

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
  outcome: text,
  code: text,
  reason: text,
  /** The field of the customer that caused a failure. */
  field: text,
  /** Names of fields, never their values: what changed, or what cannot be read. */
  fields: texts,
  attempts: whole,
  afterSeconds: whole,
  /** From the webhook's receipt to the provider's response, in milliseconds. */
  latencyMs: whole,
  /** Records in a webhook, and its events that are not followed. */
  records: whole,
  ignoredEvents: whole,
  /** The HTTP status of a refused webhook. */
  status: whole,
  /** Of a paused provider: the end of the pause, and the pauses in a row. */
  until: text,
  trips: whole,
  round: whole,
})

const lineSchema = fieldsSchema.extend({
  timestamp: z.iso.datetime({ offset: true }),
  level: z.string().catch('INFO').default('INFO'),
  message: z.string(),
})

/** One line that a function logged. Absent fields are null, absent lists empty. */
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

/** Null for what is no log line of the functions: metrics, foreign text, half a line. */
export function readLogLine(line: string): LogEntry | null {
  const parsed = lineSchema.safeParse(parseObject(line))
  if (!parsed.success) return null
  const { timestamp, level, message, ...fields } = parsed.data
  const at = new Date(timestamp).toISOString()
  return { at, level: level.toUpperCase(), message, event: events.get(message) ?? null, ...fields }
}

function parseObject(line: string): unknown {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
