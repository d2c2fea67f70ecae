import { Misconfigured, Rejected, RetryLater } from '../../core/model/errors.ts'

export const crm = 'Odoo'

type Refusal = (name: string) => Error

const denied: Refusal = (name) =>
  new Misconfigured(
    'CRM_DENIED',
    `${crm} answered ${name}: check ODOO_DATABASE, ODOO_USER, ODOO_ACCESS_TOKEN and the rights of that user`,
  )
const refused: Refusal = (name) => new Rejected('CRM_REFUSED', `${crm} refused to read the record (${name})`)

/** By the name of Odoo's exception, without its module. */
const refusals: ReadonlyMap<string, Refusal> = new Map([
  ['AccessDenied', denied],
  ['AccessError', denied],
  ['MissingError', refused],
  ['UserError', refused],
  ['ValidationError', refused],
  // An unknown field, which only the settings can have named.
  [
    'ValueError',
    () =>
      new Misconfigured(
        'CRM_FIELD_UNKNOWN',
        `${crm} does not know one of the fields that it was asked for: check the fields of odoo in sync.config.ts`,
        { isCertain: false },
      ),
  ],
])

/** What an exception of Odoo's, such as `odoo.exceptions.AccessDenied`, means; undefined for an unforeseen one. */
export function knownError(exception: string): Error | undefined {
  const name = exception.slice(exception.lastIndexOf('.') + 1)
  return refusals.get(name)?.(name)
}

/** Any other exception is Odoo's own failure. Its text may quote data, and is not repeated. */
export function failedCall(): RetryLater {
  return new RetryLater('CRM_FAILED', `${crm} failed to answer the call; it will be retried`)
}

export function wrongLogin(): Error {
  return denied('that the login is wrong')
}

/** Whether Odoo itself refused the credentials. After five failed logins, it refuses all for a minute. */
export function isLoginRefused(error: unknown): boolean {
  return error instanceof Misconfigured && error.code === 'CRM_DENIED' && error.status === undefined
}
