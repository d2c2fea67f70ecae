import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordRef } from '../../core/model/change.ts'
import { RetryLater, WebhookRejected } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import type { HttpResponse } from '../../support/http.ts'
import { parseJson } from '../../support/json.ts'
import { isMissing, readAnswer, unsupported } from '../crm-answer.ts'
import { readEach } from '../read-each.ts'
import { callIntercom, type IntercomApi } from './call.ts'
import { answerSchema, errorSchema } from './schemas.ts'
import { intercomObject, toCustomer, versionOf } from './to-customer.ts'

type Settings = IntercomApi & { readonly fields?: FieldOverrides | undefined }

const crm = 'Intercom'

/**
 * Reads current records, one call each, a few at a time. A contact that was merged into another one answers 410 with
 * `Link: </contacts/{id}>; rel="canonical"`, the contact that is left after up to three merges in a row.
 */
export async function fetchIntercomCustomers(
  refs: readonly RecordRef[],
  settings: Settings,
): Promise<readonly FetchedCustomer[]> {
  return readEach(refs, (ref) => readOne(ref, settings))
}

async function readOne(ref: RecordRef, settings: Settings): Promise<FetchedCustomer> {
  const object = intercomObject(ref.recordType, settings.fields)
  if (!object) return unsupported(crm, ref)
  const query = object.path === 'contacts' ? '?include_merge_history=true' : ''
  const path = `/${object.path}/${encodeURIComponent(ref.recordId)}${query}`
  const response = await callIntercom(settings, { method: 'GET', path })
  if (response.status === 410 && isMerged(response)) {
    return { kind: 'merged', intoId: survivorIn(response, ref.recordId) }
  }
  if (isMissing(crm, response)) return { kind: 'deleted' }
  const record = readAnswer(crm, answerSchema, response, settings.clock.now())
  if (record.id !== ref.recordId) return { kind: 'merged', intoId: record.id }
  // Whether an archived contact is still returned is not documented.
  if (record.archived) return { kind: 'deleted' }
  const version = versionOf(record)
  if (version === undefined) throw unreadable('it did not return when the record last changed')
  const mergedIds = (record.merge_history ?? []).map(({ source_contact_id: id }) => id)
  return {
    kind: 'found',
    customer: toCustomer(record, object),
    version,
    mergedIds: [...new Set(mergedIds)].filter((id) => id !== ref.recordId),
  }
}

function isMerged(response: HttpResponse): boolean {
  return linkIn(response) !== undefined || codesIn(response).includes('contact_merged')
}

/** Throws RetryLater when it is not told: the record must not be closed as if it was deleted. */
function survivorIn(response: HttpResponse, mergedId: string): string {
  const [, id] =
    /<[^>]*\/contacts\/([\w-]{1,256})>\s*;[^,]*\brel="?canonical\b/i.exec(linkIn(response) ?? '') ?? []
  if (id === undefined || id === mergedId) throw unreadable('it did not say which contact is left of a merge')
  return id
}

function linkIn({ headers }: HttpResponse): string | undefined {
  const { link } = headers
  return Array.isArray(link) ? link.join(', ') : link
}

function codesIn({ text }: HttpResponse): readonly string[] {
  try {
    const { data } = errorSchema.safeParse(parseJson(Buffer.from(text, 'utf8')))
    return (data?.errors ?? []).map(({ code }) => code)
  } catch (error) {
    if (error instanceof WebhookRejected) return []
    throw error
  }
}

function unreadable(why: string): RetryLater {
  return new RetryLater('CRM_ANSWER_UNREADABLE', `${crm}'s answer cannot be read: ${why}`)
}
