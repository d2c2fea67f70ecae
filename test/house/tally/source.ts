import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { FieldOverrides } from '../../../lib/core/config/field-overrides.ts'
import { type RecordRef, toEventId } from '../../../lib/core/model/change.ts'
import { accepted, type CrmSource, type FetchedCustomer } from '../../../lib/core/ports/crm-source.ts'
import type { Clock } from '../../../lib/core/ports/observers.ts'
import { badShape } from '../../../lib/sources/bad-format.ts'
import { isMissing, readAnswer } from '../../../lib/sources/crm-answer.ts'
import { type FieldMap, readCustomer } from '../../../lib/sources/customer-fields.ts'
import { toIsoTime } from '../../../lib/sources/iso-time.ts'
import { checkDigest, unproven } from '../../../lib/sources/proof.ts'
import { readEach } from '../../../lib/sources/read-each.ts'
import { recordIdSchema } from '../../../lib/sources/record-id.ts'
import { decodeHex, hmacSha256 } from '../../../lib/support/hmac.ts'
import { sendRequest } from '../../../lib/support/http.ts'
import { parseJson } from '../../../lib/support/json.ts'

type Options = {
  readonly secrets: readonly string[]
  readonly accessToken: string
  readonly origin: string
  readonly workspace: string
  readonly fields: FieldOverrides | undefined
  readonly clock: Clock
}

const eventSchema = z.object({ event: z.string(), person: recordIdSchema })
const personSchema = z.looseObject({ id: recordIdSchema, changed: z.string() })
const fieldMap: FieldMap = { 'name.full': 'name', email: 'mail', phone: 'tel', 'address.country': 'land' }

export function tallySource({ secrets, accessToken, origin, workspace, fields, clock }: Options): CrmSource {
  const fetchOne = async ({ recordId }: RecordRef): Promise<FetchedCustomer> => {
    const response = await sendRequest({
      method: 'GET',
      url: `${origin}/people/${encodeURIComponent(recordId)}`,
      headers: { authorization: `Bearer ${accessToken}` },
    })
    if (isMissing('Tally', response)) return { kind: 'deleted' }
    const person = readAnswer('Tally', personSchema, response, clock.now())
    if (person.id !== recordId) return { kind: 'merged', intoId: person.id }
    const map = { ...fieldMap, ...fields?.contact }
    const customer = readCustomer(map, (property) => textOf(person[property]))
    const version = toIsoTime(person.changed) ?? clock.now().toISOString()
    return { kind: 'found', customer, version, mergedIds: [] }
  }
  return {
    name: 'tally',
    door: {
      mediaTypes: ['application/json'],
      success: accepted,
      badFormatStatus: 400,
      verify: ({ headers, body }) => {
        const given = decodeHex(headers['x-tally-signature'] ?? '')
        if (!given) throw unproven('SIGNATURE_MALFORMED', 'X-Tally-Signature is missing or not hexadecimal')
        const what = { what: 'Tally webhook secret', covers: 'the body' }
        checkDigest(given, secrets, (secret) => hmacSha256(secret, body), what)
      },
      readChanges: ({ headers, body }) => {
        const parsed = eventSchema.safeParse(parseJson(body))
        if (!parsed.success) throw badShape(parsed.error)
        const { event, person } = parsed.data
        if (event !== 'person.saved') return { changes: [], ignored: 1, unknownFields: [] }
        const eventId = toEventId(headers['x-tally-delivery'] ?? randomUUID())
        const ref = { source: 'tally', account: workspace, recordType: 'contact', recordId: person } as const
        return { changes: [{ ...ref, kind: 'changed', eventId }], ignored: 0, unknownFields: [] }
      },
    },
    sendsSnapshots: false,
    fetchCustomers: (refs) => readEach(refs, fetchOne),
    ownsAccount: async () => true,
  }
}

function textOf(value: unknown): string | null | undefined {
  return typeof value === 'string' || value === null ? value : undefined
}
