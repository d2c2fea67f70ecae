import { randomUUID } from 'node:crypto'
import type { SourceName } from '../../core/model/change.ts'
import { signHubspotRequest } from '../../sources/hubspot/signature.ts'
import { signPipedriveRequest } from '../../sources/pipedrive/signature.ts'
import { signStandardWebhook } from '../../sources/standard-webhooks/signature.ts'
import { BadInput } from '../terminal/program.ts'
import type { Sample } from './samples.ts'

/** What signing needs: secrets by their variables' names, and the URL that the CRM was given. */
export type Signing = {
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Without `/webhooks/…`; signatures that cover the URL are made for it. */
  readonly publicUrl: string
}

type Message = { readonly url: string; readonly body: Uint8Array; readonly sentAt: Date }
type Secret = (name: string) => string

/** How each CRM proves that it is the sender. A source without a line here does not compile. */
const signers: Record<SourceName, (message: Message, secret: Secret) => Record<string, string>> = {
  // HubSpot sends the old signature along with the new one; the new one decides.
  hubspot: (message, secret) => {
    const request = { ...message, method: 'POST', clientSecret: secret('HUBSPOT_CLIENT_SECRET') }
    return { ...signHubspotRequest(request, 'v1'), ...signHubspotRequest(request, 'v3') }
  },
  pipedrive: (_, secret) =>
    signPipedriveRequest({
      user: secret('PIPEDRIVE_WEBHOOK_USER'),
      password: secret('PIPEDRIVE_WEBHOOK_PASSWORD'),
    }),
  'standard-webhooks': ({ body, sentAt }, secret) =>
    signStandardWebhook({
      secret: secret('STANDARD_WEBHOOKS_SECRET'),
      id: `msg_${randomUUID()}`,
      body,
      sentAt,
    }),
}

export function webhookPath(source: SourceName): string {
  return `/webhooks/${source}`
}

/** All headers of the request that the CRM would send now. Throws BadInput naming a secret that is not set. */
export function signSample(
  { source, body, mediaType, headers }: Sample,
  { variables, publicUrl }: Signing,
): Record<string, string> {
  const url = `${publicUrl}${webhookPath(source)}`
  const secret = (name: string) => {
    // While a secret is being rotated the variable holds several; the CRM signs with one.
    const [first] = (variables[name] ?? '').split(',').map((text) => text.trim())
    if (!first) throw new BadInput(`${name} is not set: signing as ${source} needs it`)
    return first
  }
  return {
    'content-type': mediaType,
    ...headers,
    ...signers[source]({ url, body, sentAt: new Date() }, secret),
  }
}
