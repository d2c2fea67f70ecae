import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { checkSharedSecret } from '../proof.ts'

const header = 'x-webhook-key'
const parameter = 'code'

/**
 * Verifies the key of a webhook, which Dataverse sends as it was registered: HttpHeader as the header `x-webhook-key`,
 * WebhookKey and HttpQueryString as the query parameter `code`. Dataverse does not sign. One right key is enough, but none may
 * be wrong. Throws WebhookRejected 401, also when no key is configured.
 * https://learn.microsoft.com/power-apps/developer/data-platform/register-web-hook
 */
export function verifyDynamicsKey({ headers, query }: WebhookRequest, keys: readonly string[]): void {
  const inQuery = new URLSearchParams(query).getAll(parameter)
  const inHeader = headers[header]
  const given = [...inQuery, ...(inHeader === undefined ? [] : [inHeader])]
  const check = (key: string | undefined, where: string) =>
    checkSharedSecret(key, keys, { what: 'Dynamics webhook key', where })
  if (given.length === 0) check(undefined, `the header ${header} or the query parameter ${parameter}`)
  if (inHeader !== undefined) check(inHeader, `the header ${header}`)
  for (const key of inQuery) check(key, `the query parameter ${parameter}`)
}

/** How Dataverse sends the key of a webhook with the authentication HttpHeader. Counterpart of `verifyDynamicsKey`. */
export function signDynamicsRequest(key: string): Record<string, string> {
  return { [header]: key }
}
