import { resolveIntrinsics } from '../../lib/offline/intrinsics.ts'
import { readResources } from '../../lib/offline/resources.ts'
import type {
  CloudFormationResource,
  FunctionDefinition,
  ServerlessService,
} from '../../lib/offline/serverless.ts'

type Parts = {
  resources?: Record<string, CloudFormationResource>
  functions?: Record<string, FunctionDefinition>
}

const aService = ({ resources = {}, functions = {} }: Parts): ServerlessService => ({
  service: 'shop',
  provider: { region: 'eu-west-1', stage: 'dev' },
  functions,
  resources: { Resources: resources },
  package: {},
  custom: {},
})

const aQueue = (properties: Record<string, unknown>): CloudFormationResource => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: 'orders.fifo', ...properties },
})

const aFunctionFedBy = (sqs: unknown, timeout?: number): FunctionDefinition => ({
  name: 'shop-dev-work',
  handler: 'work.handler',
  events: [{ sqs }],
  ...(timeout && { timeout }),
})

describe('reading the resources of serverless.yml', () => {
  it('takes of a table what gives it its shape, and nothing that only AWS has', () => {
    const shape = {
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }
    const Properties = {
      ...shape,
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true },
    }
    const { tables } = readResources(
      aService({
        resources: { Orders: { Type: 'AWS::DynamoDB::Table', Properties } },
      }),
    )
    expect(tables).toEqual([{ logicalId: 'Orders', input: shape }])
  })

  it('gives a queue every declared attribute as the string SQS wants', () => {
    const resources = {
      Orders: aQueue({ FifoQueue: true, VisibilityTimeout: 360 }),
    }
    expect(readResources(aService({ resources })).queues).toEqual([
      {
        logicalId: 'Orders',
        name: 'orders.fifo',
        attributes: { FifoQueue: 'true', VisibilityTimeout: '360' },
        redrive: null,
      },
    ])
  })

  it('follows a redrive policy to the dead-letter queue of the same file', () => {
    const RedrivePolicy = {
      deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] },
      maxReceiveCount: 7,
    }
    const { queues } = readResources(aService({ resources: { Orders: aQueue({ RedrivePolicy }) } }))
    expect(queues[0]?.redrive).toEqual({ to: 'Dead', maxReceiveCount: 7 })
  })

  it('refuses a redrive policy that points out of the file', () => {
    const RedrivePolicy = {
      deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:1:elsewhere',
      maxReceiveCount: 7,
    }
    expect(() => readResources(aService({ resources: { Orders: aQueue({ RedrivePolicy }) } }))).toThrow(
      'serverless.yml: the redrive policy of Orders must point to a queue of this file',
    )
  })

  it('reads how a queue feeds a function', () => {
    const sqs = {
      arn: { 'Fn::GetAtt': ['Orders', 'Arn'] },
      batchSize: 3,
      maximumConcurrency: 4,
      functionResponseType: 'ReportBatchItemFailures',
    }
    expect(readResources(aService({ functions: { work: aFunctionFedBy(sqs, 60) } })).eventSources).toEqual([
      {
        functionName: 'shop-dev-work',
        queue: 'Orders',
        batchSize: 3,
        maximumConcurrency: 4,
        reportsBatchItemFailures: true,
        timeoutSeconds: 60,
      },
    ])
  })

  it('leaves out a feed that is switched off', () => {
    const sqs = { arn: { 'Fn::GetAtt': ['Orders', 'Arn'] }, enabled: false }
    expect(readResources(aService({ functions: { work: aFunctionFedBy(sqs) } })).eventSources).toEqual([])
  })
})

describe('carrying out CloudFormation functions', () => {
  const placeholder = (name: string) => `\${${name}}`
  const lookup = {
    ref: (id: string) => `ref-${id}`,
    getAtt: (id: string, attribute: string) => `${attribute}-of-${id}`,
  }

  it.each([
    [{ Ref: 'Orders' }, 'ref-Orders'],
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ 'Fn::GetAtt': ['Orders', 'Arn'] }, 'Arn-of-Orders'],
    [{ 'Fn::GetAtt': 'Orders.Arn' }, 'Arn-of-Orders'],
    [
      { 'Fn::Sub': ['AWS::Partition', 'Orders', 'Orders.Arn'].map(placeholder).join(':') },
      'aws:ref-Orders:Arn-of-Orders',
    ],
    [{ list: ['plain', { Ref: 'Orders' }] }, { list: ['plain', 'ref-Orders'] }],
  ])('%j', (value, expected) => {
    expect(resolveIntrinsics(value, lookup, 'eu-west-1')).toEqual(expected)
  })

  it('names a function it does not know instead of handing it on', () => {
    expect(() => resolveIntrinsics({ 'Fn::Split': [',', 'a,b'] }, lookup, 'eu-west-1')).toThrow('Fn::Split')
  })
})
