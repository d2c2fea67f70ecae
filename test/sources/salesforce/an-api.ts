import type { CrmSource } from '../../../lib/core/ports/crm-source.ts'
import { type RunningSandbox, startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { salesforceSandbox } from '../../../lib/sources/salesforce/sandbox.ts'
import { type SalesforceOptions, salesforceSource } from '../../../lib/sources/salesforce/source.ts'
import { organization } from './a-message.ts'

const app = { clientId: 'client', clientSecret: 'consumer secret', organization }

export type Api = RunningSandbox & {
  readonly source: CrmSource
  /** What was asked, in SOQL. */
  queries(): (string | null)[]
  tokenRequests(): string[]
}

/** A sandbox with these records, and the source on it. Its clock can be set by `now`. */
export async function anApi(
  records: readonly unknown[],
  {
    pageSize,
    sandboxSecret = app.clientSecret,
    now = () => new Date('2026-03-02T12:00:00.000Z'),
    ...options
  }: Partial<SalesforceOptions> & { pageSize?: number; sandboxSecret?: string; now?: () => Date } = {},
): Promise<Api> {
  const sandbox = salesforceSandbox({ ...app, clientSecret: sandboxSecret, ...(pageSize && { pageSize }) })
  const running = await startSandbox(sandbox)
  for (const record of records) sandbox.putRecord?.(record)
  return {
    ...running,
    source: salesforceSource({
      secrets: ['secret'],
      organizations: [organization],
      origin: running.url,
      clientId: app.clientId,
      clientSecret: app.clientSecret,
      username: undefined,
      tokenStore: memoryTokens(),
      clock: { now },
      ...options,
    }),
    queries: () => running.ledger.flatMap(({ query }) => (query.has('q') ? query.get('q') : [])),
    tokenRequests: () => running.ledger.flatMap(({ path, body }) => (path.endsWith('/token') ? body : [])),
  }
}

const changedAt = '2026-03-02T09:15:00.000Z'
const idOf = (prefix: string, number: number) => `${prefix}${String(number).padStart(12, '0')}AAA`
const aRecord = (object: string, prefix: string) => (number: number, fields: object) => ({
  object,
  Id: idOf(prefix, number),
  SystemModstamp: changedAt,
  ...fields,
})
export const aContact = aRecord('Contact', '003')
export const anAccount = aRecord('Account', '001')
export const aLead = aRecord('Lead', '00Q')
