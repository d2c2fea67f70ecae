import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { formValues, withFormValue } from '../form-body.ts'
import { checkSharedSecret, unproven } from '../proof.ts'

const tokenName = 'auth[application_token]'

/**
 * Verifies the application token, which Bitrix24 shows when the outgoing webhook is made and writes into every body; there
 * is no signature (https://apidocs.bitrix24.com/local-integrations/local-webhooks.html). Throws WebhookRejected 401, also when no
 * token is configured or the body has several.
 */
export function verifyBitrix24Token({ body }: WebhookRequest, tokens: readonly string[]): void {
  const given = formValues(body, tokenName)
  if (given.length > 1) throw unproven('CREDENTIALS_WRONG', `${tokenName} is given more than once`)
  checkSharedSecret(given[0], tokens, { what: 'Bitrix24 application token', where: tokenName })
}

/** The body as Bitrix24 would send it with this token. Counterpart of `verifyBitrix24Token`. */
export function signBitrix24Body(body: Uint8Array, token: string): Uint8Array {
  return withFormValue(body, tokenName, token)
}
