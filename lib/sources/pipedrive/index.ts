import type { FieldOverrides } from '../../core/config/sync-config.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { checkedOrigin } from '../../support/http.ts'
import { askedOnce, isForeign } from '../own-account.ts'
import { fetchCompany } from './company.ts'
import { fetchPipedriveCustomers } from './fetch-customers.ts'
import { readPipedriveChanges } from './read-changes.ts'
import { verifyPipedriveCredentials } from './signature.ts'

export { signPipedriveRequest } from './signature.ts'

export type PipedriveOptions = {
  /** `http_auth_user` and `http_auth_password` of the webhook. None: every request is refused. */
  readonly webhookUsers: readonly string[]
  /** Two while it is being rotated. */
  readonly webhookPasswords: readonly string[]
  /** `https://{company}.pipedrive.com`. */
  readonly apiUrl: string | undefined
  readonly apiToken: string | undefined
  readonly fields?: FieldOverrides | undefined
  readonly clock: Clock
}

/**
 * Pipedrive: webhooks v2 and legacy v1 of persons and organizations, whose record travels along when it is whole;
 * else it is read back by API v2. Throws Misconfigured when `apiUrl` is not Pipedrive's.
 */
export function pipedriveSource(options: PipedriveOptions): CrmSource {
  const { webhookUsers: users, webhookPasswords: passwords, fields, apiToken, clock } = options
  const origin = options.apiUrl && checkedOrigin(options.apiUrl, ['.pipedrive.com'], 'PIPEDRIVE_API_URL')
  const ownCompany = askedOnce(async () =>
    origin && apiToken ? fetchCompany({ origin, apiToken, clock }) : undefined,
  )
  return {
    name: 'pipedrive',
    mediaTypes: ['application/json'],
    success: { status: 202 },
    // Ten failures ban a webhook for half an hour, and what happens meanwhile is lost.
    badFormatStatus: 200,
    canFetch: true,
    sendsSnapshots: true,
    verify: (request) => verifyPipedriveCredentials(request, { users, passwords }),
    readChanges: (request) => readPipedriveChanges(request, fields),
    fetchCustomers: (refs) => fetchPipedriveCustomers(refs, { ...options, origin }),
    ownsAccount: async (account) => !isForeign(account, await ownCompany()),
  }
}
