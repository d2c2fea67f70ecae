import { BoundedHandler } from '../../aws/bounded-handler.ts'
import { defaultTimeoutMs, maxAttempts } from '../../aws/clients.ts'

/** Settings of a client that only operators need. `service` is as in `AWS_ENDPOINT_URL_<service>`, which replaces its endpoint. */
export function clientSettings(
  service: string,
  region: string,
  { requestMs = defaultTimeoutMs, attempts = maxAttempts } = {},
) {
  const endpoint = process.env[`AWS_ENDPOINT_URL_${service}`]
  const requestHandler = new BoundedHandler(requestMs)
  return { region, maxAttempts: attempts, requestHandler, ...(endpoint && { endpoint }) }
}
