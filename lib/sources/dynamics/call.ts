import { Misconfigured } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'
import { answeredJson } from '../../support/json.ts'
import type { AccessTokens } from '../access-token.ts'
import { errorSchema } from './schemas.ts'
import { formattedValue, lookupTable } from './to-customer.ts'

export type DataverseApi = {
  /** `https://{organization}.crm.dynamics.com`. */
  readonly origin: string | undefined
  readonly tokens: AccessTokens
  readonly clock: Clock
}

export const apiPath = '/api/data/v9.2'
export const crm = 'Dynamics 365'

/** The largest page, and the texts of lookups. */
const preferences = `odata.maxpagesize=5000,odata.include-annotations="${formattedValue},${lookupTable}"`

/**
 * Sends one GET to the Web API, with a new access token when the first one is refused. Resolves with any other status. Throws
 * Misconfigured without an address (`NO_API_URL`), and as `AccessTokens` does.
 */
export async function getFromDataverse(
  path: string,
  { origin, tokens }: DataverseApi,
): Promise<HttpResponse> {
  if (!origin) throw new Misconfigured('NO_API_URL', 'DYNAMICS_API_URL is not set')
  const send = (token: string) =>
    sendRequest({
      method: 'GET',
      url: `${origin}${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'odata-version': '4.0',
        'odata-maxversion': '4.0',
        prefer: preferences,
      },
      maxBytes: 8 * 1024 * 1024,
    })
  const { token } = await tokens.current()
  const response = await send(token)
  if (response.status !== 401) return response
  return send((await tokens.current(token)).token)
}

/** The error code of a table or function that does not exist, whereas a missing row is 0x80040217. */
const noSuchResource = '0x80060888'

export function isNoSuchTable({ status, text }: HttpResponse): boolean {
  return status === 404 && errorSchema.safeParse(answeredJson(text)).data?.error.code === noSuchResource
}

/** Throws Misconfigured (`CRM_NOT_THERE`) when the table does not exist, which must not make every customer look deleted. */
export function expectTable(response: HttpResponse): void {
  if (!isNoSuchTable(response)) return
  throw new Misconfigured('CRM_NOT_THERE', `${crm} has no such table at DYNAMICS_API_URL`, {
    status: response.status,
  })
}
