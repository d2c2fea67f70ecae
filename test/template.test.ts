import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecretScope } from '../lib/adapters.ts'
import { offlineProviders } from '../lib/providers/offline.ts'
import { offlineSources } from '../lib/sources/offline.ts'
import { alarmChatSuite } from './cloud/alarm-chat-suite.ts'
import { alarmTargetsSuite } from './cloud/alarm-targets-suite.ts'
import { dashboardSuite } from './cloud/dashboard-suite.ts'
import { dimensionsOf } from './cloud/known-metrics.ts'
import { packagedFunctionsSuite } from './cloud/packaged-functions-suite.ts'
import { savedQueriesSuite } from './cloud/saved-queries-suite.ts'
import { deployedResources } from './support/deployed-template.ts'
import { type Packaged, type Properties, packageService } from './support/packaged-template.ts'
import { readZip } from './support/read-zip.ts'

const functions = {
  ReceiveWebhook: 'receiveWebhook',
  ReceiveSalesforceEvents: 'receiveSalesforceEvents',
  SyncCustomer: 'syncCustomer',
  RetryDeadLetters: 'retryDeadLetters',
  Reconcile: 'reconcile',
  RenewChannels: 'renewChannels',
} as const
const getAtt = (id: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [id, attribute] })

const topicArn = 'arn:aws:sns:us-east-1:123456789012:on-call'

const eventBus = 'aws.partner/salesforce.com/00D8d000004QkTZEA0/0YL8d0000008OIhGAM'

let dev: Packaged
let prod: Packaged
beforeAll(async () => {
  const targets = ['alarmEmail=ops@example.com', `alarmTopicArn=${topicArn}`, 'alarmChatWebhook=true']
  const params = [
    ...targets,
    'dashboard=false',
    'tracing=true',
    'logLevel=ERROR',
    `salesforceEventBus=${eventBus}`,
  ]
  ;[dev, prod] = await Promise.all([
    packageService(),
    packageService('--stage', 'prod', ...params.map((param) => `--param=${param}`)),
  ])
})
afterAll(() => {
  for (const { folder } of [dev, prod]) rmSync(folder, { recursive: true, force: true })
})

const properties = (id: string, packaged = dev) => packaged.template.Resources[id]?.Properties ?? {}
const ofType = (type: string, packaged = dev) =>
  Object.entries(packaged.template.Resources).filter(([, resource]) => resource.Type === type)
const environmentOf = (id: string) =>
  (properties(`${id}LambdaFunction`)['Environment'] as { Variables: Record<string, unknown> }).Variables

describe('the HTTP API', () => {
  it('has the two routes of receiveWebhook and no other', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey'])
    expect(routes.toSorted()).toEqual(['ANY /webhooks/{source}', 'GET /health'])
  })

  it('has no CORS setting, which would answer OPTIONS in place of the function', () => {
    const apis = ofType('AWS::ApiGatewayV2::Api')
    expect(apis.map(([, { Properties }]) => Properties['CorsConfiguration'])).toEqual([undefined])
  })

  it('is throttled', () => {
    expect(properties('HttpApiStage')['DefaultRouteSettings']).toEqual({
      ThrottlingRateLimit: 100,
      ThrottlingBurstLimit: 200,
    })
  })
})

