import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Sample } from '../../operator/samples/samples.ts'
import { type Signing, signSample } from '../../operator/samples/sign-sample.ts'
import { webhookPath } from '../../sources/build-source.ts'

/** The signed sample as API Gateway (payload 2.0) hands it to the function, for `serverless invoke local --path`. */
export function toLambdaEvent(sample: Sample, signing: Signing): APIGatewayProxyEventV2 {
  const path = webhookPath(sample.source)
  const { host } = new URL(signing.publicUrl)
  const now = new Date()
  const signed = signSample(sample, signing)
  return {
    version: '2.0',
    routeKey: 'ANY /webhooks/{source}',
    rawPath: path,
    rawQueryString: signed.query,
    headers: { host, ...signed.headers },
    pathParameters: { source: sample.source },
    requestContext: {
      accountId: 'offline',
      apiId: 'offline',
      domainName: host,
      domainPrefix: 'offline',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'replay' },
      requestId: randomUUID(),
      routeKey: 'ANY /webhooks/{source}',
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    body: Buffer.from(signed.body).toString('base64'),
    isBase64Encoded: true,
  }
}
