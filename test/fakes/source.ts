import { type RecordChange, type RecordRef, recordKey, type SourceName } from '../../lib/core/model/change.ts'
import type { Customer } from '../../lib/core/model/customer.ts'
import { WebhookRejected } from '../../lib/core/model/errors.ts'
import type { ProviderName } from '../../lib/core/model/provider.ts'
import type { CrmSource, FetchedCustomer } from '../../lib/core/ports/crm-source.ts'
import type { CustomerIdWriter } from '../../lib/core/ports/customer-id-writer.ts'
import type { DoorAnswers } from '../../lib/core/ports/webhook-answers.ts'

type FakeSource = CrmSource & {
  /** The CRM's answer per record; missing records are `deleted`. */
  readonly records: Map<string, FetchedCustomer>
  /** One entry per read, with the requested records. */
  readonly reads: RecordRef[][]
  /** Accounts that the token does not belong to. */
  readonly foreignAccounts: Set<string>
  /** Thrown by the next read as a whole. */
  failNext: Error | null
  /** Called during a read. */
  onRead: () => void
  /** One entry per write of ids, by record key; what a record holds is in `held`. */
  readonly writes: (readonly [string, Readonly<Record<string, string>>])[]
  /** The ids that each record's properties hold, by record key. A read shows them unless `hidesIds`. */
  readonly held: Map<string, Record<string, string | null>>
  hidesIds: boolean
  /** Thrown by the next write, after it was carried out if `failsLate`. */
  failNextWrite: Error | null
  failsLate: boolean
  put(ref: RecordRef, customer: Customer, version: string | null, mergedIds?: readonly string[]): void
}

/** An in-memory CRM. Its webhooks are JSON: `{signature: 'good', changes, ignored, unknownFields}`. */
export function fakeSource(
  options: {
    name?: SourceName
    canFetch?: boolean
    sendsSnapshots?: boolean
    sendsBeforeCommit?: true
    answers?: Partial<DoorAnswers>
    /** The providers whose ids are written into contacts. */
    writesBack?: readonly ProviderName[] | undefined
  } = {},
) {
  const records = new Map<string, FetchedCustomer>()
  const reads: RecordRef[][] = []
  const fetchCustomers: NonNullable<CrmSource['fetchCustomers']> = async (refs) => {
    reads.push([...refs])
    fake.onRead()
    const error = fake.failNext
    fake.failNext = null
    if (error) throw error
    return refs.map((ref) => withIds(records.get(recordKey(ref)) ?? { kind: 'deleted' }, ref))
  }
  const { writesBack } = options
  const emptyIds = () => Object.fromEntries((writesBack ?? []).map((name) => [name, null]))
  const withIds = (answer: FetchedCustomer, ref: RecordRef): FetchedCustomer =>
    answer.kind === 'found' && writesBack && !fake.hidesIds
      ? { ...answer, customerIds: { ...emptyIds(), ...fake.held.get(recordKey(ref)) } }
      : answer
  const write: CustomerIdWriter['write'] = async (ref, ids) => {
    fake.writes.push([recordKey(ref), ids])
    const error = fake.failNextWrite
    fake.failNextWrite = null
    if (error && !fake.failsLate) throw error
    const record = records.get(recordKey(ref))
    if (record?.kind === 'merged') {
      fake.held.set(recordKey({ ...ref, recordId: record.intoId }), { ...ids })
      return { mergedInto: record.intoId }
    }
    if (record?.kind !== 'found') return 'gone'
    fake.held.set(recordKey(ref), { ...fake.held.get(recordKey(ref)), ...ids })
    if (error) throw error
    return 'written'
  }
  const fake: FakeSource = {
    name: options.name ?? 'hubspot',
    door: {
      mediaTypes: ['application/json'],
      answers: { queued: 202, ignored: 202, unreadable: 400, head: 405, ...options.answers },
      verify: ({ headers }) => {
        if (headers['signature'] !== 'good')
          throw new WebhookRejected(401, 'BAD_SIGNATURE', 'the signature is wrong')
      },
      readChanges: ({ body }) => {
        try {
          return {
            unknownFields: [],
            ...(JSON.parse(Buffer.from(body).toString()) as { changes: RecordChange[]; ignored: number }),
          }
        } catch {
          throw new WebhookRejected(400, 'NOT_JSON', 'the body is not JSON')
        }
      },
    },
    sendsSnapshots: options.sendsSnapshots ?? false,
    ...(options.sendsBeforeCommit && { sendsBeforeCommit: true }),
    records,
    reads,
    failNext: null,
    onRead: () => {},
    writes: [],
    held: new Map(),
    hidesIds: false,
    failNextWrite: null,
    failsLate: false,
    foreignAccounts: new Set(),
    put: (ref, customer, version, mergedIds = []) => {
      records.set(recordKey(ref), {
        kind: 'found',
        customer,
        version,
        mergedIds,
      })
    },
    ...(options.canFetch !== false && { fetchCustomers }),
    ...(writesBack && {
      writeBack: { providersFor: (type) => (type === 'contact' ? writesBack : []), write },
    }),
    ownsAccount: async (account) => !fake.foreignAccounts.has(account),
  }
  return fake
}
