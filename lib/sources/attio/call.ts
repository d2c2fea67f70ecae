import { Misconfigured } from '../../core/model/errors.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'

type Call = {
  readonly origin: string
  readonly accessToken: string | undefined
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
}

/** Sends one call to Attio's API. Resolves with any status. Throws Misconfigured without a token, else as `sendRequest` does. */
export async function callAttio({ origin, accessToken, method, path, body }: Call): Promise<HttpResponse> {
  if (!accessToken) throw new Misconfigured('NO_ACCESS_TOKEN', 'ATTIO_ACCESS_TOKEN is not set')
  return sendRequest({
    method,
    url: `${origin}${path}`,
    headers: {
      authorization: `Bearer ${accessToken}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    // 500 records with all their attributes.
    maxBytes: 32 * 1024 * 1024,
  })
}
