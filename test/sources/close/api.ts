import type { RecordRef } from '../../../lib/core/model/change.ts'
import { type RunningSandbox, startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { closeSandbox, sandboxOrganization } from '../../../lib/sources/close/sandbox.ts'
import { aSource } from '../../support/a-source.ts'

/** Close's sandbox with this API key, and a source that uses it. */
export async function startClose() {
  const api: RunningSandbox = await startSandbox(closeSandbox({ apiKey: 'api_key' }))
  const build = (given: Parameters<typeof aSource>[1] = {}) =>
    aSource('close', {
      secrets: { CLOSE_ACCESS_TOKEN: 'api_key' },
      variables: { CLOSE_API_URL: api.url },
      ...given,
    })
  return {
    api,
    build,
    put: (id: string, lead_id: string, changes: Record<string, unknown> = {}) =>
      api.sandbox.putRecord?.({ object: 'contacts', id, lead_id, ...changes }),
    putLead: (id: string, changes: Record<string, unknown> = {}) =>
      api.sandbox.putRecord?.({ object: 'leads', id, ...changes }),
    calls: () => api.ledger.map(({ method, path }) => `${method} ${path}`),
  }
}

export const contact = (recordId: string): RecordRef => ({
  source: 'close',
  account: sandboxOrganization,
  recordType: 'contact',
  recordId,
})
export const lead = (recordId: string): RecordRef => ({ ...contact(recordId), recordType: 'lead' })
