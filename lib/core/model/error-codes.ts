import { commandCodes } from '../error-codes/commands.ts'
import { crmCodes } from '../error-codes/crms.ts'
import { customerCodes } from '../error-codes/customers.ts'
import type { ErrorCodeTable } from '../error-codes/entry.ts'
import { providerCodes } from '../error-codes/providers.ts'
import { removalCodes } from '../error-codes/removals.ts'
import { storageCodes } from '../error-codes/storage.ts'
import { webhookCodes } from '../error-codes/webhooks.ts'

/** The error codes by where their cause is, in the order of docs/errors.md. */
export const errorCodeGroups: readonly { readonly title: string; readonly codes: ErrorCodeTable }[] = [
  { title: 'The customer', codes: customerCodes },
  { title: 'Erasures, deletions and merges', codes: removalCodes },
  { title: 'The payment provider', codes: providerCodes },
  { title: 'The CRM', codes: crmCodes },
  { title: 'Table, queues, secrets and functions', codes: storageCodes },
  { title: 'Refused webhooks', codes: webhookCodes },
  { title: 'Refused commands', codes: commandCodes },
]

/** Every code that a log line, a link, a dead letter, an answer or a command can show. For commands and docs only. */
export const errorCodes: ErrorCodeTable = Object.assign({}, ...errorCodeGroups.map(({ codes }) => codes))

/** Where the documentation explains a code: `docs/errors.md#contact_missing`; the page alone for a code that it does not list. */
export function errorPage(code: string): string {
  return Object.hasOwn(errorCodes, code) ? `docs/errors.md#${code.toLowerCase()}` : 'docs/errors.md'
}
