import type { ListedLinks } from '../../aws/customer-links.ts'
import { type RecordRef, recordKey, recordRefSchema } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import { modes, type ProviderCustomerId, type ProviderName } from '../../core/model/provider.ts'
import { providerNames } from '../../providers/registry.ts'
import { BadInput } from '../errors.ts'

/** Which record an id means: ids are unique only within a CRM account and record type. */
export type RecordOptions = { readonly source?: string; readonly account?: string; readonly type?: string }

/** The links with this provider customer id, otherwise those of every record with this id. */
export async function findLinksById(
  id: string,
  options: RecordOptions,
  links: ListedLinks,
): Promise<readonly Link[]> {
  const byCustomer = await findByCustomer(id, links)
  if (byCustomer.length > 0) return byCustomer.filter(({ ref }) => fits(ref, options))
  const found: Link[] = []
  for await (const link of links.listLinks()) {
    if (link.ref.recordId === id && fits(link.ref, options)) found.push(link)
  }
  return found
}

/** Whether the record matches the options. */
export function fits(ref: RecordRef, { source, account, type }: RecordOptions): boolean {
  return (
    (!source || ref.source === source) &&
    (!account || ref.account === account) &&
    (!type || ref.recordType === type)
  )
}

/** The links with this provider customer id, in either mode of any provider. One read of the index each. */
export async function findByCustomer(
  id: string,
  links: Pick<ListedLinks, 'findByProviderCustomer'>,
): Promise<readonly Link[]> {
  const asked = providerNames.flatMap((provider: ProviderName) =>
    modes.map((mode) => links.findByProviderCustomer(provider, mode, id as ProviderCustomerId)),
  )
  return (await Promise.all(asked)).flat()
}

/** The one record of this id that the table knows. Throws BadInput when there are several; null when there is none. */
export async function findRecord(
  recordId: string,
  options: RecordOptions,
  links: ListedLinks,
): Promise<RecordRef | null> {
  return (await findRecords([recordId], options, links)).get(recordId) ?? null
}

/**
 * The records of these ids that the table knows, by id. With all options given, the records need not be known. Throws BadInput
 * for an id of several records.
 */
export async function findRecords(
  recordIds: readonly string[],
  options: RecordOptions,
  links: Pick<ListedLinks, 'listLinks'>,
): Promise<ReadonlyMap<string, RecordRef>> {
  const { source, account, type } = options
  if (source && account && type) {
    return new Map(recordIds.map((id) => [id, parseRef({ source, account, recordType: type, recordId: id })]))
  }
  const wanted = new Set(recordIds)
  const found = new Map<string, RecordRef>()
  for await (const { ref } of links.listLinks()) {
    if (!wanted.has(ref.recordId) || !fits(ref, options)) continue
    const known = found.get(ref.recordId) ?? ref
    if (recordKey(known) !== recordKey(ref)) {
      throw new BadInput(`several records have the id ${ref.recordId}: add --source, --account or --type`)
    }
    found.set(ref.recordId, ref)
  }
  return found
}

function parseRef(ref: Record<keyof RecordRef, string>): RecordRef {
  const parsed = recordRefSchema.safeParse(ref)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new BadInput(`${issue?.path.join('.')}: ${issue?.message}`)
}
