import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dynamodbBreakers } from '../../../lib/aws/breakers.ts'
import { sqsChangeQueue } from '../../../lib/aws/change-queue.ts'
import { dynamodbClient, sqsClient } from '../../../lib/aws/clients.ts'
import type { CustomerChange } from '../../../lib/core/model/change.ts'
import { newLink, type ParkedFailure } from '../../../lib/core/model/link.ts'
import { logGroupsOf } from '../../../lib/operator/stage/stage-resources.ts'
import { sourceNames } from '../../../lib/sources/registry.ts'
import { aLine } from '../../operator/log/a-line.ts'
import { type FakeCloudWatch, startCloudWatch } from '../../support/cloudwatch.ts'
import { createFifoQueue, createLinksTable, testAws } from '../../support/embedded.ts'
import { aStack, type TestStack } from '../a-stack.ts'
import { runCommand } from '../run-command.ts'

/** When each source last accepted a webhook, if HubSpot alone did. */
const onlyHubspot = (at: string) =>
  sourceNames.map((source) => ({ source, lastAcceptedAt: source === 'hubspot' ? at : null }))

const ref = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501' } as const
const change: CustomerChange = {
  ...ref,
  v: 1,
  kind: 'changed',
  eventId: 'e1',
  receivedAt: '2026-03-01T08:00:00.000Z',
}
const failure: ParkedFailure = {
  provider: 'notchpay',
  code: 'CONTACT_MISSING',
  reason: 'no e-mail address and no phone number',
  field: null,
  attempts: 1,
  firstFailedAt: '2026-03-01T08:00:00.000Z',
  retryable: false,
}
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

