import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { readEach } from '../../sources/read-each.ts'
import { fetchTallyCustomer } from './fetch-customers.ts'
import { readTallyChanges } from './read-changes.ts'
import { verifyTallySignature } from './signature.ts'

type TallyOptions = {
  /** Several during rotation. Without any, every request is rejected. */
  readonly secrets: readonly string[]
  readonly accessToken: string
  readonly origin: string
  /** The account of all records. */
  readonly workspace: string
  readonly fields: FieldOverrides | undefined
  readonly clock: Clock
}

/** Tally: webhooks that name a person, who is read from the API. */
export function tallySource(options: TallyOptions): CrmSource {
  return {
    name: 'tally',
    door: {
      mediaTypes: ['application/json'],
      answers: { queued: 202, ignored: 202, unreadable: 400, head: 405 },
      verify: (request) => verifyTallySignature(request, options.secrets),
      readChanges: (request) => readTallyChanges(request, options.workspace),
    },
    sendsSnapshots: false,
    fetchCustomers: (refs) => readEach(refs, (ref) => fetchTallyCustomer(ref, options)),
    ownsAccount: async () => true,
  }
}
