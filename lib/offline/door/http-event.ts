import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { RouteMatch } from './routes.ts'

/**
 * Builds the event that API Gateway's HTTP API sends to a function, payload 2.0. Path, query string and body are exactly
 * those of the request. Header names are lower-case, repeated headers are joined by a comma, cookies are listed apart.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toHttpEvent(
  req: IncomingMessage,
  { rawPath, rawQueryString }: RequestTarget,
  body: Buffer,
  { key, pathParameters }: RouteMatch,
): APIGatewayProxyEventV2 {
  const { cookie, ...headers } = joinHeaders(req.rawHeaders)
  const query = readQuery(rawQueryString)
  const now = new Date()
  const { method = 'GET', httpVersion, socket } = req
  return {
    version: '2.0',
    routeKey: key,
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: 'offline',
      apiId: 'offline',
      domainName: headers['host'] ?? '',
      domainPrefix: 'offline',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: key,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...readBody(body, headers),
  }
}

export type RequestTarget = { readonly rawPath: string; readonly rawQueryString: string }

/** Path and query string of the request line, unchanged. */
export function readTarget(url: string): RequestTarget {
  const target = url.replace(/^https?:\/\/[^/?]*/i, '')
  const at = target.indexOf('?')
  return at < 0
    ? { rawPath: target, rawQueryString: '' }
    : { rawPath: target.slice(0, at), rawQueryString: target.slice(at + 1) }
}

function joinHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const joined: Record<string, string> = {}
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = String(rawHeaders[at]).toLowerCase()
    const value = String(rawHeaders[at + 1])
    const before = joined[name]
    const separator = name === 'cookie' ? '; ' : ','
    joined[name] = before === undefined ? value : `${before}${separator}${value}`
  }
  return joined
}

function readQuery(rawQueryString: string): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = name in query ? `${query[name]},${value}` : value
  }
  return query
}

/** Sent as text; everything else is base64-encoded. API Gateway does not document its list: this one is a guess. */
const textTypes = /^(text\/|application\/(json|javascript|xml)\b)|\+(json|xml)\b/i

function readBody(
  body: Buffer,
  { 'content-type': type = '', 'content-encoding': encoding }: Readonly<Record<string, string>>,
): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false }
  const isText = textTypes.test(type) && !encoding && isUtf8(body)
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText }
}

/** `25/Nov/2026:19:02:11 +0000` */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ')
  return `${day}/${month}/${year}:${clock} +0000`
}
