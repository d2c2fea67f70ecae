import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import '../lib/support/lean-zod.ts'
import { readConfig } from '../lib/config.ts'
import type { WebhookRequest } from '../lib/core/ports/crm-source.ts'
import { receiveChanges } from '../lib/core/receiving/receive-changes.ts'
import { jsonLog, withRequestId } from '../lib/support/log.ts'
import { embeddedMetrics } from '../lib/support/metrics.ts'
import { buildReceiveDeps } from '../lib/wiring/receive.ts'

const config = readConfig()
const metrics = embeddedMetrics(config.STAGE, config.LOG_LEVEL)
const deps = buildReceiveDeps(config, {
  log: jsonLog(config.LOG_LEVEL),
  metrics,
})

/** The HTTP door: API Gateway's event in, the answer to the CRM out. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  if (event.rawPath === '/health') {
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"status":"ok"}',
    }
  }
  const source = event.pathParameters?.['source'] ?? event.rawPath.split('/')[2] ?? ''
  // API Gateway tells it to the CRM, too: `apigw-requestid`.
  const { status, body, headers } = await withRequestId(event.requestContext.requestId, () =>
    receiveChanges(source, toRequest(event), deps),
  )
  metrics.publish()
  return { statusCode: status, body, headers }
}

function toRequest(event: APIGatewayProxyEventV2): WebhookRequest {
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    query: event.rawQueryString,
    headers: Object.fromEntries(
      Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    receivedAt: new Date(),
  }
}
