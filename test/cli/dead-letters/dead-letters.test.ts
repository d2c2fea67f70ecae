import { randomUUID } from 'node:crypto'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { sqsClient } from '../../../lib/aws/clients.ts'
import { sqsManualDeadLetters } from '../../../lib/aws/dead-letter-queue.ts'
import type { DeadLetter } from '../../../lib/core/dead-letters/dead-letter.ts'
import type { CustomerChange } from '../../../lib/core/model/change.ts'
import { newLink, type ParkedFailure } from '../../../lib/core/model/link.ts'
import { type CountingProxy, startCountingProxy } from '../../support/counting-proxy.ts'
import { receiveAll, testAws } from '../../support/embedded.ts'
import { aStack, type TestStack } from '../a-stack.ts'
import { runCommand } from '../run-command.ts'

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
  /** The end of every listing is a receive that waits a second for more. The embedded queues have nothing that comes late. */
  let queues: CountingProxy
  beforeAll(async () => {
    queues = await startCountingProxy(String(testAws().sqsEndpoint), (operation, body) =>
      operation === 'ReceiveMessage'
        ? Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), WaitTimeSeconds: 0 }))
        : undefined,
    )
  })
  afterAll(() => queues.close())

  let stack: TestStack
  beforeEach(async () => {
    stack = await aStack({ sqsUrl: queues.url })
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

  it('ends list with how to go on, and show with the fix, the page and the commands', async () => {
    await stack.deadLetters.park(aChange(), failure)
    const [row] = await list()
    const { stdout } = await stack.run('dead-letters', 'list')
    expect(stdout).toMatch(/\n\nFix and commands: npm run dead-letters -- show <id>\n$/)
    const shown = await stack.run('dead-letters', 'show', row?.id ?? '')
    expect(shown.stdout.split('\n\n')[1]?.split('\n')).toEqual([
      'Next:',
      expect.stringMatching(/^ {2}Give the record .* \(docs\/configuration\.md#field-mapping\)\.$/),
      '  See docs/errors.md#contact_missing',
      '  To send it again:',
      `  npm run dead-letters -- redrive ${row?.id}`,
      '  To remove it for good; the customer stays as the provider has it:',
      `  npm run dead-letters -- drop ${row?.id}`,
      '',
    ])
    expect(shown.stdout).not.toMatch(/ –$/m)
  })

  it('lists those of both queues as one, oldest first', async () => {
    await stack.deadLetters.park(aChange({ recordId: '1' }), failure)
    await stack.deadLetters.park(aChange({ recordId: '2' }), { ...failure, retryable: true })
    await stack.deadLetters.park(aChange({ recordId: '3' }), failure)
    expect((await list()).map(({ recordId }) => recordId)).toEqual(['1', '2', '3'])
    const { stdout } = await stack.run('dead-letters', 'list')
    expect(stdout.match(/contact \d|automatic|manual/g)).toEqual([
      'contact 1',
      'manual',
      'contact 2',
      'automatic',
      'contact 3',
      'manual',
    ])
  })

  it('lists, redrives and drops by code, provider and CRM', async () => {
    const other = { ...failure, code: 'TIMEOUT', provider: 'wooshpay', retryable: true } as const
    await stack.deadLetters.park(aChange({ recordId: '1' }), failure)
    await stack.deadLetters.park(aChange({ recordId: '2' }), other)
    await stack.deadLetters.park(aChange({ recordId: '3', source: 'pipedrive' }), other)
    const listed = async (...filter: string[]) => {
      const { stdout } = await stack.run('dead-letters', 'list', '--json', ...filter)
      return JSON.parse(stdout).map(({ recordId }: { recordId: string }) => recordId)
    }
    expect(await listed('--code', 'TIMEOUT')).toEqual(['2', '3'])
    expect(await listed('--provider', 'notchpay')).toEqual(['1'])
    expect(await listed('--source', 'hubspot', '--code', 'TIMEOUT')).toEqual(['2'])
    expect(await listed('--code', 'NONE')).toEqual([])
    const redrive = ['redrive', '--all', '--wait', '0', '--source', 'pipedrive']
    expect((await stack.run('dead-letters', ...redrive)).stdout).toBe('1 redriven\n')
    const drop = await stack.run('dead-letters', 'drop', '--all', '--provider', 'wooshpay')
    expect(drop.stdout).toBe('1 dropped\n')
    expect(await listed()).toEqual(['1'])
    expect(await receiveAll(stack.info.changesQueueUrl)).toHaveLength(1)
  })

  it('lists thousands', async () => {
    const letters = Array.from({ length: 3000 }, (_, index): DeadLetter => {
      const nothing = { raw: null, foreign: null, deadLetteredAt: null }
      return { ...nothing, id: `id-${index}`, change: aChange({ recordId: String(index) }), failure }
    })
    await sqsManualDeadLetters(stack.sqs, stack.info.manualDeadLettersQueueUrl).add(letters)
    const { stdout } = await stack.run('dead-letters', 'list', '--code', 'CONTACT_MISSING')
    expect(stdout.split('\n').filter((line) => line.startsWith('id-'))).toHaveLength(3000)
  })

  it('tells how many are being looked at elsewhere', async () => {
    await stack.deadLetters.park(aChange(), failure)
    expect(await receiveAll(stack.info.manualDeadLettersQueueUrl)).toHaveLength(1)
    const { code, stdout, stderr } = await stack.run('dead-letters', 'list', '--json')
    expect([code, stdout, stderr]).toEqual([
      0,
      '[]\n',
      'about 1 dead letters are being looked at elsewhere\n',
    ])
  })

  it('redrives one as a new round, sealed snapshot and all, and leaves the others', async () => {
    await stack.deadLetters.park(aChange({ sealedSnapshot: 'v1.sealed' }), failure)
    await stack.deadLetters.park(aChange({ recordId: '502' }), failure)
    const id = (await list()).find(({ recordId }) => recordId === '501')?.id ?? ''
    const { code, stdout } = await stack.run('dead-letters', 'redrive', id, '--wait', '0', '--json')
    expect(code).toBe(0)
    const unwatched = { arrived: null, retrying: null, waiting: null, cameBack: null }
    expect(JSON.parse(stdout)).toEqual({ redriven: [id], unreadable: [], stopped: [], ...unwatched })
    const [message] = await receiveAll(stack.info.changesQueueUrl)
    expect(JSON.parse(message?.Body ?? '')).toEqual(aChange({ sealedSnapshot: 'v1.sealed', round: 1 }))
    expect((await list()).map(({ recordId }) => recordId)).toEqual(['502'])
  })

  it('redrives all in waves, telling on standard error how far it is', async () => {
    for (const recordId of ['1', '2', '3', '4', '5', '6', '7']) {
      await stack.deadLetters.park(aChange({ recordId }), failure)
    }
    const redrive = ['redrive', '--all', '--wait', '0', '--json']
    const { code, stdout, stderr } = await stack.run('dead-letters', ...redrive)
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
      /^5 of 7 sent; waiting .*\n5 of 7 sent; 5 came back with CONTACT_MISSING: stopped; fix it and redrive again, or --force to send all\n$/,
    )
    expect(await list()).toHaveLength(2)
    const forced = await stack.run('dead-letters', 'redrive', '--all', '--force', '--wait', '0')
    expect([forced.code, forced.stdout, forced.stderr]).toEqual([0, '2 redriven\n', ''])
  })

  /** Plays the function: works off what is sent, but what is `failing` becomes a dead letter again. */
  async function workOff(failing: string, isOver: () => boolean) {
    const QueueUrl = stack.info.changesQueueUrl
    while (!isOver()) {
      const { Messages = [] } = await stack.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }),
      )
      for (const { Body = '', ReceiptHandle } of Messages) {
        const change = JSON.parse(Body)
        if (change.recordId === failing) await stack.deadLetters.park(change, failure)
        await stack.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      }
    }
  }

  it('tells what became of what was redriven, and fails when some of it came back', async () => {
    for (const recordId of ['1', '2', '3']) await stack.deadLetters.park(aChange({ recordId }), failure)
    const ids = (await list()).map(({ id }) => id)
    let isOver = false
    const working = workOff('2', () => isOver)
    const json = await stack.run('dead-letters', 'redrive', ...ids, '--json')
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({
      redriven: { length: 3 },
      arrived: 2,
      retrying: 0,
      waiting: 0,
      cameBack: [{ code: 'CONTACT_MISSING', count: 1 }],
    })
    const text = await stack.run('dead-letters', 'redrive', '--all')
    expect([text.code, text.stdout]).toEqual([1, '1 redriven: 0 arrived, 1 came back with CONTACT_MISSING\n'])
    expect(text.stderr.split('\n').slice(-2)).toEqual([
      '1 came back with CONTACT_MISSING: run list for details',
      '',
    ])
    isOver = true
    await working
    expect(await list()).toMatchObject([{ recordId: '2', round: 2 }])
  })

  it('gives everything back when it is interrupted while it waits', async () => {
    for (let count = 1; count <= 7; count += 1) {
      await stack.deadLetters.park(aChange({ recordId: String(count) }), failure)
    }
    const { code, stdout } = await stack.start(
      // Twice, as by npm and by the terminal.
      (child) => child.stderr?.once('data', () => child.kill('SIGINT') && child.kill('SIGINT')),
      'dead-letters',
      ...['redrive', '--all', '--wait', '600'],
    )
    expect([code, stdout]).toEqual([130, '5 redriven\n'])
    expect(await receiveAll(stack.info.manualDeadLettersQueueUrl)).toHaveLength(2)
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
      expect(stderr).toBe('no dead letter no-such-id\n')
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

  it('shows what it cannot read, and redrives it as it was', async () => {
    const unreadable = { ...failure, code: 'MESSAGE_UNREADABLE', provider: null, field: null }
    const raw = { body: '{"v":2}', group: 'group-1', messageId: 'message-1' }
    await stack.deadLetters.parkRaw(raw, unreadable)
    expect(await list()).toMatchObject([{ id: 'message-1', code: 'MESSAGE_UNREADABLE', recordId: null }])
    const shown = await stack.run('dead-letters', 'show', 'message-1', '--json')
    expect(JSON.parse(shown.stdout)).toMatchObject({ change: null, message: '{"v":2}' })
    const { code, stdout } = await stack.run('dead-letters', 'redrive', 'message-1', '--wait', '0')
    expect([code, stdout]).toEqual([0, '1 redriven\n'])
    expect(await receiveAll(stack.info.changesQueueUrl)).toMatchObject([
      { Body: '{"v":2}', Attributes: { MessageGroupId: 'group-1' } },
    ])
  })

  it('keeps and names what another release has parked', async () => {
    const MessageBody = '{"id":"foreign-1","change":{"v":2},"failure":{}}'
    const { deadLettersQueueUrl: QueueUrl } = stack.info
    const ids = { MessageGroupId: 'odd', MessageDeduplicationId: 'odd' }
    await stack.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...ids }))
    await stack.deadLetters.park(aChange(), failure)
    const { code, stderr } = await stack.run('dead-letters', 'redrive', '--all', '--wait', '0')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^cannot redrive foreign-1: written by another release.*\n$/)
    expect(await list()).toMatchObject([
      { id: 'foreign-1', code: 'MESSAGE_UNREADABLE', source: null, retryable: false },
    ])
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
    for (const queue of ['changes', 'changes-dlq', 'changes-dlq-manual']) {
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
})
