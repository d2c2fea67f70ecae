import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { OdooApi } from './api.ts'
import { connectOdoo, fetchOdooCustomers } from './fetch-customers.ts'
import { listOdooChanges } from './list-changed.ts'
import { readOdooChanges } from './read-changes.ts'
import { verifyOdooSecret } from './signature.ts'

export type OdooOptions = {
  /** The `secret` in the URL of the automation rule; two during rotation. Without any, every request is rejected. */
  readonly secrets: readonly string[]
  /** Without it, customers come from the webhooks alone. */
  readonly origin: string | undefined
  readonly database: string | undefined
  /** The login of the user whom the API key belongs to. */
  readonly user: string | undefined
  readonly apiKey: string | undefined
  readonly fields?: FieldOverrides | undefined
  readonly clock: Clock
}

/**
 * Odoo: webhooks of automation rules, which Odoo 17 and 18 send before they commit. Records are read by JSON-RPC or, from
 * Odoo 19 on, JSON-2. Without an API address (the external API depends on the plan), everything is taken from the webhook.
 */
export function odooSource(options: OdooOptions): CrmSource {
  const { secrets, origin, fields } = options
  const canFetch = origin !== undefined
  return {
    name: 'odoo',
    door: {
      mediaTypes: ['application/json'],
      success: { status: 200, body: '', headers: {} },
      // Odoo sends nothing again, whatever the answer is.
      badFormatStatus: 200,
      verify: (request) => verifyOdooSecret(request, secrets),
      readChanges: (request) => readOdooChanges(request, { canFetch, fields }),
    },
    sendsSnapshots: !canFetch,
    sendsBeforeCommit: true,
    // A webhook does not say which database it comes from.
    ownsAccount: async () => true,
    ...(canFetch && reading({ ...options, origin })),
  }
}

/** Connects when the first record is read: the function that receives webhooks calls no API. */
function reading({
  fields,
  ...connection
}: OdooOptions & { readonly origin: string }): Required<
  Pick<CrmSource, 'fetchCustomers' | 'readsTogether' | 'listChanged'>
> {
  let connected: OdooApi | undefined
  const api = () => {
    connected ??= connectOdoo(connection)
    return connected
  }
  return {
    fetchCustomers: (refs) => fetchOdooCustomers(refs, api(), fields),
    readsTogether: 100,
    listChanged: (since, cursor) => listOdooChanges(since, cursor, api(), connection.clock),
  }
}