describe('the queues', () => {
  const fifo = {
    FifoQueue: true,
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    SqsManagedSseEnabled: true,
    MessageRetentionPeriod: 14 * 86_400,
  }

  it('keep changes in order and encrypted, and move a crashing message to the dead letters', () => {
    expect(properties('ChangesQueue')).toEqual({
      ...fifo,
      QueueName: 'crm-pay-sync-dev-changes.fifo',
      VisibilityTimeout: 360,
      RedrivePolicy: { deadLetterTargetArn: getAtt('DeadLettersQueue'), maxReceiveCount: 1000 },
    })
  })

  it('keep dead letters for fourteen days, those that need manual handling apart from the others', () => {
    expect(properties('DeadLettersQueue')).toEqual({
      ...fifo,
      QueueName: 'crm-pay-sync-dev-changes-dlq.fifo',
    })
    expect(properties('ManualDeadLettersQueue')).toEqual({
      ...fifo,
      QueueName: 'crm-pay-sync-dev-changes-dlq-manual.fifo',
    })
    expect(environmentOf('SyncCustomer')).toMatchObject({
      DEAD_LETTERS_QUEUE_URL: { Ref: 'DeadLettersQueue' },
      MANUAL_DEAD_LETTERS_QUEUE_URL: { Ref: 'ManualDeadLettersQueue' },
    })
  })

  it('hide a message for at least six runs of the function, and a claim outlives one run', () => {
    const timeout = Number(properties('SyncCustomerLambdaFunction')['Timeout'])
    const visibility = Number(properties('ChangesQueue')['VisibilityTimeout'])
    const lease = Number(environmentOf('SyncCustomer')['CLAIM_LEASE_SECONDS'])
    expect(visibility).toBeGreaterThanOrEqual(6 * timeout)
    expect(lease).toBeGreaterThanOrEqual(timeout)
    expect(lease).toBeLessThan(visibility)
  })

  it('feed syncCustomer ten changes or a page of listed records, with limited concurrency, and take back failed messages only', () => {
    const mapping = (queue: string, BatchSize: number, concurrency: number) => ({
      EventSourceArn: getAtt(queue),
      FunctionName: getAtt('SyncCustomerLambdaFunction'),
      BatchSize,
      Enabled: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: concurrency },
    })
    const mappings = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties)
    expect(mappings).toEqual([mapping('ChangesQueue', 10, 10), mapping('ListedQueue', 1, 2)])
  })
})

