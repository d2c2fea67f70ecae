import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda'

export type FakeAwsApi = {
  readonly url: string
  variables: Readonly<Record<string, string>>
  mappings: readonly EventSourceMappingConfiguration[]
  alarms: readonly MetricAlarm[]
  /** The operations that are answered with AccessDenied. */
  denied: ReadonlySet<string>
  close(): void
}

/** The parts of Lambda and CloudWatch that the doctor reads, in their real protocols, because there are no embedded ones. */
export async function startAwsApi(): Promise<FakeAwsApi> {
  const answer = (operation: string): object => {
    switch (operation) {
      case 'GetFunctionConfiguration':
        return { Environment: { Variables: api.variables } }
      case 'ListEventSourceMappings':
        return { EventSourceMappings: api.mappings }
      case 'DescribeAlarms':
        return { MetricAlarms: api.alarms }
      default:
        throw new Error(`${operation} is not one of the doctor's calls`)
    }
  }
  const server = createServer(async (req, res) => {
    const operation = operationOf(req.url ?? '', String(req.headers['x-amz-target'] ?? ''))
    await Array.fromAsync(req)
    const isDenied = api.denied.has(operation)
    const headers = isDenied ? { 'x-amzn-errortype': 'AccessDeniedException' } : {}
    const body = isDenied ? { __type: 'AccessDeniedException', Message: 'not allowed' } : answer(operation)
    res.writeHead(isDenied ? 403 : 200, { 'content-type': 'application/json', ...headers })
    res.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const api: FakeAwsApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    variables: {},
    mappings: [],
    alarms: [],
    denied: new Set(),
    close: () => server.close(),
  }
  return api
}

function operationOf(url: string, target: string): string {
  if (/\/functions\/[^/]+\/configuration/.test(url)) return 'GetFunctionConfiguration'
  if (url.includes('/event-source-mappings')) return 'ListEventSourceMappings'
  return target.split('.').at(-1) ?? ''
}
