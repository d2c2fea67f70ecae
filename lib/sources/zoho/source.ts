import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import { hasCredentials } from './access-token.ts'
import { type ZohoConnection, zohoApi } from './api.ts'
import { zohoChannels } from './channels.ts'
import { fetchZohoCustomers } from './fetch-customers.ts'
import { listZohoChanges } from './list-changed.ts'
import { readZohoChanges } from './read-changes.ts'
import { verifyZohoToken } from './signature.ts'
import type { ModuleName } from './to-customer.ts'

export type ZohoOptions = {
  /** The channel's token; two during rotation. Without any, every request is rejected. */
  readonly channelTokens: readonly string[]
  readonly connection: ZohoConnection
  readonly webhookUrl: string
  readonly fields?: FieldOverrides | undefined
  readonly modules: readonly ModuleName[]
  readonly channelId?: string | undefined
}

/** Zoho CRM: notifications with the ids of records; records are read from the API v8. */
export function zohoSource(options: ZohoOptions): CrmSource {
  const { channelTokens, connection, webhookUrl, fields, modules, channelId } = options
  const { clock } = connection
  const call = zohoApi(connection)
  return {
    name: 'zoho',
    door: {
      mediaTypes: ['application/json'],
      success: { status: 200, body: '', headers: {} },
      // Zoho documents no repeats and no reaction to a 4xx.
      badFormatStatus: 200,
      verify: (request) => verifyZohoToken(request, { tokens: channelTokens, channelId }),
      readChanges: readZohoChanges,
    },
    sendsSnapshots: false,
    fetchCustomers: (refs) => fetchZohoCustomers(refs, { call, fields, clock }),
    readsTogether: 100,
    listChanged: (since, cursor) => listZohoChanges(since, cursor, { call, modules, clock }),
    listsDeleted: true,
    ...(hasCredentials(connection) && {
      channels: zohoChannels({ call, modules, token: channelTokens[0], channelId, webhookUrl, clock }),
    }),
    // Notifications name no organization, and a token belongs to one.
    ownsAccount: async () => true,
  }
}