describe('the table', () => {
  it('is keyed by record and link, indexed by provider customer, on demand, encrypted and backed up', () => {
    expect(properties('LinksTable')).toEqual({
      TableName: 'crm-pay-sync-dev-links',
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: false,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      AttributeDefinitions: ['pk', 'sk', 'providerCustomer'].map((AttributeName) => {
        return { AttributeName, AttributeType: 'S' }
      }),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byProviderCustomer',
          KeySchema: [{ AttributeName: 'providerCustomer', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    })
  })
})

describe('resources that hold data', () => {
  const queues = ['ChangesQueue', 'DeadLettersQueue', 'ManualDeadLettersQueue', 'SalesforceEventsFailedQueue']
  const dataResources = ['LinksTable', ...queues]
  const fates = ({ template }: Packaged) =>
    dataResources.map((id) => {
      const { DeletionPolicy, UpdateReplacePolicy } = template.Resources[id] ?? {}
      return [id, DeletionPolicy, UpdateReplacePolicy]
    })
  const all = (policy: string) => dataResources.map((id) => [id, policy, policy])
  const isProtected = (packaged: Packaged) => properties('LinksTable', packaged)['DeletionProtectionEnabled']

  it('are deleted with their stack on a stage that is not for production', () => {
    expect([fates(dev), isProtected(dev)]).toEqual([all('Delete'), false])
  })

  it('are retained on the stage prod', () => {
    expect([fates(prod), isProtected(prod)]).toEqual([all('Retain'), true])
  })

  it.each(['production', 'live'])(
    'are also retained on the stage %s, which has the parameters of prod',
    (stage) => {
      const declaration = readFileSync('serverless.yml', 'utf8')
      expect(declaration).toMatch(/^ {2}prod: &protected$/m)
      expect(declaration).toMatch(new RegExp(`^ {2}${stage}: \\*protected$`, 'm'))
    },
  )
})

describe('the functions', () => {
  it.each(Object.entries(functions))('%s runs on arm64 and Node.js 24, with its own role', (id, key) => {
    expect(properties(`${id}LambdaFunction`)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      FunctionName: `crm-pay-sync-dev-${key}`,
      Role: getAtt(`${id}Role`),
    })
  })

  it('have limited log retention, longer on prod', () => {
    const days = (packaged: Packaged) =>
      ofType('AWS::Logs::LogGroup', packaged).map(([, { Properties }]) => Properties['RetentionInDays'])
    expect([dev, prod].map(days)).toEqual([14, 90].map((each) => Object.keys(functions).map(() => each)))
  })

  it.each([
    ['INFO', () => dev],
    ['ERROR', () => prod],
  ])('log at the configured level %s, of which Lambda drops nothing', (level, packaged) => {
    for (const id of Object.keys(functions)) {
      const { LoggingConfig, Environment } = properties(`${id}LambdaFunction`, packaged())
      expect(LoggingConfig).toEqual({ LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: level })
      expect(Environment).toMatchObject({ Variables: { LOG_LEVEL: level } })
    }
  })

  it('are traced by X-Ray only when configured', () => {
    for (const id of Object.keys(functions)) {
      const traced = (packaged: Packaged) => {
        const { TracingConfig } = properties(`${id}LambdaFunction`, packaged)
        const { Policies } = deployedResources(packaged)[`${id}Role`]?.Properties ?? {}
        return [TracingConfig, JSON.stringify(Policies).includes('xray:PutTraceSegments')]
      }
      expect([id, traced(dev), traced(prod)]).toEqual([id, [undefined, false], [{ Mode: 'Active' }, true]])
    }
  })
})

const invokeConfigOf = (id: string): Properties | undefined =>
  ofType('AWS::Lambda::EventInvokeConfig')
    .map(([, { Properties }]) => Properties)
    .find(({ FunctionName }) => (FunctionName as { Ref: string }).Ref === `${id}LambdaFunction`)

describe('the events of Salesforce', () => {
  const parts = ['SalesforceEventsRule', 'SalesforceEventsPermission', 'SalesforceEventsFailedQueuePolicy']
  const created = (packaged: Packaged) => parts.filter((id) => id in deployedResources(packaged))

  it('arrive only where a partner event bus is given', () => {
    expect([created(dev), created(prod)]).toEqual([[], parts])
    expect(properties('SalesforceEventsRule', prod)).toMatchObject({
      EventBusName: eventBus,
      EventPattern: { source: [{ prefix: 'aws.partner/' }], 'detail-type': [{ suffix: 'ChangeEvent' }] },
      Targets: [{ Arn: getAtt('ReceiveSalesforceEventsLambdaFunction') }],
    })
    expect(properties('SalesforceEventsPermission', prod)).toMatchObject({
      Principal: 'events.amazonaws.com',
      SourceArn: getAtt('SalesforceEventsRule'),
    })
  })

  it('are tried again, and kept when that does not help', () => {
    const kept = getAtt('SalesforceEventsFailedQueue')
    expect(invokeConfigOf('ReceiveSalesforceEvents')).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: kept } },
    })
    expect(properties('SalesforceEventsRule', prod)['Targets']).toMatchObject([
      { RetryPolicy: { MaximumRetryAttempts: 185 }, DeadLetterConfig: { Arn: kept } },
    ])
    expect(properties('SalesforceEventsFailedQueue')).toEqual({
      QueueName: 'crm-pay-sync-dev-salesforce-events-failed',
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
    })
  })
})

describe('the schedules', () => {
  const schedules = [
    ['RetryDeadLetters', 'rate(15 minutes)', 60],
    ['Reconcile', 'rate(1 hour)', 300],
    ['RenewChannels', 'rate(1 day)', 60],
  ] as const
  const propertiesOf = (type: string) => ofType(type).map(([, { Properties }]) => Properties)

  it('are those of the functions that nothing else invokes', () => {
    const rules = propertiesOf('AWS::Events::Rule').filter((rule) => 'ScheduleExpression' in rule)
    expect(rules).toHaveLength(schedules.length)
  })

  it.each(schedules)('run %s by %s', (id, rate, timeout) => {
    expect(propertiesOf('AWS::Events::Rule')).toContainEqual(
      expect.objectContaining({
        ScheduleExpression: rate,
        State: 'ENABLED',
        Targets: [expect.objectContaining({ Arn: getAtt(`${id}LambdaFunction`) })],
      }),
    )
    expect(properties(`${id}LambdaFunction`)['Timeout']).toBe(timeout)
  })

  it('leave a failure to the next run, but try renewChannels again at once', () => {
    const retries = schedules.map(([id]) => [id, invokeConfigOf(id)?.['MaximumRetryAttempts']])
    expect(retries).toEqual([
      ['RetryDeadLetters', 0],
      ['Reconcile', 0],
      ['RenewChannels', undefined],
    ])
  })
})

