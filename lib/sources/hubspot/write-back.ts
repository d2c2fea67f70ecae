import type { WriteBack } from '../../core/config/write-back.ts'
import type { RecordRef } from '../../core/model/change.ts'
import { Rejected } from '../../core/model/errors.ts'
import type { Written } from '../../core/ports/customer-id-writer.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { HttpResponse } from '../../support/http.ts'
import { answeredJson } from '../../support/json.ts'
import { propertiesToWrite } from '../write-back.ts'
import { mergedOr, readWritten } from '../written.ts'
import { accessTokenFor, type HubspotAccessTokens } from './access-tokens.ts'
import { callHubspot } from './call.ts'
import { hubspotObject } from './objects.ts'
import { idSchema } from './schemas.ts'

type Settings = {
  readonly origin: string
  readonly accessTokens: HubspotAccessTokens
  readonly writeBack: WriteBack
  readonly clock: Clock
}

/**
 * `PATCH /crm/v3/objects/{contacts|companies}/{id}` (CRM objects API v3, "Update"), which sets the given properties only. That the
 * id of a merged record updates the one that is left, as it reads it, is a guess. Throws as `CustomerIdWriter.write` does.
 */
export async function writeHubspotIds(
  ref: RecordRef,
  ids: Readonly<Record<string, string>>,
  { origin, accessTokens, writeBack, clock }: Settings,
): Promise<Written> {
  const object = hubspotObject(ref.recordType)
  if (!object) throw new Rejected('UNKNOWN_RECORD_TYPE', `HubSpot has no ${ref.recordType}`)
  const response = await callHubspot({
    origin,
    token: accessTokenFor(accessTokens, ref.account),
    method: 'PATCH',
    path: `/crm/v3/objects/${object.path}/${encodeURIComponent(ref.recordId)}`,
    body: { properties: propertiesToWrite(writeBack, ref.recordType, ids) },
  })
  const answer = readWritten('HubSpot', response, clock.now(), (refusal) => fixOf(refusal, object.path))
  return answer === 'written'
    ? mergedOr(answer, ref, idSchema.safeParse(answeredJson(response.text)).data?.id)
    : answer
}

/** The codes of a 400 that concern the property, not the record. They are those that clients of HubSpot's see. */
const ofProperty = /\b(?:PROPERTY_DOESNT_EXIST|READ_ONLY_VALUE|INVALID_[A-Z_]+)\b/

function fixOf({ status, text }: HttpResponse, path: string): string | null {
  if (status === 403) return `give the app the scope crm.objects.${path}.write`
  const isSetting = status === 400 && ofProperty.test(text)
  return isSetting ? 'create the property that sync.config.ts names, as single-line text' : null
}
