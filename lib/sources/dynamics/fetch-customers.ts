import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import { type RecordRef, recordKey } from '../../core/model/change.ts'
import { Rejected } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { isMissing, readAnswer, settled, unlessAllFailed, unsupported } from '../crm-answer.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { apiPath, crm, type DataverseApi, expectTable, getFromDataverse } from './call.ts'
import { rowSchema, rowsSchema } from './schemas.ts'
import { type DynamicsTable, dynamicsTable, idOf, toFetchedCustomer, wantedColumns } from './to-customer.ts'

type Settings = DataverseApi & { readonly fields?: FieldOverrides | undefined }

/** Ids in one filter: the URL stays below 2,048 characters. */
const batchSize = 20
/** Dataverse serves at least 52 calls of a user at a time (service protection limits); the operator's other apps need some. */
const concurrency = 5

/** Records of one table. */
type Group = { readonly table: DynamicsTable; readonly refs: readonly RecordRef[] }
type Answers = Map<string, FetchedCustomer>

/**
 * Reads current records (Web API v9.2): one by its id, several with a filter. A filter omits records that were deleted or that
 * the application user may not see, so those are then read one by one.
 */
export async function fetchDynamicsCustomers(
  refs: readonly RecordRef[],
  settings: Settings,
): Promise<readonly FetchedCustomer[]> {
  const answers: Answers = new Map()
  await mapConcurrently(groupsOf(refs, settings.fields), concurrency, (group) =>
    readGroup(group, settings, answers),
  )
  return unlessAllFailed(refs.map((ref) => answers.get(recordKey(ref)) ?? unsupported(crm, ref)))
}

function groupsOf(refs: readonly RecordRef[], fields: FieldOverrides | undefined): Group[] {
  const unique = [...new Map(refs.map((ref) => [recordKey(ref), ref])).values()]
  const byType = Object.groupBy(unique, ({ recordType }) => recordType)
  return Object.values(byType).flatMap((members) =>
    Array.from({ length: Math.ceil(members.length / batchSize) }, (_, index) => {
      const some = members.slice(index * batchSize, (index + 1) * batchSize)
      return { table: dynamicsTable(members[0]?.recordType ?? 'contact', fields), refs: some }
    }),
  )
}

async function readGroup({ table, refs }: Group, settings: Settings, answers: Answers): Promise<void> {
  const batch = refs.length > 1 ? await readBatch({ table, refs }, settings) : new Map()
  await mapConcurrently(refs, concurrency, async (ref) => {
    const answer = batch.get(ref.recordId.toLowerCase()) ?? (await settled(readOne(ref, table, settings)))
    answers.set(recordKey(ref), answer)
  })
}

/** The answers by record id, without the records that Dataverse omitted. If the call failed, its error is the answer for all. */
async function readBatch({ table, refs }: Group, settings: Settings): Promise<Answers> {
  const filter = refs.map(({ recordId }) => `${table.idColumn} eq ${recordId}`).join(' or ')
  try {
    const response = await getFromDataverse(
      `${apiPath}/${table.set}?${select(table)}&$filter=${encodeURIComponent(filter)}`,
      settings,
    )
    expectTable(response)
    const { value } = readAnswer(crm, rowsSchema, response, settings.clock.now())
    return new Map(value.map((row) => [idOf(row, table) ?? '', toFetchedCustomer(row, table)]))
  } catch (error) {
    // A record that Dataverse refuses must not fail the others in the batch, so each is read on its own.
    if (error instanceof Rejected) return new Map()
    const failed = await settled(Promise.reject(error))
    return new Map(refs.map(({ recordId }) => [recordId.toLowerCase(), failed]))
  }
}

async function readOne(ref: RecordRef, table: DynamicsTable, settings: Settings): Promise<FetchedCustomer> {
  const path = `${apiPath}/${table.set}(${encodeURIComponent(ref.recordId)})?${select(table)}`
  const response = await getFromDataverse(path, settings)
  expectTable(response)
  if (isMissing(crm, response)) return { kind: 'deleted' }
  return toFetchedCustomer(readAnswer(crm, rowSchema, response, settings.clock.now()), table)
}

function select(table: DynamicsTable): string {
  return `$select=${wantedColumns(table).map(encodeURIComponent).join(',')}`
}
