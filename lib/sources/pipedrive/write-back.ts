import type { WriteBack } from '../../core/config/write-back.ts'
import type { RecordRef } from '../../core/model/change.ts'
import { Misconfigured, Rejected } from '../../core/model/errors.ts'
import type { Written } from '../../core/ports/customer-id-writer.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { sendRequest } from '../../support/http.ts'
import { answeredJson } from '../../support/json.ts'
import { propertiesToWrite } from '../write-back.ts'
import { mergedOr, readWritten } from '../written.ts'
import { answerSchema } from './schemas.ts'
import { pipedriveObject } from './to-customer.ts'

type Settings = {
  readonly origin: string | undefined
  readonly apiToken: string | undefined
  readonly writeBack: WriteBack
  readonly clock: Clock
}

/**
 * `PATCH /api/v2/persons/{id}` and `/api/v2/organizations/{id}` (https://developers.pipedrive.com/docs/api/v1/Persons, "Update a
 * person"), which sets the given custom fields only. That a field that does not exist is a 400 is a guess. Throws as
 * `CustomerIdWriter.write` does.
 */
export async function writePipedriveIds(
  ref: RecordRef,
  ids: Readonly<Record<string, string>>,
  { origin, apiToken, writeBack, clock }: Settings,
): Promise<Written> {
  const object = pipedriveObject(ref.recordType)
  if (!object) throw new Rejected('UNKNOWN_RECORD_TYPE', `Pipedrive has no ${ref.recordType}`)
  if (!origin) throw new Misconfigured('NO_API_URL', 'PIPEDRIVE_API_URL is not set')
  if (!apiToken) throw new Misconfigured('NO_ACCESS_TOKEN', 'PIPEDRIVE_API_TOKEN is not set')
  const response = await sendRequest({
    method: 'PATCH',
    url: `${origin}/api/v2/${object.path}/${encodeURIComponent(ref.recordId)}`,
    headers: { 'x-api-token': apiToken, accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ custom_fields: propertiesToWrite(writeBack, ref.recordType, ids) }),
  })
  // A 403 may concern this record only: which records a user may edit depends on who owns them.
  const answer = readWritten('Pipedrive', response, clock.now(), ({ status }) =>
    status === 400 ? 'create the custom field whose key sync.config.ts names, as text' : null,
  )
  return answer === 'written'
    ? mergedOr(answer, ref, answerSchema.safeParse(answeredJson(response.text)).data?.data.id)
    : answer
}
