import { secretScopes } from '../../../lib/adapters.ts'
import { examine } from '../../../lib/operator/doctor/doctor.ts'
import { offlineSources } from '../../../lib/sources/offline.ts'
import { sources } from '../../../lib/sources/registry.ts'
import { newSealingKey } from '../../../lib/support/seal.ts'
import { type FakeAwsApi, startAwsApi } from '../../support/aws-api.ts'
import { type DoctorWorld, problemsIn, secrets, startDoctorWorld } from '../../support/doctor-world.ts'
import { type FakeParameterStore, startParameterStore } from '../../support/parameter-store.ts'

let world: DoctorWorld
let aws: FakeAwsApi
let store: FakeParameterStore
beforeAll(async () => {
  world = await startDoctorWorld()
  ;[aws, store] = await Promise.all([startAwsApi(), startParameterStore({})])
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: world.info.dynamodbUrl,
    AWS_ENDPOINT_URL_SQS: world.info.sqsUrl,
    AWS_ENDPOINT_URL_SSM: store.url,
    AWS_ENDPOINT_URL_LAMBDA: aws.url,
    AWS_ENDPOINT_URL_CLOUDWATCH: aws.url,
    AWS_EC2_METADATA_DISABLED: 'true',
  })
})
afterAll(async () => {
  aws.close()
  store.close()
  await world.close()
})

const stackName = () => world.template.stackName
const alarmNamed = (id: string) => ({
  AlarmName: `${stackName()}-${id}-1A2B3C4D5E6F`,
  AlarmDescription: `what to do about ${id}`,
  ActionsEnabled: true,
  AlarmActions: ['arn:aws:sns:us-east-1:000000000000:alarms'],
})
const mapping = (queue = 'changes') => ({
  UUID: 'mapping-1',
  EventSourceArn: `arn:aws:sqs:us-east-1:000000000000:${stackName()}-${queue}.fifo`,
  FunctionResponseTypes: ['ReportBatchItemFailures' as const],
  BatchSize: queue === 'listed' ? 1 : 10,
  State: 'Enabled',
})

beforeEach(() => {
  const parameters = (['webhook', 'api'] as const).flatMap((scope) =>
    secretScopes[scope].map((name) => [`/crm-pay-sync/${world.stage}/${scope}/${name}`, secrets[name] ?? '']),
  )
  store.values = Object.fromEntries(parameters)
  store.intercept = () => undefined
  aws.variables = world.environment
  aws.mappings = [mapping(), mapping('listed')]
  aws.alarms = world.template.alarms.map(alarmNamed)
  aws.denied = new Set()
})

const set = (path: string, value: string) => {
  store.values = { ...store.values, [`/crm-pay-sync/${world.stage}/${path}`]: value }
}
/** The embedded table knows no backups. */
const problems = async (options: { url?: string; region?: string } = {}) => {
  const { 'table-backups': backups, ...others } = problemsIn(
    await examine({ stage: world.stage, ...options }),
  )
  expect(backups?.[0]).toMatch(/^could not be checked: .*UnknownOperation/)
  return others
}

/** The CRMs that tell nothing about their webhooks. */
const withoutWebhookCheck = Object.entries(offlineSources)
  .filter(([, { diagnosis }]) => diagnosis?.webhook === undefined)
  .map(([name]) => `webhook ${name}`)

