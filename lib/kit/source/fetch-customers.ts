import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordRef } from '../../core/model/change.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { isMissing, readAnswer } from '../../sources/crm-answer.ts'
import { toIsoTime } from '../../sources/iso-time.ts'
import { sendRequest } from '../../support/http.ts'
import { personSchema } from './schemas.ts'
import { toCustomer } from './to-customer.ts'

type Settings = {
  readonly origin: string
  readonly accessToken: string
  readonly fields: FieldOverrides | undefined
  readonly clock: Clock
}

/** Reads one person. Throws as `readAnswer` does. */
export async function fetchTallyCustomer(
  { recordId }: RecordRef,
  { origin, accessToken, fields, clock }: Settings,
): Promise<FetchedCustomer> {
  const response = await sendRequest({
    method: 'GET',
    url: `${origin}/people/${encodeURIComponent(recordId)}`,
    headers: { authorization: `Bearer ${accessToken}` },
  })
  if (isMissing('Tally', response)) return { kind: 'deleted' }
  const person = readAnswer('Tally', personSchema, response, clock.now())
  if (person.id !== recordId) return { kind: 'merged', intoId: person.id }
  const version = toIsoTime(person.changed) ?? null
  return { kind: 'found', customer: toCustomer(person, fields), version, mergedIds: [] }
}
