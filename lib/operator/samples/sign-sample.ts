import { randomUUID } from 'node:crypto'
import { webhookPath } from '../../sources/build-source.ts'
import { offlineSource } from '../../sources/offline.ts'
import { secretList } from '../../support/secret-list.ts'
import { BadInput } from '../errors.ts'
import type { Sample } from './samples.ts'

/** What signing needs: secrets by their variables' names, and the URL that the CRM was given. */
export type Signing = {
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Without `/webhooks/…`; signatures that cover the URL are made for it. */
  readonly publicUrl: string
}

/** A request as the CRM would send it. */
export type SignedWebhook = {
  readonly headers: Readonly<Record<string, string>>
  /** Without `?`; empty when there is none. */
  readonly query: string
  readonly body: Uint8Array
}

/** The request that the CRM would send now. Throws BadInput naming a secret that is not set. */
export function signSample(
  { source, body, mediaType, headers, query }: Sample,
  { variables, publicUrl }: Signing,
): SignedWebhook {
  const url = `${publicUrl}${webhookPath(source)}`
  const secret = (name: string) => {
    // While a secret is being rotated the variable holds several; the CRM signs with one.
    const [first] = secretList(variables[name])
    if (!first) throw new BadInput(`${name} is not set: signing as ${source} needs it`)
    return first
  }
  const outgoing = { url, body, sentAt: new Date(), delivery: `msg_${randomUUID()}` }
  const proof = offlineSource(source).sign(outgoing, secret)
  return {
    headers: { 'content-type': mediaType, ...headers, ...proof.headers },
    query: [proof.query, query].filter(Boolean).join('&'),
    body: proof.body ?? body,
  }
}

/** What follows a path: `?…`, or nothing. */
export function queryPart({ query }: SignedWebhook): string {
  return query === '' ? '' : `?${query}`
}