describe('the roles', () => {
  type Statement = { Action: string | string[]; Resource: unknown }
  const statements = (id: string): Statement[] => {
    const [policy, ...others] = properties(id)['Policies'] as {
      PolicyDocument: { Statement: (Statement | { 'Fn::If': [string, Statement, unknown] })[] }
    }[]
    expect(others).toEqual([])
    return (policy?.PolicyDocument.Statement ?? []).map((statement) =>
      'Fn::If' in statement ? statement['Fn::If'][1] : statement,
    )
  }
  const grants = (id: string) =>
    statements(id).map(({ Action, Resource }) => [[Action].flat().join(' '), Resource])
  /** All parameters below a part of the stage's path. No role names a CRM, so none can be forgotten. */
  const secrets = (scope: SecretScope) => ({ 'Fn::Sub': `${secretArn}/crm-pay-sync/dev/${scope}/*` })
  const secretArn = ['arn:', 'AWS::Partition', ':ssm:', 'AWS::Region', ':', 'AWS::AccountId', ':parameter']
    .map((part) => (part.startsWith('AWS') ? `\${${part}}` : part))
    .join('')
  const tracing = ['xray:PutTraceSegments xray:PutTelemetryRecords', '*']
  it('allow receiveWebhook to write its log, send changes and read the webhook secrets, no more', () => {
    expect(grants('ReceiveWebhookRole')).toEqual([
      ['logs:CreateLogStream logs:PutLogEvents', getAtt('ReceiveWebhookLogGroup')],
      ['sqs:SendMessage', getAtt('ChangesQueue')],
      ['ssm:GetParameters', secrets('webhook')],
      tracing,
    ])
  })

  it('allow receiveSalesforceEvents to write its log, send changes, keep what failed and read one parameter, no more', () => {
    expect(grants('ReceiveSalesforceEventsRole')).toEqual([
      ['logs:CreateLogStream logs:PutLogEvents', getAtt('ReceiveSalesforceEventsLogGroup')],
      ['sqs:SendMessage', getAtt('ChangesQueue')],
      ['sqs:SendMessage', getAtt('SalesforceEventsFailedQueue')],
      [
        'ssm:GetParameters',
        { 'Fn::Sub': `${secretArn}/crm-pay-sync/dev/webhook/SALESFORCE_ORGANIZATION_ID` },
      ],
      tracing,
    ])
  })

  it('allow syncCustomer to process changes, park dead letters, save links and read its keys, no more', () => {
    expect(grants('SyncCustomerRole')).toEqual([
      ['logs:CreateLogStream logs:PutLogEvents', getAtt('SyncCustomerLogGroup')],
      [
        'sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes sqs:ChangeMessageVisibility',
        [getAtt('ChangesQueue'), getAtt('ListedQueue')],
      ],
      ['sqs:SendMessage', [getAtt('ChangesQueue'), getAtt('ListedQueue')]],
      ['sqs:SendMessage', [getAtt('DeadLettersQueue'), getAtt('ManualDeadLettersQueue')]],
      ['dynamodb:GetItem dynamodb:PutItem dynamodb:Query', getAtt('LinksTable')],
      ['dynamodb:Query', { 'Fn::Sub': `\${LinksTable.Arn}/index/byProviderCustomer` }],
      ['ssm:GetParameters', secrets('api')],
      tracing,
    ])
  })

  it('allow retryDeadLetters to redrive dead letters and read why they failed, no more', () => {
    expect(grants('RetryDeadLettersRole')).toEqual([
      ['logs:CreateLogStream logs:PutLogEvents', getAtt('RetryDeadLettersLogGroup')],
      [
        'sqs:ReceiveMessage sqs:DeleteMessage sqs:ChangeMessageVisibility sqs:GetQueueAttributes',
        getAtt('DeadLettersQueue'),
      ],
      ['sqs:SendMessage', getAtt('ManualDeadLettersQueue')],
      ['sqs:SendMessage', getAtt('ChangesQueue')],
      ['dynamodb:Query', getAtt('LinksTable')],
      tracing,
    ])
  })

  it('allow reconcile to keep its place, queue listed records, read links and its keys, no more', () => {
    expect(grants('ReconcileRole')).toEqual([
      ['logs:CreateLogStream logs:PutLogEvents', getAtt('ReconcileLogGroup')],
      ['sqs:SendMessage sqs:GetQueueAttributes', getAtt('ListedQueue')],
      ['dynamodb:GetItem dynamodb:PutItem dynamodb:Scan', getAtt('LinksTable')],
      ['ssm:GetParameters', secrets('api')],
      tracing,
    ])
  })

  it('allow renewChannels to read all secrets of CRMs and to share their access tokens, no more', () => {
    expect(grants('RenewChannelsRole')).toEqual([
      ['logs:CreateLogStream logs:PutLogEvents', getAtt('RenewChannelsLogGroup')],
      ['dynamodb:GetItem dynamodb:PutItem', getAtt('LinksTable')],
      ['ssm:GetParameters', [secrets('api'), secrets('webhook')]],
      tracing,
    ])
    const [, tokens] = statements('RenewChannelsRole')
    expect(tokens).toMatchObject({
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['token/*'] } },
    })
  })

  it('are one for each function, for Lambda only, and none allows an action by wildcard', () => {
    const roles = ofType('AWS::IAM::Role').flatMap(([id, { Condition }]) => (Condition ? [] : id))
    expect(roles).toEqual(Object.keys(functions).map((id) => `${id}Role`))
    for (const role of roles) {
      expect(JSON.stringify(properties(role)['AssumeRolePolicyDocument'])).toContain('"lambda.amazonaws.com"')
      expect(statements(role).flatMap(({ Action }) => Action)).not.toContainEqual(
        expect.stringContaining('*'),
      )
    }
  })
})

