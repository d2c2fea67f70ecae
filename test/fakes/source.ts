import { type RecordChange, type RecordRef, recordKey, type SourceName } from '../../lib/core/model/change.ts'
import type { Customer } from '../../lib/core/model/customer.ts'
import { WebhookRejected } from '../../lib/core/model/errors.ts'
import type { CrmSource, FetchedCustomer } from '../../lib/core/ports/crm-source.ts'
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
    return refs.map((ref) => records.get(recordKey(ref)) ?? { kind: 'deleted' })
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
    ownsAccount: async (account) => !fake.foreignAccounts.has(account),
  }
  return fake
}
