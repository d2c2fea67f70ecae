import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { build } from 'esbuild'
import { shakeUnused } from '../../lib/bundle/shake-unused.ts'
import { signSample } from '../../lib/operator/samples/sign-sample.ts'
import { offlineSource } from '../../lib/sources/offline.ts'
import { aSample, secrets } from '../support/function-world.ts'

/** `receiveWebhook` as it is packaged, without the code that calls APIs, where ids are written back. */
const root = join(__dirname, '../..')
const publicUrl = 'https://hooks.example.com'
const sources = ['hubspot', 'pipedrive', 'salesforce'] as const
const caseOf = (name: (typeof sources)[number]) => {
  const its = offlineSource(name).contract.writeBack
  if (!its) throw new Error(`${name} writes nothing back`)
  return its
}

let handler: (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>
beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true)
  jest.spyOn(console, 'warn').mockReturnValue()
  const parts = Object.fromEntries(sources.map((name) => [name, caseOf(name).config]))
  const config = { sources: parts, providers: ['notchpay', 'wooshpay'], routes: [{ to: 'notchpay' }] }
  const { outputFiles } = await build({
    entryPoints: [join(root, 'functions/receive-webhook.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    logLevel: 'silent',
    plugins: [
      ...shakeUnused,
      {
        name: 'ids-written-back',
        setup({ onLoad }) {
          onLoad({ filter: /[\\/]sync\.config\.ts$/ }, ({ path }) => ({
            contents: `import { defineSyncConfig } from './lib/sync-config.ts'; export default defineSyncConfig(${JSON.stringify(config)})`,
            loader: 'ts',
            resolveDir: join(path, '..'),
          }))
        },
      },
    ],
  })
  Object.assign(process.env, secrets, {
    LINKS_TABLE: 'links',
    // Nobody listens there: a change would be answered 503.
    CHANGES_QUEUE_URL: 'http://127.0.0.1:1/changes.fifo',
    DEAD_LETTERS_QUEUE_URL: 'http://127.0.0.1:1/changes-dlq.fifo',
    MANUAL_DEAD_LETTERS_QUEUE_URL: 'http://127.0.0.1:1/changes-dlq-manual.fifo',
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
    WEBHOOK_PUBLIC_URL: publicUrl,
    POWERTOOLS_METRICS_DISABLED: 'true',
  })
  const module = { exports: {} as { handler: typeof handler } }
  const text = outputFiles[0]?.text ?? ''
  new Function('require', 'module', 'exports', text)(
    createRequire(join(root, 'package.json')),
    module,
    module.exports,
  )
  handler = module.exports.handler
})

async function post(name: (typeof sources)[number], body: unknown, signed = true) {
  const sample = {
    ...aSample('hubspot/contact.creation'),
    source: name,
    body: Buffer.from(JSON.stringify(body)),
  }
  const proof = signSample(sample, { variables: secrets, publicUrl })
  return handler({
    rawPath: `/webhooks/${name}`,
    rawQueryString: signed ? proof.query : '',
    headers: signed
      ? proof.headers
      : { 'content-type': name === 'salesforce' ? 'text/xml' : 'application/json' },
    pathParameters: { source: name },
    requestContext: { http: { method: 'POST', path: `/webhooks/${name}` } },
    body: sample.body.toString(),
    isBase64Encoded: false,
  } as never)
}

it.each(sources)('verifies the webhooks of %s', async (name) => {
  expect(await post(name, [], false)).toMatchObject({ statusCode: 401 })
})

it.each(['hubspot', 'pipedrive'] as const)('ignores what %s tells of our own writes', async (name) => {
  expect(await post(name, caseOf(name).echo)).toMatchObject({ statusCode: 202 })
  expect(await post(name, caseOf(name).mixed)).toMatchObject({ statusCode: 503 })
})
