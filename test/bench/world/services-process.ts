import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { secretScopes } from '../../../lib/adapters.ts'
import { dynamodbClient, sqsClient } from '../../../lib/aws/clients.ts'
import { createResources } from '../../../lib/offline/create-resources.ts'
import { startEmbeddedDynamodb } from '../../../lib/offline/embedded-dynamodb.ts'
import { startEmbeddedSqs } from '../../../lib/offline/embedded-sqs.ts'
import { startSandboxes } from '../../../lib/offline/sandboxes.ts'
import { readTemplate } from '../../../lib/operator/doctor/subject/template.ts'
import { projectRoot } from '../../../lib/operator/stage/project-root.ts'
import { startParameterStore } from '../../support/parameter-store.ts'
import { startFlatTable } from '../scale/flat-table.ts'
import { benchSecrets } from './bench-secrets.ts'
import type { Services } from './services.ts'

/** The embedded AWS services, the sandboxes of the APIs, and a server that does nothing, in a process of their own. */
const region = 'us-east-1'
const [dynamodb, sqs] = await Promise.all([startEmbeddedDynamodb(), startEmbeddedSqs(region)])
const clients = {
  dynamodb: dynamodbClient({ region, dynamodbEndpoint: dynamodb.url }),
  sqs: sqsClient({ region, sqsEndpoint: sqs.url }),
}
const created = await createResources(readTemplate(projectRoot, 'bench'), clients)
const { variables, urls } = await startSandboxes(benchSecrets)

/** Reads the request and answers with as many bytes as the header `x-bytes` says. */
const idle = createServer((req, res) => {
  req.resume().on('end', () => res.end('x'.repeat(Number(req.headers['x-bytes'] ?? 0))))
})
await new Promise<void>((resolve) => idle.listen(0, '127.0.0.1', resolve))

const flatTable = await startFlatTable()

const secretsPath = '/crm-pay-sync/bench/'
const parameters = Object.entries(secretScopes).flatMap(([scope, names]) =>
  names.map((name) => [`${secretsPath}${scope}/${name}`, benchSecrets[name] ?? ''] as const),
)
const store = await startParameterStore(Object.fromEntries(parameters))

const queue = (id: string) => created.queues[id]?.url ?? ''
const services: Services = {
  dynamodb: dynamodb.url,
  sqs: sqs.url,
  flatTable: flatTable.url,
  idle: `http://127.0.0.1:${(idle.address() as AddressInfo).port}`,
  sandboxes: urls,
  variables: {
    ...variables,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_SSM: store.url,
    SECRETS_PATH: secretsPath,
    LINKS_TABLE: created.tables['LinksTable'] ?? '',
    CHANGES_QUEUE_URL: queue('ChangesQueue'),
    LISTED_QUEUE_URL: queue('ListedQueue'),
    DEAD_LETTERS_QUEUE_URL: queue('DeadLettersQueue'),
    MANUAL_DEAD_LETTERS_QUEUE_URL: queue('ManualDeadLettersQueue'),
  },
}
process.send?.(services)
process.on('disconnect', () => process.exit(0))
