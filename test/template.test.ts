import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecretScope } from '../lib/config.ts'
import { type Packaged, type Properties, packageService } from './support/packaged-template.ts'
import { readZip } from './support/read-zip.ts'

const functions = {
  ReceiveWebhook: 'receiveWebhook',
  SyncCustomer: 'syncCustomer',
  RetryDeadLetters: 'retryDeadLetters',
} as const
const getAtt = (id: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [id, attribute] })

let dev: Packaged
let prod: Packaged
beforeAll(async () => {
  // One after the other: both go by way of the framework's one folder.
  dev = await packageService()
  prod = await packageService('--stage', 'prod', '--param=alarmEmail=ops@example.com', '--param=tracing=true')
}, 120_000)
afterAll(() => {
  for (const packaged of [dev, prod]) rmSync(packaged.folder, { recursive: true, force: true })
})

const properties = (id: string, packaged = dev) => packaged.template.Resources[id]?.Properties ?? {}
const ofType = (type: string, packaged = dev) =>
  Object.entries(packaged.template.Resources).filter(([, resource]) => resource.Type === type)
const environmentOf = (id: string) =>
  (properties(`${id}LambdaFunction`)['Environment'] as { Variables: Record<string, unknown> }).Variables

describe('the HTTP API', () => {
  it('has the two routes of the door and no other', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey'])
    expect(routes.toSorted()).toEqual(['ANY /webhooks/{source}', 'GET /health'])
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

  it('keep changes in order, encrypted, and a crashing message ends among the dead letters', () => {
    expect(properties('ChangesQueue')).toEqual({
      ...fifo,
      QueueName: 'crm-pay-sync-dev-changes.fifo',
      VisibilityTimeout: 360,
      RedrivePolicy: { deadLetterTargetArn: getAtt('DeadLettersQueue'), maxReceiveCount: 300 },
    })
  })

  it('keep dead letters for fourteen days, those that wait for a person apart from the others', () => {
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

  it('hide a message for at least six runs of the function, and a claim outlives one', () => {
    const timeout = Number(properties('SyncCustomerLambdaFunction')['Timeout'])
    const visibility = Number(properties('ChangesQueue')['VisibilityTimeout'])
    const lease = Number(environmentOf('SyncCustomer')['CLAIM_LEASE_SECONDS'])
    expect(visibility).toBeGreaterThanOrEqual(6 * timeout)
    expect(lease).toBeGreaterThanOrEqual(timeout)
    expect(lease).toBeLessThan(visibility)
  })

  it('feed syncCustomer in batches of ten, bounded, and take back what failed alone', () => {
    const [mapping, ...others] = ofType('AWS::Lambda::EventSourceMapping')
    expect(others).toEqual([])
    expect(mapping?.[1].Properties).toEqual({
      EventSourceArn: getAtt('ChangesQueue'),
      FunctionName: getAtt('SyncCustomerLambdaFunction'),
      BatchSize: 10,
      Enabled: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    })
  })
})

describe('the table', () => {
  it('is keyed by record and link, found by provider customer, on demand, encrypted and backed up', () => {
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

  it('survives its stack on prod, and goes with it elsewhere', () => {
    const fate = ({ template }: Packaged) => {
      const { DeletionPolicy, UpdateReplacePolicy, Properties } = template.Resources['LinksTable'] ?? {}
      return [DeletionPolicy, UpdateReplacePolicy, Properties?.['DeletionProtectionEnabled']]
    }
    expect(fate(dev)).toEqual(['Delete', 'Delete', false])
    expect(fate(prod)).toEqual(['Retain', 'Retain', true])
  })
})

describe('the functions', () => {
  it.each(Object.entries(functions))('%s runs on arm64 and Node 24, in a role of its own', (id, key) => {
    expect(properties(`${id}LambdaFunction`)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      FunctionName: `crm-pay-sync-dev-${key}`,
      Role: getAtt(`${id}Role`),
    })
  })

  it('keep their logs for a while, and longer on prod', () => {
    const days = (packaged: Packaged) =>
      ofType('AWS::Logs::LogGroup', packaged).map(([, { Properties }]) => Properties['RetentionInDays'])
    expect([days(dev), days(prod)]).toEqual([
      [14, 14, 14],
      [90, 90, 90],
    ])
  })

  it('are traced by X-Ray only when asked', () => {
    const tracing = (packaged: Packaged) =>
      properties('SyncCustomerLambdaFunction', packaged)['TracingConfig']
    expect([tracing(dev), tracing(prod)]).toEqual([undefined, { Mode: 'Active' }])
    expect(dev.template.Conditions['IsTraced']).toEqual({ 'Fn::Equals': ['tracing false', 'tracing true'] })
    expect(prod.template.Conditions['IsTraced']).toEqual({ 'Fn::Equals': ['tracing true', 'tracing true'] })
  })
})

describe('the schedule', () => {
  it('runs retryDeadLetters every quarter of an hour, and leaves what fails to the next run', () => {
    const [rule, ...others] = ofType('AWS::Events::Rule')
    expect(others).toEqual([])
    expect(rule?.[1].Properties).toMatchObject({
      ScheduleExpression: 'rate(15 minutes)',
      State: 'ENABLED',
      Targets: [{ Arn: getAtt('RetryDeadLettersLambdaFunction') }],
    })
    const [retries] = ofType('AWS::Lambda::EventInvokeConfig')
    expect(retries?.[1].Properties).toMatchObject({
      FunctionName: { Ref: 'RetryDeadLettersLambdaFunction' },
      MaximumRetryAttempts: 0,
    })
    expect(properties('RetryDeadLettersLambdaFunction')['Timeout']).toBe(60)
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
  /** All that lies under a part of the stage's path: no role names a CRM, so none can be forgotten. */
  const secrets = (scope: SecretScope) => ({ 'Fn::Sub': `${secretArn}/crm-pay-sync/dev/${scope}/*` })
  const secretArn = ['arn:', 'AWS::Partition', ':ssm:', 'AWS::Region', ':', 'AWS::AccountId', ':parameter']
    .map((part) => (part.startsWith('AWS') ? `\${${part}}` : part))
    .join('')
  const tracing = ['xray:PutTraceSegments xray:PutTelemetryRecords', '*']
  it('let receiveWebhook write its log, send changes and read the webhook secrets, no more', () => {
    expect(grants('ReceiveWebhookRole')).toEqual([
      ['logs:CreateLogStream logs:PutLogEvents', getAtt('ReceiveWebhookLogGroup')],
      ['sqs:SendMessage', getAtt('ChangesQueue')],
      ['ssm:GetParameters', secrets('webhook')],
      tracing,
    ])
  })

  it('let syncCustomer work off changes, park dead letters, keep links and read its keys, no more', () => {
    expect(grants('SyncCustomerRole')).toEqual([
      ['logs:CreateLogStream logs:PutLogEvents', getAtt('SyncCustomerLogGroup')],
      [
        'sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes sqs:ChangeMessageVisibility',
        getAtt('ChangesQueue'),
      ],
      ['sqs:SendMessage', getAtt('ChangesQueue')],
      ['sqs:SendMessage', [getAtt('DeadLettersQueue'), getAtt('ManualDeadLettersQueue')]],
      ['dynamodb:GetItem dynamodb:PutItem dynamodb:Query', getAtt('LinksTable')],
      ['dynamodb:Query', { 'Fn::Sub': `\${LinksTable.Arn}/index/byProviderCustomer` }],
      ['ssm:GetParameters', secrets('api')],
      tracing,
    ])
  })

  it('let retryDeadLetters move dead letters back and read why they failed, no more', () => {
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

  it('are three, each for Lambda alone, and none allows an action by wildcard', () => {
    const roles = ofType('AWS::IAM::Role').map(([id]) => id)
    expect(roles).toEqual(['ReceiveWebhookRole', 'SyncCustomerRole', 'RetryDeadLettersRole'])
    for (const role of roles) {
      expect(JSON.stringify(properties(role)['AssumeRolePolicyDocument'])).toContain('"lambda.amazonaws.com"')
      expect(statements(role).flatMap(({ Action }) => Action)).not.toContainEqual(
        expect.stringContaining('*'),
      )
    }
  })
})

describe('the alarms', () => {
  const alarms = () =>
    ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
      const [dimension] = Properties['Dimensions'] as { Value: unknown }[]
      return [Properties['MetricName'], dimension?.Value, Properties['Threshold']]
    })

  it('watch dead letters, the age of the oldest message, paused providers, and errors and throttles of each function', () => {
    expect(alarms()).toEqual(
      expect.arrayContaining([
        ['ApproximateNumberOfMessagesVisible', getAtt('DeadLettersQueue', 'QueueName'), 1],
        ['ApproximateAgeOfOldestMessage', getAtt('DeadLettersQueue', 'QueueName'), 10 * 86_400],
        ['ApproximateNumberOfMessagesVisible', getAtt('ManualDeadLettersQueue', 'QueueName'), 1],
        ['ApproximateAgeOfOldestMessage', getAtt('ManualDeadLettersQueue', 'QueueName'), 10 * 86_400],
        ['ApproximateAgeOfOldestMessage', getAtt('ChangesQueue', 'QueueName'), 1800],
        ['ProviderPaused', 'dev', 1],
        ...Object.keys(functions).flatMap((id) =>
          ['Errors', 'Throttles'].map((metric) => [metric, { Ref: `${id}LambdaFunction` }, 1]),
        ),
      ]),
    )
  })

  it('are sent to the address given, and to nobody without one', () => {
    const toTopic = { 'Fn::If': ['HasAlarmEmail', [{ Ref: 'AlarmTopic' }], { Ref: 'AWS::NoValue' }] }
    for (const [, { Properties }] of ofType('AWS::CloudWatch::Alarm')) {
      expect(Properties['AlarmActions']).toEqual(toTopic)
    }
    expect(dev.template.Resources['AlarmTopic']?.Condition).toBe('HasAlarmEmail')
    expect(dev.template.Conditions['HasAlarmEmail']).toEqual({ 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] })
    expect(properties('AlarmTopic', prod)['Subscription']).toEqual([
      { Protocol: 'email', Endpoint: 'ops@example.com' },
    ])
  })
})

describe('what is deployed', () => {
  it('holds no AWS account and no secret, only where the secrets lie', () => {
    expect(dev.text).not.toMatch(/\b\d{12}\b/)
    expect(dev.text).not.toMatch(/whsec_|sk_(test|live)_|pk_(test|live)|offline/)
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

    it('is one file of at most 700 kB', () => {
      expect(content.byteLength).toBeLessThanOrEqual(700_000)
    })

    it('loads with what AWS gives it, and calls nobody while loading', () => {
      const script = `
        require('node:net').Socket.prototype.connect = () => { throw new Error('called somebody') }
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

/** The variables of the template, as CloudFormation would fill them in, and nothing of this machine's. */
function bareEnvironment(id: string): Record<string, string> {
  const deployed = (name: string, value: unknown) => {
    if (typeof value === 'string') return value
    return name === 'LINKS_TABLE' ? 'links' : `https://aws.example/${(value as Properties)['Ref'] ?? ''}`
  }
  const variables = Object.entries(environmentOf(id)).map(([name, value]) => [name, deployed(name, value)])
  return { ...Object.fromEntries(variables), AWS_REGION: 'eu-west-1' }
}
