import type { RecordRef } from '../../../lib/core/model/change.ts'
import { type RunningSandbox, startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { attioSandbox, sandboxWorkspace } from '../../../lib/sources/attio/sandbox.ts'
import { aSource } from '../../support/a-source.ts'

/** Attio's sandbox with this token, and a source that uses it. */
export async function startAttio() {
  const api: RunningSandbox = await startSandbox(attioSandbox({ accessToken: 'attio-token' }))
  const build = (given: Parameters<typeof aSource>[1] = {}) =>
    aSource('attio', {
      secrets: { ATTIO_ACCESS_TOKEN: 'attio-token' },
      variables: { ATTIO_API_URL: api.url },
      ...given,
    })
  return {
    api,
    build,
    put: (id: string, changes: Record<string, unknown> = {}) =>
      api.sandbox.putRecord?.({ object: 'people', id, ...changes }),
    calls: () => api.ledger.map(({ method, path }) => `${method} ${path}`),
  }
}

export const person = (recordId: string): RecordRef => ({
  source: 'attio',
  account: sandboxWorkspace,
  recordType: 'contact',
  recordId,
})
