import { randomUUID } from 'node:crypto'
import { toEventId } from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { badShape } from '../../sources/bad-format.ts'
import { parseJson } from '../../support/json.ts'
import { eventSchema } from './schemas.ts'

/** The change in a webhook. Throws WebhookRejected 400 when it is none. */
export function readTallyChanges({ headers, body }: WebhookRequest, account: string): ReadChanges {
  const parsed = eventSchema.safeParse(parseJson(body))
  if (!parsed.success) throw badShape(parsed.error)
  const { event, person } = parsed.data
  if (event !== 'person.saved') return { changes: [], ignored: 1, unknownFields: [] }
  const eventId = toEventId(headers['x-tally-delivery'] ?? randomUUID())
  const ref = { source: 'tally', account, recordType: 'contact', recordId: person } as const
  return { changes: [{ ...ref, kind: 'changed', eventId }], ignored: 0, unknownFields: [] }
}
