import { validateHeaderName, validateHeaderValue } from 'node:http'

export type HttpAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Buffer
}

/** Set by the server itself. */
const ownHeaders = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding'])

/**
 * Converts a function's result to an HTTP response as API Gateway does with payload 2.0. Without `statusCode`, the whole
 * result becomes the JSON body of a 200. Null when the result is not a valid response.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toHttpAnswer(answer: unknown): HttpAnswer | null {
  if (answer === null || typeof answer !== 'object' || !('statusCode' in answer)) {
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer as Readonly<Record<string, unknown>>
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 200 || status > 599) return null
  if (body !== undefined && body !== null && typeof body !== 'string') return null
  const all = {
    ...readHeaders(headers),
    ...(Array.isArray(cookies) && cookies.length > 0 && { 'set-cookie': cookies.map(String) }),
  }
  if (!areValid(all)) return null
  return { status, headers: all, body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8') }
}

function readHeaders(headers: unknown): Record<string, string> {
  const given = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)])
  return Object.fromEntries(given.filter(([name]) => !ownHeaders.has(String(name))))
}

function areValid(headers: Readonly<Record<string, string | readonly string[]>>): boolean {
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name)
      for (const each of [value].flat()) validateHeaderValue(name, each)
    }
    return true
  } catch {
    return false
  }
}
