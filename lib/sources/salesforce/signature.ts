import { isUtf8 } from 'node:buffer'
import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { equalsAny } from '../../support/hmac.ts'
import { badFormat } from '../bad-format.ts'
import { checkSharedSecret, unproven } from '../proof.ts'
import { toLongId } from './record-id.ts'

export type SalesforceProof = {
  /** The values that the query parameter `secret` may have. Without any, every message is rejected. */
  readonly secrets: readonly string[]
  /** The ids of the organizations. Without any, every message and every event is rejected. */
  readonly organizations: readonly string[]
}

/**
 * Verifies the secret in the URL of an Outbound Message, which Salesforce does not sign, and refuses a body that declares
 * entities before it is parsed. Throws WebhookRejected: 401, also when no secret or no organization is configured, or 400.
 */
export function verifySalesforceSecret(
  { query, body }: WebhookRequest,
  { secrets, organizations }: SalesforceProof,
): void {
  checkSharedSecret(new URLSearchParams(query).get('secret'), secrets, {
    what: 'Salesforce webhook secret',
    where: 'the query parameter secret',
  })
  checkConfigured(organizations)
  refuseDeclarations(body)
}

/** Throws WebhookRejected (401) when no organization is configured. */
export function checkConfigured(organizations: readonly string[]): void {
  if (organizations.every((id) => id.trim() === '')) {
    throw unproven('NO_SECRET', 'no Salesforce organization id is configured')
  }
}

/** The id of the organization, 18 characters. Throws WebhookRejected (401) unless it is one of those configured. */
export function checkOrganization(given: string | undefined, organizations: readonly string[]): string {
  checkConfigured(organizations)
  if (!given) throw unproven('CREDENTIALS_MISSING', 'OrganizationId is missing')
  const id = toLongId(given.trim())
  if (equalsAny(id, organizations.map(toLongId))) return id
  throw unproven('CREDENTIALS_WRONG', 'OrganizationId is not the configured one')
}

/** Salesforce sends UTF-8 without a document type. In any other encoding a declaration could not be recognised. */
function refuseDeclarations(body: Uint8Array): void {
  if (!isUtf8(body) || body.includes(0)) throw badFormat('the body', 'expected UTF-8')
  if (/<!(?:DOCTYPE|ENTITY)/i.test(Buffer.from(body).toString('utf8'))) {
    throw badFormat('the body', 'a document type is not allowed')
  }
}

/** The query of the URL that is given to Salesforce. Counterpart of `verifySalesforceSecret`. */
export function signSalesforceMessage(secret: string): string {
  return new URLSearchParams({ secret }).toString()
}
