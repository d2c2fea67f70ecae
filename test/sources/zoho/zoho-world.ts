import type { CrmSource, WebhookRequest } from '../../../lib/core/ports/crm-source.ts'
import type { TokenStore } from '../../../lib/core/ports/token-store.ts'
import { type RunningSandbox, startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { offline } from '../../../lib/sources/zoho/offline.ts'
import { zohoSandbox } from '../../../lib/sources/zoho/sandbox.ts'
import { zohoAccountsSandbox } from '../../../lib/sources/zoho/sandbox-accounts.ts'
import { type ZohoOptions, zohoSource } from '../../../lib/sources/zoho/source.ts'
import { aRequest, bytes } from '../requests.ts'

export const webhookUrl = 'https://hooks.example.com/webhooks/zoho'
const {
  ZOHO_CLIENT_ID: clientId,
  ZOHO_CLIENT_SECRET: clientSecret,
  ZOHO_REFRESH_TOKEN: refreshToken,
} = offline.secrets

export type ZohoWorld = {
  readonly api: RunningSandbox
  readonly accounts: RunningSandbox
  /** Turns the clock of the sandboxes and of the sources. */
  turnClock(seconds: number): void
  now(): Date
  /** A source as after a cold start. */
  source(
    options?: Partial<ZohoOptions>,
    connection?: Partial<ZohoOptions['connection']>,
    tokens?: TokenStore,
  ): CrmSource
  /** `GET /crm/v8/Contacts`, one for each call that reached the API. */
  calls(): string[]
  close(): Promise<void>
}

export async function startZoho(records: readonly unknown[] = []): Promise<ZohoWorld> {
  let time = Date.parse('2026-03-02T12:00:00.000Z')
  const now = () => time
  const api = await startSandbox(zohoSandbox({ clientSecret, now }))
  const accounts = await startSandbox(
    zohoAccountsSandbox({ clientId, clientSecret, refreshToken, apiDomain: api.url, now }),
  )
  for (const record of records) api.sandbox.putRecord?.(record)
  return {
    api,
    accounts,
    turnClock: (seconds) => {
      time += seconds * 1000
    },
    now: () => new Date(time),
    source: (options, connection, tokens = memoryTokens()) =>
      zohoSource({
        channelTokens: [offline.secrets.ZOHO_WEBHOOK_SECRET],
        webhookUrl,
        modules: ['Contacts', 'Accounts'],
        ...options,
        connection: {
          apiOrigin: api.url,
          accountsOrigin: accounts.url,
          clientId,
          clientSecret,
          refreshToken,
          tokens,
          clock: { now: () => new Date(time) },
          ...connection,
        },
      }),
    calls: () => api.ledger.map(({ method, path }) => `${method} ${path}`),
    close: async () => {
      await Promise.all([api.close(), accounts.close()])
    },
  }
}

/** A contact of the sandbox. */
export const aContact = (changes: Readonly<Record<string, unknown>> = {}) => ({
  object: 'Contacts',
  id: '5843101000000575101',
  First_Name: 'Aminata',
  Last_Name: 'Koné',
  Full_Name: 'Aminata Koné',
  Email: 'aminata.kone@example.ci',
  Phone: '07 08 12 34 56',
  Mailing_Country: "Côte d'Ivoire",
  Modified_Time: '2026-03-02T09:00:00+00:00',
  ...changes,
})

export const aContactRef = (recordId = '5843101000000575101') =>
  ({ source: 'zoho', account: 'default', recordType: 'contact', recordId }) as const

/** A notification as Zoho sends it. */
export function aNotification(changes: Readonly<Record<string, unknown>> = {}): WebhookRequest {
  return aRequest({
    body: bytes({
      server_time: 1772445600123,
      query_params: {},
      module: 'Contacts',
      resource_uri: 'https://www.zohoapis.com/crm/v8/Contacts',
      ids: ['5843101000000575101'],
      affected_fields: [],
      operation: 'update',
      channel_id: '1214748364700001',
      token: offline.secrets.ZOHO_WEBHOOK_SECRET,
      ...changes,
    }),
  })
}
