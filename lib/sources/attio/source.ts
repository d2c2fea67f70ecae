import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import { accepted, type CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { askedOnce, isForeign } from '../own-account.ts'
import { expandAttioEvent } from './announced-record.ts'
import { fetchAttioCustomers } from './fetch-customers.ts'
import { listAttioRecords } from './list-changed.ts'
import { attioObjects } from './objects.ts'
import { readAttioChanges } from './read-changes.ts'
import { verifyAttioSignature } from './signature.ts'
import { fetchWorkspace } from './workspace.ts'

export type AttioOptions = {
  /** The webhook's secret; two during rotation. Without any, every request is rejected. */
  readonly webhookSecrets: readonly string[]
  readonly accessToken: string | undefined
  readonly origin: string
  readonly fields?: FieldOverrides | undefined
  readonly clock: Clock
}

/**
 * Attio: thin webhooks for people and companies. An event names its object by an id of the workspace, so it is followed as a
 * change of a related record until the object is known; then the record is read. Records have no time of their last change.
 */
export function attioSource(options: AttioOptions): CrmSource {
  const { webhookSecrets, accessToken } = options
  const ownWorkspace = askedOnce(async () => (accessToken ? fetchWorkspace(options) : undefined))
  const objectOf = attioObjects(options)
  return {
    name: 'attio',
    door: {
      mediaTypes: ['application/json'],
      success: { ...accepted, status: 200 },
      // A body that cannot be read would be sent again for three days, and the webhook marked as degraded.
      badFormatStatus: 200,
      verify: (request) => verifyAttioSignature(request, webhookSecrets),
      readChanges: readAttioChanges,
    },
    sendsSnapshots: false,
    fetchCustomers: (refs) => fetchAttioCustomers(refs, options),
    readsTogether: 100,
    expand: (related) => expandAttioEvent(related, objectOf),
    listChanged: (_since, cursor) => listAttioRecords(cursor, options),
    ownsAccount: async (account) => !isForeign(account, await ownWorkspace()),
  }
}