describe('the alarms', () => {
  type Dimension = { readonly Name: string; readonly Value: unknown }
  type Watched = { readonly Namespace: string; readonly MetricName: string; readonly Dimensions: Dimension[] }
  type Member = {
    readonly Id: string
    readonly Expression?: string
    readonly MetricStat?: { Metric: Watched; Period: number }
  }

  const alarms = () =>
    ofType('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => [id, Properties] as const)
  const members = (alarm: Properties) => (alarm['Metrics'] ?? []) as readonly Member[]
  /** The metrics that an alarm uses, directly or in its expression. */
  const watchedBy = (alarm: Properties): readonly Watched[] =>
    alarm['Metrics']
      ? members(alarm).flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])
      : [alarm as unknown as Watched]
  const expressionOf = (id: string) => members(properties(id)).flatMap(({ Expression }) => Expression ?? [])
  const deadLetters = getAtt('DeadLettersQueue', 'QueueName')
  const forAnOperator = getAtt('ManualDeadLettersQueue', 'QueueName')
  const changes = getAtt('ChangesQueue', 'QueueName')

  it('exist for every condition that needs an operator', () => {
    const watched = alarms().map(([id, alarm]) => [
      id,
      watchedBy(alarm).map(({ MetricName, Dimensions }) => [MetricName, Dimensions[0]?.Value]),
      alarm['Threshold'],
    ])
    expect(watched).toEqual([
      ...Object.keys(functions).flatMap((id) =>
        ['Errors', 'Throttles'].map((metric) => [
          `${id}${metric}Alarm`,
          [[metric, { Ref: `${id}LambdaFunction` }]],
          1,
        ]),
      ),
      ['WalksFailedAlarm', [['WalksFailed', 'dev']], 1],
      ['ComparisonsStoppedAlarm', [['ComparisonsStopped', 'dev']], 1],
      [
        'SalesforceEventsFailedAlarm',
        [['ApproximateNumberOfMessagesVisible', getAtt('SalesforceEventsFailedQueue', 'QueueName')]],
        1,
      ],
      [
        'DeadLettersAlarm',
        [
          ['ApproximateNumberOfMessagesVisible', deadLetters],
          ['ApproximateNumberOfMessagesNotVisible', deadLetters],
        ],
        1,
      ],
      [
        'DeadLettersGrowthAlarm',
        [
          ['ApproximateNumberOfMessagesVisible', deadLetters],
          ['ApproximateNumberOfMessagesNotVisible', deadLetters],
        ],
        1,
      ],
      ['DeadLettersAgeAlarm', [['ApproximateAgeOfOldestMessage', deadLetters]], 10 * 86_400],
      ...['ManualDeadLettersAlarm', 'ManualDeadLettersGrowthAlarm'].map((id) => [
        id,
        [
          ['ApproximateNumberOfMessagesVisible', forAnOperator],
          ['ApproximateNumberOfMessagesNotVisible', forAnOperator],
        ],
        1,
      ]),
      ['ManualDeadLettersAgeAlarm', [['ApproximateAgeOfOldestMessage', forAnOperator]], 10 * 86_400],
      ['OldestChangeAlarm', [['ApproximateAgeOfOldestMessage', changes]], 1800],
      ['ChangesInFlightAlarm', [['ApproximateNumberOfMessagesNotVisible', changes]], 100_000],
      [
        'ProviderPausedAlarm',
        [
          ['ProviderPaused', 'dev'],
          ['ChangesHeldByPause', 'dev'],
        ],
        1,
      ],
      ['ChangeLatencyAlarm', [['ChangeLatency', 'dev']], 60_000],
      ['WebhookServerErrorsAlarm', [['5xx', { Ref: 'HttpApi' }]], 1],
      ['WebhooksUnreadableAlarm', [['WebhooksUnreadable', 'dev']], 1],
      [
        'WebhooksRefusedAlarm',
        [
          ['WebhooksRefused', 'dev'],
          ['WebhooksAccepted', 'dev'],
        ],
        0.25,
      ],
    ])
  })

  it('use existing metrics, with their dimensions', () => {
    for (const [id, alarm] of alarms()) {
      for (const { Namespace, MetricName, Dimensions } of watchedBy(alarm)) {
        const names = Dimensions.map(({ Name }) => Name)
        expect([id, names]).toEqual([id, dimensionsOf(Namespace, MetricName)])
      }
    }
  })

  it('use the metrics they declare in expressions, and watch one result', () => {
    for (const [id, alarm] of alarms()) {
      const [result, ...others] = members(alarm).filter((member) => !('ReturnData' in member))
      expect([id, others]).toEqual([id, []])
      const ids = members(alarm).flatMap((member) => (member === result ? [] : member.Id))
      const used = new Set(result?.Expression?.match(/\b[a-z]\w*/g))
      expect([id, [...used].toSorted()]).toEqual([id, ids.toSorted()])
    }
  })

  it('report each further dead letter, in addition to reporting that there are any', () => {
    expect(expressionOf('DeadLettersAlarm')).toEqual(['waiting + hidden'])
    expect(expressionOf('DeadLettersGrowthAlarm')).toEqual(['DIFF(waiting + hidden)'])
    expect(properties('DeadLettersAlarm')).toMatchObject({
      OKActions: expect.anything(),
      EvaluationPeriods: 1,
    })
    expect(properties('DeadLettersGrowthAlarm')).toMatchObject({ EvaluationPeriods: 1 })
    expect(properties('DeadLettersGrowthAlarm')).not.toHaveProperty('OKActions')
  })

  it('stay on while changes wait for a paused provider, which are received at least every five minutes', () => {
    expect(expressionOf('ProviderPausedAlarm')).toEqual(['pauses + changes'])
    const { EvaluationPeriods, DatapointsToAlarm, OKActions } = properties('ProviderPausedAlarm')
    const periods = members(properties('ProviderPausedAlarm')).flatMap(
      ({ MetricStat }) => MetricStat?.Period ?? [],
    )
    expect(Number(EvaluationPeriods) * Math.min(...periods)).toBeGreaterThan(300)
    expect([DatapointsToAlarm, periods]).toEqual([1, [60, 60]])
    expect(OKActions).toBeDefined()
  })

  it('watch the share of refused webhooks only when there are enough webhooks', () => {
    expect(expressionOf('WebhooksRefusedAlarm')).toEqual([
      'IF(refused + accepted >= 20, refused / (refused + accepted), 0)',
    ])
  })

  it('say what happened and what to do, and clear when nothing is counted', () => {
    for (const [id, { AlarmDescription, TreatMissingData }] of alarms()) {
      expect(`${id}: ${AlarmDescription}`).toMatch(/: .+\. .*\b(See|Run|Ask)\b.*\.$/is)
      expect(String(AlarmDescription).length).toBeLessThanOrEqual(1024)
      expect([id, TreatMissingData]).toEqual([id, 'notBreaching'])
    }
  })
})

