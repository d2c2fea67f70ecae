import { setTimeout as sleep } from 'node:timers/promises'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { HttpRequest, type HttpResponse } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import * as z from 'zod'
import { BoundedHandler } from './bounded-handler.ts'
import { type AwsSettings, defaultTimeoutMs, maxAttempts } from './clients.ts'
import { Sha256 } from './sha256.ts'

/** SSM Parameter Store, as far as the functions need it. */
export type ParameterStore = {
  /** Of the endpoint, with the port where it is not the default. */
  readonly host: string
  /**
   * Names and decrypted values of the parameters that exist, of at most ten. Throws an error with the name that AWS gives
   * it, or a `TimeoutError`.
   */
  getParameters(names: readonly string[]): Promise<readonly (readonly [name: string, value: string])[]>
}

const answerSchema = z.object({
  Parameters: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
})
const errorSchema = z.object({ __type: z.string() })

/**
 * Calls SSM's only operation that is needed through the signer that the other clients use: a client of its own would add 40
 * kB to each bundle and a tenth to the cold start.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export function parameterStore(settings: AwsSettings): ParameterStore {
  const { region, ssmEndpoint, requestTimeoutMs = defaultTimeoutMs } = settings
  const { protocol, hostname, port, host } = new URL(ssmEndpoint ?? defaultEndpoint(region))
  const handler = new BoundedHandler(requestTimeoutMs)
  const credentials = settings.credentials ?? defaultProvider()
  const signer = new SignatureV4({ service: 'ssm', region, credentials, sha256: Sha256 })
  const attempt = async (body: string): Promise<HttpResponse> => {
    const request = new HttpRequest({
      method: 'POST',
      protocol,
      hostname,
      ...(port && { port: Number(port) }),
      path: '/',
      headers: {
        host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AmazonSSM.GetParameters',
      },
      body,
    })
    const { response } = await handler.handle((await signer.sign(request)) as HttpRequest)
    return response
  }
  return {
    host,
    async getParameters(names) {
      const body = JSON.stringify({ Names: names, WithDecryption: true })
      return readParameters(await withRetry(() => attempt(body)))
    },
  }
}

/** China has a domain of its own. https://docs.aws.amazon.com/general/latest/gr/ssm.html */
function defaultEndpoint(region: string): string {
  return `https://ssm.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

/** Before the second attempt, at most; in milliseconds. */
const longestPause = 200

/** As the SDK does: a lost connection, a timeout, throttling and an error of the service are tried once more. */
async function withRetry(attempt: () => Promise<HttpResponse>): Promise<HttpResponse> {
  for (let left = maxAttempts - 1; ; left -= 1) {
    try {
      const response = await attempt()
      if (left === 0 || !isTransient(response)) return response
    } catch (error) {
      if (left === 0) throw error
    }
    await sleep(Math.random() * longestPause)
  }
}

function isTransient(response: HttpResponse): boolean {
  const { statusCode } = response
  return statusCode >= 500 || (statusCode !== 200 && /throttl/i.test(errorName(response)))
}

function readParameters(response: HttpResponse): readonly (readonly [name: string, value: string])[] {
  if (response.statusCode === 200) {
    return answerSchema.parse(jsonOf(response)).Parameters.map(({ Name, Value }) => [Name, Value])
  }
  throw Object.assign(new Error(`SSM answered ${response.statusCode}`), { name: errorName(response) })
}

function errorName(response: HttpResponse): string {
  const known = errorSchema.safeParse(jsonOf(response))
  return known.data?.__type.split('#').at(-1) ?? 'InternalServerError'
}

/** Null when it is not JSON: a proxy answers with HTML. */
function jsonOf({ body }: HttpResponse): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return null
  }
}
