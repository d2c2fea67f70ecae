import { randomUUID } from 'node:crypto'
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { sqsClient } from '../../lib/aws/clients.ts'
import type { CustomerChange } from '../../lib/core/change.ts'
import { newLink, type ParkedFailure } from '../../lib/core/link.ts'
import { receiveAll, testAws } from '../support/embedded.ts'
import { aStack, type TestStack } from './a-stack.ts'
import { runCommand } from './run-command.ts'

jest.setTimeout(60_000)

const failure: ParkedFailure = {
  provider: 'notchpay',
  code: 'CONTACT_MISSING',
  reason: 'Notch Pay needs an e-mail or a phone number',
  field: 'email',
  attempts: 1,
  firstFailedAt: '2026-03-01T08:00:00.000Z',
  retryable: false,
}

function aChange(changes: Partial<CustomerChange> = {}): CustomerChange {
  return {
    v: 1,
    source: 'hubspot',
    account: '33',
    recordType: 'contact',
    recordId: '501',
    kind: 'changed',
    eventId: 'event-1',
    receivedAt: '2026-03-01T08:00:00.000Z',
    ...changes,
  }
}

describe('npm run dead-letters', () => {
  let stack: TestStack
  beforeEach(async () => {
    stack = await aStack()
  })
  afterEach(() => stack.close())

  const list = async () => {
    const { stdout } = await stack.run('dead-letters', 'list', '--json')
    return JSON.parse(stdout) as { id: string; recordId: string }[]
  }

  it('lists dead letters as the contract writes them, under ids that stay', async () => {
    await stack.deadLetters.park(aChange(), failure)
    const rows = await list()
    expect(rows).toEqual([
      {
        id: expect.any(String),
        source: 'hubspot',
        account: '33',
        recordType: 'contact',
        recordId: '501',
        ...failure,
        deadLetteredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        round: 0,
      },
    ])
    expect(await list()).toEqual(rows)
  })

  it('prints an empty array when nothing waits', async () => {
    expect((await stack.run('dead-letters', 'list', '--json')).stdout).toBe('[]\n')
    expect((await stack.run('dead-letters', 'list')).stdout).toBe('no dead letters\n')
  })

  it('redrives one as a new round, sealed snapshot and all, and leaves the others', async () => {
    await stack.deadLetters.park(aChange({ sealedSnapshot: 'v1.sealed' }), failure)
    await stack.deadLetters.park(aChange({ recordId: '502' }), failure)
    const id = (await list()).find(({ recordId }) => recordId === '501')?.id ?? ''
    const { code, stdout } = await stack.run('dead-letters', 'redrive', id, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ redriven: [id], unreadable: [] })
    const [message] = await receiveAll(stack.info.changesQueueUrl)
    expect(JSON.parse(message?.Body ?? '')).toEqual(aChange({ sealedSnapshot: 'v1.sealed', round: 1 }))
    expect((await list()).map(({ recordId }) => recordId)).toEqual(['502'])
  })

  it('redrives all in waves, telling on standard error how far it is', async () => {
    for (const recordId of ['1', '2', '3', '4', '5', '6', '7']) {
      await stack.deadLetters.park(aChange({ recordId }), failure)
    }
    const { code, stdout, stderr } = await stack.run(
      'dead-letters',
      'redrive',
      '--all',
      '--wait',
      '0',
      '--json',
    )
    expect([code, stderr]).toEqual([0, '5 of 7 sent; waiting up to 0 s for what becomes of them\n'])
    expect(JSON.parse(stdout)).toMatchObject({ redriven: { length: 7 }, unreadable: [], stopped: [] })
    expect(await receiveAll(stack.info.changesQueueUrl)).toHaveLength(7)
  })

  it('stops redriving all when the links tell of the same failure again, unless forced', async () => {
    const records = ['1', '2', '3', '4', '5', '6', '7']
    for (const recordId of records) {
      await stack.deadLetters.park(aChange({ recordId }), failure)
      const again = { ...failure, firstFailedAt: '2026-03-02T08:00:00.000Z' }
      await stack.links.saveLink({ ...newLink(aChange({ recordId }), 'notchpay', 'test'), failure: again })
    }
    const stopped = await stack.run('dead-letters', 'redrive', '--all', '--wait', '0')
    expect([stopped.code, stopped.stdout]).toEqual([1, '5 redriven\n'])
    expect(stopped.stderr).toMatch(
      /^5 of 7 sent; waiting .*\n5 of 7 sent; 5 came back with CONTACT_MISSING: stopped; mend it and redrive again, or --force to send all\n$/,
    )
    expect(await list()).toHaveLength(2)
    const forced = await stack.run('dead-letters', 'redrive', '--all', '--force')
    expect([forced.code, forced.stdout, forced.stderr]).toEqual([0, '2 redriven\n', ''])
  })

  it('refuses a wait that is no number, in one line', async () => {
    const { code, stderr } = await stack.run('dead-letters', 'redrive', '--all', '--wait', 'long')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^[^\n]*expected a whole number of seconds[^\n]*\n$/)
  })

  it('drops what is named and nothing else', async () => {
    for (const recordId of ['1', '2', '3']) await stack.deadLetters.park(aChange({ recordId }), failure)
    const ids = (await list()).filter(({ recordId }) => recordId !== '2').map(({ id }) => id)
    expect((await stack.run('dead-letters', 'drop', ...ids)).stdout).toBe('2 dropped\n')
    expect((await list()).map(({ recordId }) => recordId)).toEqual(['2'])
    expect(await receiveAll(stack.info.changesQueueUrl)).toEqual([])
  })

  it.each(['show', 'redrive', 'drop'])(
    '%s says in one line that an id is not there, with exit 1',
    async (verb) => {
      const { code, stderr } = await stack.run('dead-letters', verb, 'no-such-id')
      expect(code).toBe(1)
      expect(stderr).toMatch(/^no dead letter no-such-id [^\n]*\n$/)
    },
  )

  it('shows one whole, but never its snapshot', async () => {
    await stack.deadLetters.park(aChange({ sealedSnapshot: 'v1.sealed', mergedIds: ['7', '8'] }), failure)
    const [letter] = await list()
    const { stdout } = await stack.run('dead-letters', 'show', letter?.id ?? '')
    expect(stdout).toMatch(/^snapshot +sealed$/m)
    expect(stdout).toMatch(/^mergedIds +7, 8$/m)
    const json = await stack.run('dead-letters', 'show', letter?.id ?? '', '--json')
    expect(json.stdout).not.toContain('v1.sealed')
    expect(JSON.parse(json.stdout)).toMatchObject({ code: 'CONTACT_MISSING', change: { eventId: 'event-1' } })
  })

  it('keeps and names what it cannot read when all are redriven', async () => {
    const MessageBody = '{"v":2}'
    const { deadLettersQueueUrl: QueueUrl } = stack.info
    const ids = { MessageGroupId: 'odd', MessageDeduplicationId: 'odd' }
    await stack.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...ids }))
    await stack.deadLetters.park(aChange(), failure)
    const { code, stderr } = await stack.run('dead-letters', 'redrive', '--all')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^this release cannot read .*\n$/)
    expect(await list()).toMatchObject([{ code: 'MESSAGE_UNREADABLE', source: null, retryable: false }])
  })
})

describe('npm run dead-letters --stage', () => {
  const endpoints = () => ({
    AWS_ENDPOINT_URL_SQS: String(testAws().sqsEndpoint),
    AWS_ENDPOINT_URL_DYNAMODB: String(testAws().dynamodbEndpoint),
  })

  it('finds the queues of a deployed stage by their names', async () => {
    const stage = `t${randomUUID()}`
    const client = sqsClient(testAws())
    for (const queue of ['changes', 'changes-dlq']) {
      const QueueName = `crm-pay-sync-${stage}-${queue}.fifo`
      await client.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }))
    }
    client.destroy()
    const { code, stdout } = await runCommand(
      'dead-letters',
      ['list', '--json', '--stage', stage],
      endpoints(),
    )
    expect([code, stdout]).toEqual([0, '[]\n'])
  })

  it('says in one line that there is no such stage', async () => {
    const { code, stderr } = await runCommand('dead-letters', ['list', '--stage', 'nowhere'], endpoints())
    expect(code).toBe(2)
    expect(stderr).toBe(
      'no stage nowhere in us-east-1: there is no queue crm-pay-sync-nowhere-changes.fifo\n',
    )
  })
})
