import { Misconfigured } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'

export type IntercomApi = {
  readonly origin: string
  readonly accessToken: string | undefined
  readonly clock: Clock
}

type Call = { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: unknown }

/** From this version on, a merged contact answers with the one it was merged into. */
const version = '2.16'

/** Calls the REST API (https://developers.intercom.com/docs/references/rest-api/api.intercom.io). Throws as `sendRequest` does. */
export async function callIntercom(
  { origin, accessToken }: IntercomApi,
  { method, path, body }: Call,
): Promise<HttpResponse> {
  if (!accessToken) throw new Misconfigured('NO_ACCESS_TOKEN', 'INTERCOM_ACCESS_TOKEN is not set')
  return sendRequest({
    method,
    url: `${origin}${path}`,
    headers: {
      authorization: `Bearer ${accessToken}`,
      accept: 'application/json',
      'intercom-version': version,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}
