import type { RecordType } from '../../core/model/change.ts'
import { Misconfigured } from '../../core/model/errors.ts'
import type { ListedRecords } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { sendRequest } from '../../support/http.ts'
import { readAnswer } from '../crm-answer.ts'
import { toIsoTime } from '../iso-time.ts'
import { nextCursor, readCursor } from '../list-cursor.ts'
import type { OwnAccount } from '../own-account.ts'
import { listSchema } from './schemas.ts'
import { pipedriveObject } from './to-customer.ts'

type Settings = {
  readonly origin: string | undefined
  readonly apiToken: string | undefined
  readonly clock: Clock
}

/** Pipedrive's limit for one page. */
const pageSize = 500
/** How long a change may be missing from the list: a guess. */
const lagSeconds = 30
const recordTypes = ['contact', 'company'] as const satisfies readonly RecordType[]

/**
 * One page of the persons and organizations that changed since a time (API v2, `updated_since`, in whole seconds). Deleted
 * records are not listed.
 */
export async function listPipedriveChanges(
  since: string,
  from: string | null,
  ownCompany: OwnAccount,
  { origin, apiToken, clock }: Settings,
): Promise<ListedRecords> {
  if (!origin) throw new Misconfigured('NO_API_URL', 'PIPEDRIVE_API_URL is not set')
  if (!apiToken) throw new Misconfigured('NO_ACCESS_TOKEN', 'PIPEDRIVE_API_TOKEN is not set')
  const account = await ownCompany()
  if (account === undefined) {
    throw new Misconfigured(
      'CRM_NOT_THERE',
      'Pipedrive does not say which company PIPEDRIVE_API_TOKEN belongs to',
    )
  }
  const cursor = readCursor(from, clock.now(), lagSeconds)
  const recordType = recordTypes[cursor.part]
  const object = recordType && pipedriveObject(recordType)
  if (!object) return { refs: [], cursor: null, completeUntil: cursor.completeUntil }
  const query = new URLSearchParams({
    updated_since: since.replace(/\.\d+/, ''),
    sort_by: 'update_time',
    sort_direction: 'asc',
    limit: String(pageSize),
    ...(cursor.after !== null && { cursor: cursor.after }),
  })
  const response = await sendRequest({
    method: 'GET',
    url: `${origin}/api/v2/${object.path}?${query}`,
    headers: { 'x-api-token': apiToken, accept: 'application/json' },
  })
  const { data, additional_data: more } = readAnswer('Pipedrive', listSchema, response, clock.now())
  const refs = data.map(({ id }) => ({ source: 'pipedrive', account, recordType, recordId: id }))
  const next = nextCursor(cursor, more?.next_cursor || null, recordTypes.length)
  const reached = toIsoTime(data.at(-1)?.update_time)
  return { refs, cursor: next, completeUntil: cursor.completeUntil, reached }
}