describe('npm run status', () => {
  let folder: string
  let logFile: string
  let stack: TestStack
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-status-'))
    logFile = join(folder, 'functions.log')
    stack = await aStack({ logFile })
  })
  afterEach(() => {
    stack.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const statusOf = async (of = stack) => {
    const { code, stdout, stderr } = await of.run('status', '--json')
    return { code, stderr, status: JSON.parse(stdout) }
  }
  const pause = async (until: string) => {
    const client = dynamodbClient(testAws())
    const breakers = dynamodbBreakers(client, stack.info.linksTable)
    const record = {
      state: 'open',
      code: 'KEY_REFUSED',
      trips: 3,
      since: minutesAgo(9),
      until,
      revision: 0,
    } as const
    await breakers.saveBreaker({ ...record, provider: 'notchpay', mode: 'test' })
    client.destroy()
  }

  it('is healthy when nothing needs a person: exit 0, no actions', async () => {
    const accepted = minutesAgo(3)
    const lines = [
      aLine('webhook accepted', { source: 'hubspot' }, minutesAgo(9)),
      aLine('webhook accepted', { source: 'hubspot' }, accepted),
      aLine('webhook refused', { source: 'pipedrive', status: 401 }),
    ]
    writeFileSync(logFile, `${lines.join('\n')}\n`)
    expect(await statusOf()).toEqual({
      code: 0,
      stderr: '',
      status: {
        healthy: true,
        queue: { waiting: 0, inFlight: 0, oldestSeconds: 0 },
        deadLetters: { total: 0, manual: 0, byCode: {} },
        providers: ['notchpay', 'wooshpay'].map((provider) => ({
          provider,
          mode: null,
          state: 'ok',
          since: null,
          until: null,
          code: null,
        })),
        sources: onlyHubspot(accepted),
        undecided: 0,
        actions: [],
      },
    })
    const { stdout } = await stack.run('status')
    expect(stdout).toMatch(/^healthy: nothing needs a person\n\nqueue +empty\ndead letters +none\n/)
    expect(stdout).toMatch(/^hubspot +last webhook 3 min ago$/m)
    expect(stdout).toMatch(/^pipedrive +no webhook in the log$/m)
  })

  it('names a paused provider, why it is paused, and the fix', async () => {
    const until = new Date(Date.now() + 60_000).toISOString()
    await pause(until)
    const { code, status } = await statusOf()
    expect(code).toBe(1)
    expect(status).toMatchObject({
      healthy: false,
      providers: [
        { provider: 'notchpay', mode: 'test', state: 'paused', code: 'KEY_REFUSED', until },
        { provider: 'wooshpay', mode: null, state: 'ok' },
      ],
      actions: [{ what: expect.stringContaining('Put the right key into'), command: 'npm run doctor' }],
    })
    const { stdout } = await stack.run('status')
    expect(stdout).toMatch(
      /^1 thing needs a person\n\n● notchpay \(test\) is paused until .* after KEY_REFUSED/,
    )
    expect(stdout).toMatch(/^notchpay +paused \(test\) since 9 min ago, after KEY_REFUSED$/m)
  })

  it('does not claim to know a provider that no change has tried since its pause', async () => {
    await pause(minutesAgo(60))
    const { code, status } = await statusOf()
    expect([code, status.providers[0]]).toEqual([
      0,
      expect.objectContaining({ state: null, code: 'KEY_REFUSED' }),
    ])
    expect((await stack.run('status')).stdout).toMatch(
      /^notchpay +unknown \(test\): no change has tried it since its pause ended 1 hr ago, after KEY_REFUSED$/m,
    )
  })

  it('needs nobody for dead letters that are retried automatically', async () => {
    await stack.deadLetters.park(change, { ...failure, code: 'PROVIDER_FAILED', retryable: true })
    const { code, status } = await statusOf()
    expect([code, status.healthy, status.deadLetters]).toEqual([
      0,
      true,
      { total: 1, manual: 0, byCode: { PROVIDER_FAILED: 1 } },
    ])
    expect((await stack.run('status')).stdout).toMatch(
      /^dead letters +1: 1 retried automatically \(1 PROVIDER_FAILED\)$/m,
    )
  })

  it('names dead letters that need an operator by their code, and leaves them visible', async () => {
    await stack.deadLetters.park(change, failure)
    await stack.deadLetters.park({ ...change, eventId: 'e2' }, failure)
    // Its automatic retries are used up; the next scheduled run moves it.
    await stack.deadLetters.park(
      { ...change, eventId: 'e3', round: 3 },
      { ...failure, code: 'TIMEOUT', retryable: true },
    )
    for (const _ of ['once', 'again']) {
      const { code, status } = await statusOf()
      expect([code, status.deadLetters]).toEqual([
        1,
        { total: 3, manual: 3, byCode: { CONTACT_MISSING: 2, TIMEOUT: 1 } },
      ])
      expect(status.actions).toEqual([
        {
          what: '3 dead letters need an operator: 2 CONTACT_MISSING, 1 TIMEOUT',
          command: 'npm run dead-letters -- list',
        },
      ])
    }
  })

  it('counts the links that an operator has to decide', async () => {
    for (const recordId of ['1', '2', '3']) {
      const state = recordId === '3' ? 'linked' : 'undecided'
      await stack.links.saveLink({ ...newLink({ ...ref, recordId }, 'notchpay', 'test'), state })
    }
    const { code, status } = await statusOf()
    expect([code, status.undecided, status.actions]).toEqual([
      1,
      2,
      [
        {
          what: '2 records need a decision: which customer is it?',
          command: 'npm run links -- list --state undecided',
        },
      ],
    ])
  })

  it('tells for how long the oldest change has waited, and for what setting', async () => {
    await sqsChangeQueue(stack.sqs, stack.info.changesQueueUrl).send([change])
    const about = { ...ref, eventIds: ['e1'] }
    const lines = [
      aLine('change queued', { ...about, eventIds: ['e0'] }, minutesAgo(30)),
      aLine('customer updated', { ...about, eventIds: ['e0'] }, minutesAgo(29)),
      aLine('change queued', about, minutesAgo(2)),
      aLine('change will be tried again', { ...about, code: 'CRM_DENIED' }, minutesAgo(1)),
    ]
    writeFileSync(logFile, `${lines.join('\n')}\n`)
    const { code, status } = await statusOf()
    expect([code, status.queue.waiting, Math.floor(status.queue.oldestSeconds / 60)]).toEqual([1, 1, 2])
    expect(status.actions).toEqual([
      {
        what: expect.stringMatching(/^1 record waits for hubspot after CRM_DENIED\. Check the token/),
        command: 'npm run why -- 501',
      },
    ])
  })

  it('shows what it could read where a part cannot be read, and names that part', async () => {
    const broken = await aStack({ linksTable: 'no-such-table', logFile: folder })
    const { code, stderr, status } = await statusOf(broken)
    broken.close()
    expect([code, status.healthy]).toEqual([1, false])
    expect(status).toMatchObject({
      queue: { waiting: 0, inFlight: 0 },
      deadLetters: { total: 0 },
      providers: null,
      undecided: null,
    })
    const lines = stderr.trimEnd().split('\n').toSorted()
    expect(lines).toEqual([
      expect.stringMatching(/^cannot read the log: .* cannot be read \(EISDIR\)$/),
      expect.stringMatching(/^cannot read the state of the providers: there is no such stage/),
      expect.stringMatching(/^cannot read the undecided links: there is no such stage/),
    ])
    expect(status.actions.map(({ what }: { what: string }) => what).toSorted()).toEqual(lines)
  })

  it('ends with 2 and one line when no stack is running', async () => {
    const { code, stdout, stderr } = await runCommand('status', ['--json'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe('no local stack is running on port 1: start one with npm start, or give --stage\n')
  })

  it('is no error when the reader closes the pipe early', async () => {
    const { code, stderr } = await stack.start(({ stdout }) => stdout?.destroy(), 'status')
    expect([code, stderr]).toEqual([0, ''])
  })
})

describe('npm run status --stage', () => {
  const stage = `status-${randomInt(1e9)}`
  const groups = logGroupsOf(stage)
  let cloudWatch: FakeCloudWatch
  let environment: Record<string, string>
  beforeAll(async () => {
    cloudWatch = await startCloudWatch(groups)
    const { dynamodbEndpoint = '', sqsEndpoint = '', region } = testAws()
    environment = {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
      AWS_ENDPOINT_URL_SQS: sqsEndpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.url,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: cloudWatch.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    }
    await createLinksTable(`crm-pay-sync-${stage}-links`)
    for (const name of ['changes-dlq', 'changes-dlq-manual']) {
      await createFifoQueue({}, `crm-pay-sync-${stage}-${name}.fifo`)
    }
    const changes = await createFifoQueue({}, `crm-pay-sync-${stage}-changes.fifo`)
    const sqs = sqsClient(testAws())
    await sqsChangeQueue(sqs, changes).send([change])
    sqs.destroy()
  })
  afterAll(() => cloudWatch.close())

  const ask = async () => {
    const { code, stdout, stderr } = await runCommand('status', ['--stage', stage, '--json'], environment)
    return { code, stderr, status: JSON.parse(stdout) }
  }

  it('reads the log and the age of the oldest change from CloudWatch', async () => {
    const accepted = minutesAgo(2)
    const message = aLine('webhook accepted', { source: 'hubspot' }, accepted)
    cloudWatch.events.push({ group: groups[0] ?? '', timestamp: Date.parse(accepted), message })
    cloudWatch.measured.push({
      metric: 'AWS/SQS/ApproximateAgeOfOldestMessage',
      dimension: `QueueName=crm-pay-sync-${stage}-changes.fifo`,
      stat: 'Maximum',
      period: 60,
      at: Date.parse(minutesAgo(3)),
      value: 77,
    })
    const { code, stderr, status } = await ask()
    expect([code, stderr]).toEqual([0, ''])
    expect(status).toMatchObject({
      healthy: true,
      queue: { waiting: 1, inFlight: 0, oldestSeconds: 77 },
      providers: [{ provider: 'notchpay', mode: null, state: 'ok' }, { provider: 'wooshpay' }],
      sources: onlyHubspot(accepted),
    })
  })

  it('names the permission that is missing, and shows the rest', async () => {
    for (const operation of ['StartQuery', 'GetMetricData']) cloudWatch.denied.add(operation)
    const { code, stderr, status } = await ask()
    expect(code).toBe(1)
    expect(stderr.trimEnd().split('\n').toSorted()).toEqual([
      'cannot read the age of the oldest change: these AWS credentials lack the permission cloudwatch:GetMetricData',
      'cannot read the log: these AWS credentials lack the permission logs:StartQuery',
    ])
    expect(status).toMatchObject({ queue: { waiting: 1, oldestSeconds: null }, undecided: 0 })
    expect(status.actions[0].command).toBe(`npm run status -- --stage ${stage}`)
  })
})
