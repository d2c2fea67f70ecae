import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { APIGatewayProxyEventV2, ScheduledEvent, SQSEvent } from 'aws-lambda'
import { type SecretScope, secretScopes } from '../../lib/adapters.ts'
import { dynamodbClient, sqsClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { sqsManualDeadLetters } from '../../lib/aws/dead-letter-queue.ts'
import { toLambdaEvent } from '../../lib/cli/replay/lambda-event.ts'
import type { RecordRef } from '../../lib/core/model/change.ts'
import { type CreatedResources, createResources } from '../../lib/offline/create-resources.ts'
import { resolveIntrinsics } from '../../lib/offline/intrinsics.ts'
import { readResources } from '../../lib/offline/resources.ts'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../lib/offline/sandbox/server.ts'
import { toSqsRecord } from '../../lib/offline/sqs-record.ts'
import type { Sample } from '../../lib/operator/samples/samples.ts'
import { notchpaySandbox } from '../../lib/providers/notchpay/sandbox.ts'
import { hubspotSandbox } from '../../lib/sources/hubspot/sandbox.ts'
import { offline as zohoOffline } from '../../lib/sources/zoho/offline.ts'
import { aFailure } from '../fakes/dead-letters.ts'
import { aChange } from '../fakes/world.ts'
import { receiveAll, testAws } from '../support/embedded.ts'
import { aSample, secrets as functionSecrets } from '../support/function-world.ts'
import { type RunningFunction, runLambda } from '../support/lambda-runtime.ts'
import type { Packaged } from '../support/packaged-template.ts'
import { type FakeParameterStore, startParameterStore } from '../support/parameter-store.ts'
import { readZip } from '../support/read-zip.ts'

/** Not a stage of other tests, with which the table and the queues would be shared. */
const stage = 'packaged'
const secrets: Readonly<Record<string, string>> = {
  ...functionSecrets,
  HUBSPOT_ACCESS_TOKEN: '48213377=pat-packaged',
  STANDARD_WEBHOOKS_ACCESS_TOKEN: 'token-packaged',
}
const secretsOf = (scope: SecretScope) =>
  Object.fromEntries(
    secretScopes[scope].map((name) => [`/crm-pay-sync/${stage}/${scope}/${name}`, secrets[name] ?? '']),
  )

const aws = testAws()
const clients = { dynamodb: dynamodbClient(aws), sqs: sqsClient(aws) }
const hostOf = (url: string | undefined) => new URL(String(url)).host

/**
 * The bundles of a packaged stage dev, run as Lambda runs them: each in its own process, with the template's environment only.
 */
export function packagedFunctionsSuite(dev: () => Packaged): void {
  describe('on Lambda', () => {
    let resources: Packaged['template']['Resources']
    let folder: string
    let created: CreatedResources
    let store: FakeParameterStore
    let notchpay: RunningSandbox
    let hubspot: RunningSandbox
    let zoho: RunningSandbox
    let zohoAccounts: RunningSandbox
    beforeAll(async () => {
      const ofStage = dev().text.replaceAll('crm-pay-sync-dev-', `crm-pay-sync-${stage}-`)
      resources = JSON.parse(ofStage.replaceAll('/crm-pay-sync/dev/', `/crm-pay-sync/${stage}/`)).Resources
      folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-lambda-'))
      const provider = { region: 'us-east-1', stage }
      const service = { service: 'crm-pay-sync', provider, functions: {}, package: {}, custom: {} }
      created = await createResources(
        readResources({ ...service, resources: { Resources: resources } }),
        clients,
      )
      notchpay = await startSandbox(notchpaySandbox({ publicKey: String(secrets['NOTCHPAY_PUBLIC_KEY']) }))
      hubspot = await startSandbox(hubspotSandbox({ accessToken: String(secrets['HUBSPOT_ACCESS_TOKEN']) }))
      zoho = await startSandbox(zohoOffline.sandboxes.ZOHO_API_URL.create(secrets))
      zohoAccounts = await startSandbox(zohoOffline.sandboxes.ZOHO_ACCOUNTS_URL.create(secrets))
    })
    afterAll(async () => {
      await Promise.all([notchpay, hubspot, zoho, zohoAccounts].map((sandbox) => sandbox.close()))
      clients.dynamodb.destroy()
      clients.sqs.destroy()
      rmSync(folder, { recursive: true, force: true })
    })

    /** Origins of real APIs, and their substitutes. */
    const substitutes = () => ({
      'https://api.notchpay.co': notchpay.url,
      'https://api.hubapi.com': hubspot.url,
      'https://www.zohoapis.com': zoho.url,
      'https://accounts.zoho.com': zohoAccounts.url,
    })

    const started: RunningFunction[] = []
    /** Stops all processes. Only this machine and substituted APIs may have been called. */
    async function stopAll(): Promise<void> {
      const running = started.splice(0)
      await Promise.all(running.map((each) => each.stop()))
      const known = Object.keys(substitutes()).map(hostOf)
      for (const host of running.flatMap(({ hosts }) => [...hosts])) {
        if (!known.includes(host)) expect(host).toMatch(/^127\.0\.0\.1:\d+$/)
      }
    }
    beforeEach(async () => {
      store = await startParameterStore({ ...secretsOf('webhook'), ...secretsOf('api') })
      notchpay.ledger.length = 0
    })
    afterEach(async () => {
      await stopAll()
      store.close()
      await Promise.all(
        received.splice(0).map((receipt) => clients.sqs.send(new DeleteMessageCommand(receipt))),
      )
    })

    /** What CloudFormation would substitute for the template's references. */
    const resolved = (value: unknown) =>
      resolveIntrinsics(
        value,
        {
          ref: (id) => created.tables[id] ?? created.queues[id]?.url ?? `${id.toLowerCase()}1`,
          getAtt: (id) => created.queues[id]?.arn ?? id,
        },
        'us-east-1',
      )

    type Declared = {
      readonly FunctionName: string
      readonly Handler: string
      readonly Timeout: number
      readonly Environment: { readonly Variables: Readonly<Record<string, string>> }
    }
    const declaredOf = (id: string) => resolved(resources[`${id}LambdaFunction`]?.Properties) as Declared

    const logicalIds = [
      'ReceiveWebhook',
      'SyncCustomer',
      'RetryDeadLetters',
      'Reconcile',
      'RenewChannels',
    ] as const
    type LogicalId = (typeof logicalIds)[number]
    const filesOf = (id: LogicalId) =>
      readZip(join(dev().folder, `${id[0]?.toLowerCase()}${id.slice(1)}.zip`))

    /** Cold-starts the function with this logical id. */
    async function start(id: LogicalId): Promise<RunningFunction> {
      const { FunctionName, Handler, Timeout, Environment } = declaredOf(id)
      const taskRoot = join(folder, id)
      for (const [path, content] of filesOf(id)) {
        mkdirSync(dirname(join(taskRoot, path)), { recursive: true })
        writeFileSync(join(taskRoot, path), content)
      }
      const running = await runLambda({
        name: FunctionName,
        folder: taskRoot,
        handler: Handler,
        environment: Environment.Variables,
        timeoutSeconds: Timeout,
        endpoints: { dynamodb: String(aws.dynamodbEndpoint), sqs: String(aws.sqsEndpoint), ssm: store.url },
        substitutes: substitutes(),
      })
      started.push(running)
      return running
    }

    /** The sample as API Gateway delivers it. */
    function webhook(sample: Sample): APIGatewayProxyEventV2 {
      const publicUrl = String(declaredOf('ReceiveWebhook').Environment.Variables['WEBHOOK_PUBLIC_URL'])
      return toLambdaEvent(sample, { variables: secrets, publicUrl })
    }

    /** The messages of the queue of changes, as Lambda's poller delivers them. The queue is deleted after the test. */
    const received: { readonly QueueUrl: string; readonly ReceiptHandle: string | undefined }[] = []
    async function receiveBatch() {
      const { url = '', arn = '' } = created.queues['ChangesQueue'] ?? {}
      const { Messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
        }),
      )
      received.push(...Messages.map(({ ReceiptHandle }) => ({ QueueUrl: url, ReceiptHandle })))
      const event: SQSEvent = { Records: Messages.map((message) => toSqsRecord(message, arn)) }
      return { event, ids: Messages.map(({ MessageId }) => MessageId) }
    }

    const urlOf = (id: string) => String(created.queues[id]?.url)
    const linksOf = (ref: RecordRef) =>
      dynamodbLinks(clients.dynamodb, String(created.tables['LinksTable'])).findLinks(ref)
    const sqsHost = () => hostOf(aws.sqsEndpoint)
    const creates = () =>
      notchpay.ledger.filter(({ method, path }) => method === 'POST' && path === '/customers')

    describe('the packaged functions', () => {
      it.each([
        {
          what: 'that is read from the CRM',
          file: 'hubspot/contact.creation',
          record: { source: 'hubspot', account: '48213377', recordType: 'contact', recordId: '701000000101' },
          crm: ['api.hubapi.com'],
        } as const,
        {
          what: 'that arrives whole, and is encrypted in the queue',
          file: 'standard-webhooks/contact.created',
          record: {
            source: 'standard-webhooks',
            account: 'boutique-douala',
            recordType: 'contact',
            recordId: 'cust-0001',
          },
          crm: [],
        } as const,
      ])('sync a customer $what from the webhook to one provider customer', async ({ file, record, crm }) => {
        const sample = aSample(file)
        for (const held of sample.records) hubspot.sandbox.putRecord?.(held)
        const door = await start('ReceiveWebhook')
        expect(await door.invoke(webhook(sample))).toMatchObject({ answer: { statusCode: 202 } })
        const { event, ids } = await receiveBatch()
        expect(ids).toHaveLength(1)

        const sync = await start('SyncCustomer')
        expect(await sync.invoke(event)).toEqual({ answer: { batchItemFailures: [] } })
        expect(creates()).toHaveLength(1)
        expect(await linksOf(record)).toMatchObject([
          {
            provider: 'notchpay',
            mode: 'test',
            state: 'linked',
            providerCustomerId: expect.stringMatching(/^cus/),
          },
        ])

        // Delivered again to a new function instance: nothing is created.
        const again = await start('SyncCustomer')
        expect(await again.invoke(event)).toEqual({ answer: { batchItemFailures: [] } })
        expect(creates()).toHaveLength(1)

        await stopAll()
        const local = (...urls: (string | undefined)[]) => urls.map(hostOf)
        expect(door.hosts).toEqual(new Set([door.runtimeHost, ...local(store.url, aws.sqsEndpoint)]))
        expect(sync.hosts).toEqual(
          new Set([
            sync.runtimeHost,
            ...local(store.url, aws.dynamodbEndpoint, notchpay.url),
            'api.notchpay.co',
            ...crm,
            ...(crm.length > 0 ? local(hubspot.url) : []),
          ]),
        )
      })

      it('read only the secrets of their own path', async () => {
        const door = await start('ReceiveWebhook')
        await door.invoke(webhook(aSample('hubspot/contact.propertyChange')))
        expect(store.requests.flatMap(({ Names }) => Names)).toEqual(Object.keys(secretsOf('webhook')))
        const { event } = await receiveBatch()
        store.requests.length = 0
        await (await start('SyncCustomer')).invoke(event)
        expect(store.requests.flatMap(({ Names }) => Names)).toEqual(Object.keys(secretsOf('api')))
        expect(new Set(store.accessKeyIds)).toEqual(new Set(['of-the-role']))
      })

      it('reject a wrong signature, and queue nothing', async () => {
        const event = webhook(aSample('hubspot/contact.creation'))
        const headers = { ...event.headers, 'x-hubspot-signature-v3': Buffer.alloc(32).toString('base64') }
        const door = await start('ReceiveWebhook')
        expect(await door.invoke({ ...event, headers })).toMatchObject({ answer: { statusCode: 401 } })
        expect((await receiveBatch()).ids).toEqual([])
        await stopAll()
        expect(door.hosts).not.toContain(sqsHost())
      })

      it.each(logicalIds)('import no module while they answer: %s', (id) => {
        const text = [...filesOf(id)].map(([, content]) => content.toString('utf8')).join('\n')
        expect(text).toContain('require("node:http")')
        expect(text).not.toMatch(/\bimport\("node:/)
      })

      it('answer GET /health', async () => {
        const event = { ...webhook(aSample('hubspot/contact.creation')), rawPath: '/health' }
        expect(await (await start('ReceiveWebhook')).invoke(event)).toMatchObject({
          answer: { statusCode: 200, body: '{"status":"ok"}' },
        })
      })
    })

    describe('the packaged functions without their secrets', () => {
      /** A change that was accepted. */
      async function accepted(file: string) {
        await (await start('ReceiveWebhook')).invoke(webhook(aSample(file)))
        return receiveBatch()
      }

      it.each([
        [
          'contact.created-dakar',
          'no secret of the API scope',
          () => {
            store.values = secretsOf('webhook')
          },
        ],
        [
          'contact.created-manila',
          'a store that denies access',
          () => {
            store.intercept = () => 'AccessDeniedException'
          },
        ],
        [
          'lead.created',
          'a store that fails',
          () => {
            store.down = true
          },
        ],
      ])('keep a change (%s) for later with %s', async (file, _, breakStore) => {
        const { event, ids } = await accepted(`standard-webhooks/${file}`)
        expect(ids).toHaveLength(1)
        breakStore()
        const sync = await start('SyncCustomer')
        expect(await sync.invoke(event)).toEqual({
          answer: { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) },
        })
        expect(notchpay.ledger).toEqual([])
        for (const id of ['DeadLettersQueue', 'ManualDeadLettersQueue']) {
          expect(await receiveAll(urlOf(id))).toEqual([])
        }
      })

      it('make the CRM resend the webhook while the store denies access', async () => {
        store.intercept = () => 'AccessDeniedException'
        const door = await start('ReceiveWebhook')
        expect(await door.invoke(webhook(aSample('hubspot/contact.creation')))).toMatchObject({
          answer: { statusCode: 503, headers: { 'retry-after': expect.any(String) } },
        })
        expect(door.log()).toContain('AccessDeniedException')
      })
    })

    describe('the packaged schedules', () => {
      it('create a subscription that expires, and share the access token in the table', async () => {
        const renew = await start('RenewChannels')
        const event = { 'detail-type': 'Scheduled Event', source: 'aws.events' } as ScheduledEvent
        expect(await renew.invoke(event)).toEqual({ answer: { renewed: ['zoho'] } })
        expect(zoho.ledger.map(({ method, path }) => `${method} ${path}`)).toEqual([
          'GET /crm/v8/actions/watch',
          'POST /crm/v8/actions/watch',
        ])
        await stopAll()
        expect(renew.hosts).toEqual(
          new Set([
            renew.runtimeHost,
            ...[store.url, aws.dynamodbEndpoint, zoho.url, zohoAccounts.url].map(hostOf),
            ...['accounts.zoho.com', 'www.zohoapis.com'],
          ]),
        )
      })

      it('redrives a dead letter', async () => {
        const change = aChange({ recordId: 'of-the-schedule' })
        const deadLetteredAt = new Date(Date.now() - 3_600_000).toISOString()
        const deadLetter = {
          id: 'letter-1',
          deadLetteredAt,
          change,
          raw: null,
          foreign: null,
          failure: aFailure(),
        }
        await sqsManualDeadLetters(clients.sqs, urlOf('DeadLettersQueue')).add([deadLetter])
        const retry = await start('RetryDeadLetters')
        const event = { 'detail-type': 'Scheduled Event', source: 'aws.events' } as ScheduledEvent
        expect(await retry.invoke(event)).toEqual({ answer: { seen: 1, sentBack: 1, moved: 0, held: [] } })
        const { event: batch } = await receiveBatch()
        expect(batch.Records.map(({ body }) => JSON.parse(body))).toMatchObject([
          { recordId: 'of-the-schedule', round: 1 },
        ])
        await stopAll()
        expect(store.requests).toEqual([])
        expect(retry.hosts).toEqual(new Set([retry.runtimeHost, sqsHost()]))
      })
    })
  })
}
