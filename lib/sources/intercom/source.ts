import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { askedOnce, isForeign } from '../own-account.ts'
import { fetchIntercomCustomers } from './fetch-customers.ts'
import { listIntercomChanges } from './list-changed.ts'
import { readIntercomChanges } from './read-changes.ts'
import { verifyIntercomSignature } from './signature.ts'
import { fetchWorkspace } from './workspace.ts'

export type IntercomOptions = {
  /** The app's client secret; two during rotation. Without any, every request is rejected. */
  readonly clientSecrets: readonly string[]
  readonly origin: string
  readonly accessToken: string | undefined
  readonly fields?: FieldOverrides | undefined
  readonly clock: Clock
}

/**
 * Intercom: webhooks for contacts and companies. A webhook that contains the whole contact is used as a snapshot; otherwise the
 * record is read from the REST API.
 */
export function intercomSource(options: IntercomOptions): CrmSource {
  const { clientSecrets, accessToken, fields } = options
  const ownWorkspace = askedOnce(async () => (accessToken ? fetchWorkspace(options) : undefined))
  return {
    name: 'intercom',
    door: {
      mediaTypes: ['application/json'],
      // Intercom pauses a subscription after 1000 failures in 15 minutes, and suspends it after seven days of failures. It
      // checks the URL by HEAD when it is saved, https://developers.intercom.com/docs/webhooks/setting-up-webhooks
      answers: { queued: 200, ignored: 200, unreadable: 200, head: 200 },
      verify: (request) => verifyIntercomSignature(request, clientSecrets),
      readChanges: (request) => readIntercomChanges(request, fields),
    },
    sendsSnapshots: true,
    fetchCustomers: (refs) => fetchIntercomCustomers(refs, options),
    listChanged: (since, cursor) => listIntercomChanges(since, cursor, ownWorkspace, options),
    ownsAccount: async (account) => !isForeign(account, await ownWorkspace()),
  }
}
