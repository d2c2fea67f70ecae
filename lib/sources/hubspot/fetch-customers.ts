import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { WriteBack } from '../../core/config/write-back.ts'
import { type RecordRef, recordKey } from '../../core/model/change.ts'
import { Rejected } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { isMissing, readAnswer, settled, unlessAllFailed, unsupported } from '../crm-answer.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { accessTokenFor, type HubspotAccessTokens } from './access-tokens.ts'
import { callHubspot } from './call.ts'
import { type HubspotObject, hubspotObject } from './objects.ts'
import { batchSchema, recordSchema } from './schemas.ts'
import { toFetchedCustomer, wantedProperties } from './to-customer.ts'

type Settings = {
  readonly origin: string
  readonly accessTokens: HubspotAccessTokens
  readonly fields?: FieldOverrides | undefined
  readonly writeBack?: WriteBack | undefined
  readonly clock: Clock
}

const crm = 'HubSpot'
/** HubSpot's limit for `batch/read`. */
const batchSize = 100
const concurrency = 5

/** Records of one type in one portal. */
type Group = { readonly account: string; readonly object: HubspotObject; readonly refs: readonly RecordRef[] }
type Answers = Map<string, FetchedCustomer>

/**
 * Reads current records (CRM objects API v3): one by GET, several by `batch/read`. The batch omits records that were
 * deleted or merged, so those are then read one by one.
 */
export async function fetchHubspotCustomers(
  refs: readonly RecordRef[],
  settings: Settings,
): Promise<readonly FetchedCustomer[]> {
  const answers: Answers = new Map()
  await mapConcurrently(groupsOf(refs, settings), concurrency, (group) => readGroup(group, settings, answers))
  return unlessAllFailed(refs.map((ref) => answers.get(recordKey(ref)) ?? unsupported(crm, ref)))
}

function groupsOf(refs: readonly RecordRef[], { fields, writeBack }: Settings): Group[] {
  const unique = [...new Map(refs.map((ref) => [recordKey(ref), ref])).values()]
  const byPortal = Object.groupBy(unique, ({ account, recordType }) => `${recordType}/${account}`)
  return Object.values(byPortal).flatMap((members = []) => {
    const [first] = members
    const object = first && hubspotObject(first.recordType, fields, writeBack)
    if (!first || !object) return []
    return Array.from({ length: Math.ceil(members.length / batchSize) }, (_, index) => ({
      account: first.account,
      object,
      refs: members.slice(index * batchSize, (index + 1) * batchSize),
    }))
  })
}

async function readGroup(group: Group, settings: Settings, answers: Answers): Promise<void> {
  const batch = group.refs.length > 1 ? await readBatch(group, settings) : new Map<string, FetchedCustomer>()
  await mapConcurrently(group.refs, concurrency, async (ref) => {
    const answer = batch.get(ref.recordId) ?? (await settled(readOne(ref, group.object, settings)))
    answers.set(recordKey(ref), answer)
  })
}

/** The answers by record id, without the records that HubSpot omitted. If the call failed, its error is the answer for all. */
async function readBatch({ account, object, refs }: Group, settings: Settings): Promise<Answers> {
  try {
    const response = await callHubspot({
      ...to(account, settings),
      method: 'POST',
      path: `/crm/v3/objects/${object.path}/batch/read`,
      body: {
        inputs: refs.map(({ recordId }) => ({ id: recordId })),
        properties: wantedProperties(object),
        propertiesWithHistory: [],
      },
    })
    const { results } = readAnswer(crm, batchSchema, response, settings.clock.now())
    const records = results.flatMap((result) => recordSchema.safeParse(result).data ?? [])
    return new Map(records.map((record) => [record.id, toFetchedCustomer(record, record.id, object)]))
  } catch (error) {
    // A record that HubSpot rejects must not fail the others in the batch, so each is read on its own.
    if (error instanceof Rejected) return new Map()
    const failed = await settled(Promise.reject(error))
    return new Map(refs.map(({ recordId }) => [recordId, failed]))
  }
}

async function readOne(ref: RecordRef, object: HubspotObject, settings: Settings): Promise<FetchedCustomer> {
  const properties = wantedProperties(object).map(encodeURIComponent).join(',')
  const response = await callHubspot({
    ...to(ref.account, settings),
    method: 'GET',
    path: `/crm/v3/objects/${object.path}/${encodeURIComponent(ref.recordId)}?properties=${properties}`,
  })
  if (isMissing(crm, response)) return { kind: 'deleted' }
  const record = readAnswer(crm, recordSchema, response, settings.clock.now())
  return toFetchedCustomer(record, ref.recordId, object)
}

const to = (account: string, { origin, accessTokens }: Settings) => ({
  origin,
  token: accessTokenFor(accessTokens, account),
})