const getDev = () => dev
const getProd = () => prod
alarmTargetsSuite(getDev, getProd, topicArn)
alarmChatSuite(getDev, getProd)
dashboardSuite(getDev, getProd)
savedQueriesSuite(getDev)
packagedFunctionsSuite(getDev)

describe('the deployed template', () => {
  it('contains no AWS account and no secret, only the paths of the secrets', () => {
    expect(dev.text).not.toMatch(/\b\d{12}\b/)
    for (const { text } of [dev, prod]) {
      expect(text).not.toMatch(/whsec_|sk_(test|live)_|pk_(test|live)|offline|hooks\.slack/)
    }
    for (const id of Object.keys(functions)) {
      expect(environmentOf(id)['SECRETS_PATH']).toBe('/crm-pay-sync/dev/')
      expect(
        Object.keys(environmentOf(id)).filter((name) => /SECRET$|TOKEN|PASSWORD|_KEY/.test(name)),
      ).toEqual([])
    }
  })

  describe.each(Object.entries(functions))('the bundle of %s', (id, key) => {
    let folder: string
    let bundle: string
    let content: Buffer

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-bundle-'))
      const [file, ...others] = readZip(join(dev.folder, `${key}.zip`))
      expect(others).toEqual([])
      if (!file) throw new Error('the archive is empty')
      content = file[1]
      bundle = join(folder, 'index.cjs')
      writeFileSync(bundle, content)
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    it('is one file within its budget', () => {
      expect(content.byteLength).toBeLessThanOrEqual(bundleBudgets[key] ?? 0)
    })

    it('holds nothing of the offline halves', () => {
      const halves = [...Object.values(offlineSources), ...Object.values(offlineProviders)]
      const invented = halves.flatMap(({ secrets }) => Object.values(secrets))
      expect(invented.filter((secret) => content.includes(secret))).toEqual([])
      expect(content.includes('_sandbox')).toBe(false)
    })

    it('holds no code that calls an API it never calls', () => {
      const [reads, writes, lists] = ['batch/read', 'sforce-call-options', 'SystemModstamp >='].map((text) =>
        content.includes(text),
      )
      if (key === 'syncCustomer') expect([reads, writes, lists]).toEqual([true, true, false])
      if (key.startsWith('receive')) expect([reads, writes, lists]).toEqual([false, false, false])
    })

    it('loads with the variables that AWS provides, and makes no call while loading', () => {
      const script = `
        require('node:net').Socket.prototype.connect = () => { throw new Error('opened a connection') }
        const { handler } = require(${JSON.stringify(bundle)})
        setTimeout(() => console.log(typeof handler), 100)`
      const output = execFileSync(process.execPath, ['-e', script], {
        env: bareEnvironment(id),
        encoding: 'utf8',
      })
      expect(output.trim()).toBe('function')
    })
  })
})

/** What the sources and providers of a bundle may hold: 8 kB each. */
const adapterBytes = 8_000 * (Object.keys(offlineSources).length + Object.keys(offlineProviders).length)
/** In bytes. Each 100 kB are two to three milliseconds of a cold start. */
const bundleBudgets: Readonly<Record<string, number>> = {
  receiveWebhook: 428_000 + adapterBytes,
  receiveSalesforceEvents: 428_000 + adapterBytes,
  syncCustomer: 545_000 + adapterBytes,
  retryDeadLetters: 330_000,
  reconcile: 505_000 + adapterBytes,
  renewChannels: 465_000 + adapterBytes,
}

/** The template's variables as CloudFormation would resolve them; nothing of this machine. */
function bareEnvironment(id: string): Record<string, string> {
  const deployed = (name: string, value: unknown) => {
    if (typeof value === 'string') return value
    return name === 'LINKS_TABLE' ? 'links' : `https://aws.example/${(value as Properties)['Ref'] ?? ''}`
  }
  const variables = Object.entries(environmentOf(id)).map(([name, value]) => [name, deployed(name, value)])
  return { ...Object.fromEntries(variables), AWS_REGION: 'eu-west-1' }
}