describe('doctor on a deployed stage', () => {
  it('finds nothing wrong with a healthy one', async () => {
    expect(await problems()).toEqual({})
    const findings = await examine({ stage: world.stage })
    expect(
      findings.filter(({ finding }) => finding.startsWith('could not')).map(({ check }) => check),
    ).toEqual([...withoutWebhookCheck, 'table-backups'])
  })

  it('tells how to store a secret that is missing, in the region that was given', async () => {
    set('api/HUBSPOT_ACCESS_TOKEN', '')
    const found = await problems({ region: 'us-east-1' })
    expect(found).toEqual({
      'secret HUBSPOT_ACCESS_TOKEN': [
        'is not set',
        `Run: aws ssm put-parameter --type SecureString --overwrite --name /crm-pay-sync/${world.stage}/api/HUBSPOT_ACCESS_TOKEN --value <value> --region us-east-1`,
      ],
    })
  })

  it('takes a source without any secret as not connected, unless no source has one', async () => {
    const storeAllBut = (words: RegExp) => {
      const kept = Object.entries(store.values).filter(([path]) => !words.test(path))
      store.values = Object.fromEntries(kept)
    }
    storeAllBut(/STANDARD/)
    const findings = await examine({ stage: world.stage })
    expect(findings.filter(({ check }) => check.includes('standard-webhooks'))).toEqual([
      {
        check: 'source standard-webhooks',
        ok: true,
        finding: 'not connected: none of its secrets is set, so its webhooks are answered 401',
        fix: null,
      },
    ])
    const ofSources = Object.values(sources)
    storeAllBut(
      new RegExp(ofSources.flatMap((source) => [...source.webhookSecrets, ...source.apiSecrets]).join('|')),
    )
    const addresses = ofSources.flatMap(({ apiUrls }) => Object.keys(apiUrls))
    aws.variables = Object.fromEntries(
      Object.entries(world.environment).filter(([name]) => !addresses.includes(name)),
    )
    expect((await problems())['source hubspot']).toEqual([
      'not connected: none of its secrets is set, so its webhooks are answered 401',
      expect.stringContaining('Connect a CRM, for example as docs/connect/hubspot.md says.'),
    ])
  })

  it('compares the sealing keys of both functions', async () => {
    set('webhook/SEALING_KEYS', newSealingKey())
    expect(await problems()).toEqual({
      'sealing-keys': [
        expect.stringContaining('differ'),
        expect.stringContaining('Put the same value in both'),
      ],
    })
    set('webhook/SEALING_KEYS', '')
    expect(await problems()).toEqual({
      'sealing-keys': [
        'SEALING_KEYS is not set for webhook',
        expect.stringMatching(/^Run: .*deploy .*which makes the key\.$/),
      ],
    })
  })

  it('has advice from the page of error codes for a key that is refused', async () => {
    set('api/NOTCHPAY_PUBLIC_KEY', 'pk_test_revoked')
    expect((await problems())['provider notchpay']?.[1]).toMatch(
      /^Put the right key into Parameter Store.*docs\/errors\.md#key_refused$/,
    )
  })

  it('an event source mapping that is missing, double, disabled or configured otherwise', async () => {
    const found = async (...mappings: ReturnType<typeof mapping>[]) => {
      aws.mappings = [...mappings, mapping('listed')]
      return (await problems())['event-source changes']
    }
    expect(await found()).toEqual([
      expect.stringMatching(/changes\.fifo does not feed .*-syncCustomer$/),
      expect.stringContaining(`deploy`),
    ])
    expect(await found(mapping(), { ...mapping(), UUID: 'mapping-2' })).toEqual([
      expect.stringMatching(/feeds .*-syncCustomer 2 times$/),
      'Delete the mapping that the stack does not own: one of mapping-1, mapping-2.',
    ])
    const update = 'Run: aws lambda update-event-source-mapping --uuid mapping-1'
    expect((await found({ ...mapping(), State: 'Disabled' }))?.[1]).toBe(`${update} --enabled`)
    expect((await found({ ...mapping(), FunctionResponseTypes: [] }))?.[1]).toBe(
      `${update} --function-response-types ReportBatchItemFailures`,
    )
    expect((await found({ ...mapping(), BatchSize: 1 }))?.[1]).toBe(`${update} --batch-size 10`)
  })

  it('alarms that are missing, off, silent or ringing', async () => {
    const [first = '', ...others] = world.template.alarms
    const found = async (change: object | null) => {
      const changed = change ? [{ ...alarmNamed(first), ...change }] : []
      aws.alarms = [...changed, ...others.map(alarmNamed)]
      return (await problems())['alarms']
    }
    expect(await found(null)).toEqual([`missing: ${first}`, expect.stringContaining('deploy')])
    expect(await found({ ActionsEnabled: false })).toEqual([
      `switched off: ${first}`,
      `Run: aws cloudwatch enable-alarm-actions --alarm-names ${alarmNamed(first).AlarmName}`,
    ])
    expect(await found({ AlarmActions: [] })).toEqual([
      `nobody is told of 1 of ${others.length + 1} alarms`,
      expect.stringContaining('--param=alarmEmail=ops@example.com'),
    ])
    expect(await found({ StateValue: 'ALARM' })).toEqual([`in alarm: ${first}`, `what to do about ${first}`])
  })

  it('names a missing permission in its own check, and makes the others', async () => {
    aws.denied = new Set(['DescribeAlarms', 'ListEventSourceMappings'])
    expect(await problems()).toEqual({
      alarms: [
        'could not be checked: these AWS credentials may not call cloudwatch:DescribeAlarms',
        'Allow cloudwatch:DescribeAlarms for the credentials that this command runs with.',
      ],
      'event-source changes': [expect.stringContaining('lambda:ListEventSourceMappings'), expect.any(String)],
      'event-source listed': [expect.stringContaining('lambda:ListEventSourceMappings'), expect.any(String)],
    })
  })

  it('needs --url where the function may not be read', async () => {
    aws.denied = new Set(['GetFunctionConfiguration'])
    const findings = await examine({ stage: world.stage })
    expect(problemsIn(findings)['environment']?.[0]).toContain('lambda:GetFunctionConfiguration')
    expect(findings.find(({ check }) => check === 'door')).toMatchObject({
      ok: true,
      finding: 'could not be checked: the webhook URL is not known: give --url',
    })
    expect(await problems({ url: `${world.info.url}/webhooks/` })).toEqual({
      environment: [expect.any(String), expect.any(String)],
    })
  })

  it('says once that Parameter Store may not be read', async () => {
    store.intercept = () => 'AccessDeniedException'
    expect(await problems()).toEqual({
      secrets: [expect.stringContaining('ssm:GetParameters'), expect.any(String)],
    })
  })

  it('refuses a stage that does not exist', async () => {
    await expect(examine({ stage: 'nowhere' })).rejects.toThrow(
      'no stage nowhere in us-east-1: there is no queue crm-pay-sync-nowhere-changes.fifo',
    )
  })
})
