import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { checkSharedSecret } from '../proof.ts'

/**
 * Verifies the query parameter `secret`, the only proof there is: Odoo neither signs nor sends headers of our choice. Throws
 * WebhookRejected 401, also when no secret is configured.
 */
export function verifyOdooSecret({ query }: WebhookRequest, secrets: readonly string[]): void {
  // Odoo posts to the URL as it was entered: a plus sign is not an encoded space.
  const given = new URLSearchParams(query.replaceAll('+', '%2B')).get('secret')
  checkSharedSecret(given, secrets, { what: 'Odoo webhook secret', where: 'the query parameter secret' })
}

/** The query of the URL that Odoo was given. Counterpart of `verifyOdooSecret`. */
export function odooQuery(secret: string): string {
  return `secret=${encodeURIComponent(secret)}`
}
