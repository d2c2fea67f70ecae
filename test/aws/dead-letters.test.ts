import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { sqsChangeQueue } from '../../lib/aws/change-queue.ts'
import { sqsClient } from '../../lib/aws/clients.ts'
import { sqsDeadLetterQueue, sqsManualDeadLetters } from '../../lib/aws/dead-letter-queue.ts'
import { sqsDeadLetters } from '../../lib/aws/dead-letters.ts'
import type { HoldSettings } from '../../lib/aws/held-queue.ts'
import {
  type DeadLetter,
  type DeadLetters,
  type HeldDeadLetters,
  sweep,
} from '../../lib/core/dead-letters/dead-letter.ts'
import { sendBack } from '../../lib/core/dead-letters/redrive.ts'
import type { CustomerChange } from '../../lib/core/model/change.ts'
import { aFailure } from '../fakes/dead-letters.ts'
import { createFifoQueue, receiveAll, testAws } from '../support/embedded.ts'

/** The end of every listing is a receive that waits a second for more. The embedded queue has nothing that comes late. */
function impatientClient() {
  const client = sqsClient(testAws())
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) =>
        next(
          commandName === 'ReceiveMessageCommand'
            ? { ...args, input: { ...args.input, WaitTimeSeconds: 0 } as never }
            : args,
        ),
    { step: 'initialize', priority: 'low' },
  )
  return client
}

const sqs = impatientClient()
afterAll(() => sqs.destroy())

function aChange(recordId = '501'): CustomerChange {
  const ref = { source: 'hubspot', account: '33', recordType: 'contact', recordId } as const
  return {
    v: 1,
    ...ref,
    kind: 'changed',
    eventId: `event-${recordId}`,
    receivedAt: '2026-03-01T08:00:00.000Z',
  }
}

const aDeadLetter = (number: number): DeadLetter => ({
  id: `id-${number}`,
  deadLetteredAt: null,
  change: aChange(String(number)),
  raw: null,
  foreign: null,
  failure: aFailure(),
})

async function aQueue(count: number, settings: HoldSettings = {}, client = sqs) {
  const url = await createFifoQueue()
  await sqsManualDeadLetters(sqs, url).add(
    Array.from({ length: count }, (_, index) => aDeadLetter(index + 1)),
  )
  return { url, deadLetters: sqsDeadLetters(client, [url], settings) }
}

async function receiveIn(held: HeldDeadLetters, enough?: (seen: number) => boolean) {
  const seen: DeadLetter[] = []
  const notShown = await held.receive(
    async (batch) => {
      seen.push(...batch)
      return batch.map(() => 'keep')
    },
    () => enough?.(seen.length) ?? false,
  )
  return { seen, notShown }
}

const receiveFrom = async (deadLetters: DeadLetters) =>
  (await deadLetters.hold((held) => receiveIn(held))).seen

const recordIds = (batch: readonly DeadLetter[]) =>
  batch.map(({ change }) => Number(change?.recordId)).toSorted((a, b) => a - b)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** A client and the log of its commands; `answer` may reply in place of SQS. */
function watchedClient(answer: (name: string) => object | undefined = () => undefined) {
  const client = impatientClient()
  const sent: { name: string; input: Record<string, unknown> }[] = []
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const name = String(context['commandName'])
      sent.push({ name, input: args.input as Record<string, unknown> })
      const output = answer(name)
      return output ? { output: { $metadata: {}, ...output }, response: {} } : next(args)
    },
    { step: 'initialize' },
  )
  return { client, sent }
}

describe('sqsDeadLetters', () => {
  it('shows every dead letter once, also more than one receiver can receive, and releases all of them at once', async () => {
    const { url, deadLetters } = await aQueue(230)
    const first = await receiveFrom(deadLetters)
    const second = await receiveFrom(deadLetters)
    expect(recordIds(first)).toEqual(upTo(230))
    expect(second.map(({ id }) => id).toSorted()).toEqual(first.map(({ id }) => id).toSorted())
    expect(await receiveAll(url)).toHaveLength(230)
  })

  it('removes only those that the callback returns as removable', async () => {
    const { deadLetters } = await aQueue(3)
    await sweep(deadLetters, async (batch) =>
      batch.map(({ change }) => (change?.recordId === '2' ? 'remove' : 'keep')),
    )
    expect(recordIds(await receiveFrom(deadLetters))).toEqual([1, 3])
  })

  it('can remove those that were kept at first', async () => {
    const { deadLetters } = await aQueue(25)
    await deadLetters.hold(async (held) => {
      await receiveIn(held)
      await held.remove(upTo(24).map((number) => `id-${number}`))
    })
    expect(recordIds(await receiveFrom(deadLetters))).toEqual([25])
  })

  it('names those that it could not remove', async () => {
    const refusal = { Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] }
    const { client, sent } = watchedClient((name) =>
      name === 'DeleteMessageBatchCommand' ? refusal : undefined,
    )
    const { deadLetters } = await aQueue(1, {}, client)
    const dropping = sweep(deadLetters, async (batch) => batch.map(() => 'remove'))
    await expect(dropping).rejects.toThrow('the dead-letter queue did not remove id-1')
    // A removal that SQS rejected is tried once more.
    expect(sent.filter(({ name }) => name === 'DeleteMessageBatchCommand')).toHaveLength(2)
    expect(recordIds(await receiveFrom(deadLetters))).toEqual([1])
  })

  it('loses nothing when the callback fails, and releases the dead letters at once', async () => {
    const { url, deadLetters } = await aQueue(130)
    const failing = sweep(deadLetters, async () => {
      throw new Error('the queue of changes did not answer')
    })
    await expect(failing).rejects.toThrow('the queue of changes did not answer')
    expect(await receiveAll(url)).toHaveLength(130)
  })

  it('stops receiving once it has enough', async () => {
    const { deadLetters } = await aQueue(15)
    const { seen } = await deadLetters.hold((held) => receiveIn(held, (count) => count > 0))
    expect(seen).toHaveLength(10)
  })

  it('stops when it is interrupted, and releases what it holds', async () => {
    const interruption = new AbortController()
    const { url, deadLetters } = await aQueue(45, { signal: interruption.signal })
    let shown = 0
    await sweep(deadLetters, async (batch) => {
      shown += batch.length
      interruption.abort()
      return batch.map(() => 'keep')
    })
    expect(shown).toBe(10)
    expect(await receiveAll(url)).toHaveLength(45)
  })

  it('continues when SQS returns nothing although the queue’s count is not zero', async () => {
    let empty = 2
    const { client } = watchedClient((name) => {
      if (name !== 'ReceiveMessageCommand' || empty === 0) return undefined
      empty -= 1
      return { Messages: [] }
    })
    const { deadLetters } = await aQueue(12, {}, client)
    expect(recordIds(await receiveFrom(deadLetters))).toEqual(upTo(12))
  })

  it('reads messages that SQS moved there', async () => {
    const { url, deadLetters } = await aQueue(0)
    const ids = { MessageGroupId: 'group', MessageDeduplicationId: 'once' }
    const MessageBody = JSON.stringify(aChange('9'))
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, ...ids }))
    expect(await receiveFrom(deadLetters)).toMatchObject([{ change: { recordId: '9' }, failure: null }])
  })
})

describe('dead letters that are held', () => {
  it('are invisible to other consumers, and the next listing only shows new ones', async () => {
    const { url, deadLetters } = await aQueue(12)
    await deadLetters.hold(async (held) => {
      expect((await receiveIn(held)).seen).toHaveLength(12)
      expect(await receiveAll(url)).toEqual([])
      await sqsManualDeadLetters(sqs, url).add([aDeadLetter(13)])
      expect(recordIds((await receiveIn(held)).seen)).toEqual([13])
    })
    expect(await receiveAll(url)).toHaveLength(13)
  })

  it('are reported as a count to other consumers', async () => {
    const { deadLetters } = await aQueue(5)
    await deadLetters.hold(async (held) => {
      await receiveIn(held, (count) => count > 0)
      const { seen, notShown } = await deadLetters.hold((other) => receiveIn(other))
      expect(seen).toEqual([])
      expect(notShown).toEqual({ elsewhere: 5, behind: 0, full: false })
    })
  })

  it('are limited to what SQS hands out at once; the rest is reported as a count', async () => {
    const { url, deadLetters } = await aQueue(25, { mostHeld: 10 })
    const { seen, notShown } = await deadLetters.hold((held) => receiveIn(held))
    expect([seen.length, notShown]).toEqual([10, { elsewhere: 0, behind: 15, full: true }])
    expect(await receiveAll(url)).toHaveLength(25)
  })

  it('are shown once when two queues hold a copy, and removed from both', async () => {
    const urls = [await createFifoQueue(), await createFifoQueue()]
    for (const url of urls) await sqsManualDeadLetters(sqs, url).add([aDeadLetter(1)])
    const deadLetters = sqsDeadLetters(sqs, urls)
    await deadLetters.hold(async (held) => {
      expect((await receiveIn(held)).seen.map(({ id }) => id)).toEqual(['id-1'])
      await held.remove(['id-1'])
    })
    for (const url of urls) expect(await receiveAll(url)).toEqual([])
  })

  describe('for a long time', () => {
    // Only advances the clock that renewals use; pending I/O continues in real time.
    beforeEach(() =>
      jest.useFakeTimers({
        doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick', 'Date', 'queueMicrotask'],
      }),
    )
    afterEach(() => jest.useRealTimers())

    const visibilityOf = (sent: ReturnType<typeof watchedClient>['sent'], name: string) =>
      sent
        .filter((command) => command.name === name)
        .flatMap(({ input }) => (input['Entries'] ?? [input]) as { VisibilityTimeout?: number }[])
        .map(({ VisibilityTimeout }) => VisibilityTimeout)

    it('stay invisible: their timeout is renewed in good time, until they are released', async () => {
      const { client, sent } = watchedClient()
      const { deadLetters } = await aQueue(25, {}, client)
      await deadLetters.hold(async (held) => {
        await receiveIn(held)
        expect(new Set(visibilityOf(sent, 'ReceiveMessageCommand'))).toEqual(new Set([61]))
        await held.remove(['id-7'])
        jest.advanceTimersByTime(30_000)
        await receiveIn(held)
        expect(visibilityOf(sent, 'ChangeMessageVisibilityBatchCommand')).toEqual(Array(24).fill(61))
      })
      jest.advanceTimersByTime(300_000)
      expect(visibilityOf(sent, 'ChangeMessageVisibilityBatchCommand').slice(24)).toEqual(Array(24).fill(0))
    })

    it('are reported as lost when their timeout cannot be renewed', async () => {
      const { client } = watchedClient((name) => {
        if (name === 'ChangeMessageVisibilityBatchCommand') throw new Error('no answer')
        return undefined
      })
      const { deadLetters } = await aQueue(5, {}, client)
      const holding = deadLetters.hold(async (held) => {
        await receiveIn(held)
        jest.advanceTimersByTime(30_000)
        await receiveIn(held)
      })
      await expect(holding).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
    })
  })

  it('have a longer timeout when there are many, so that renewals are rare', async () => {
    const count = { ApproximateNumberOfMessages: '50000', ApproximateNumberOfMessagesNotVisible: '0' }
    const { client, sent } = watchedClient((name) =>
      name === 'GetQueueAttributesCommand' ? { Attributes: count } : undefined,
    )
    const { deadLetters } = await aQueue(1, {}, client)
    await deadLetters.hold((held) => receiveIn(held, (seen) => seen > 0))
    expect(sent).toContainEqual({
      name: 'ReceiveMessageCommand',
      input: expect.objectContaining({ VisibilityTimeout: 560 }),
    })
  })
})

describe('dead letters that SQS moved', () => {
  /** A queue of changes that moves messages after one receive, and these changes as its dead batch. */
  async function moved(...changes: CustomerChange[]) {
    const deadLettersUrl = await createFifoQueue()
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: deadLettersUrl, AttributeNames: ['QueueArn'] }),
    )
    const redrive = { deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: 1 }
    const url = await createFifoQueue({ VisibilityTimeout: '0', RedrivePolicy: JSON.stringify(redrive) })
    const queue = sqsChangeQueue(sqs, url)
    await queue.send(changes)
    const MessageSystemAttributeNames = ['ApproximateReceiveCount' as const]
    for (let empty = 0; empty < 2; ) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, MessageSystemAttributeNames }),
      )
      empty = Messages.length === 0 ? empty + 1 : 0
    }
    return { url, queue, deadLetters: sqsDeadLetters(sqs, [deadLettersUrl]) }
  }

  /** One receive returns at most ten messages of a record; while those are held, SQS returns no further ones. */
  const changes = [
    ...upTo(12).map((number) => ({ ...aChange('1'), eventId: `event-${number}` })),
    aChange('2'),
    aChange('3'),
  ]

  it('are counted while they wait behind another message of their record', async () => {
    const { deadLetters } = await moved(...changes)
    const { seen, notShown } = await deadLetters.hold((held) => receiveIn(held))
    expect(recordIds(seen)).toEqual([...Array(10).fill(1), 2, 3])
    expect(notShown).toEqual({ elsewhere: 0, behind: 2, full: false })
  })

  it('are redriven although the queue has seen them, whatever their order and ids, and none is lost', async () => {
    const { url, queue, deadLetters } = await moved(...changes)
    const sent: string[] = []
    for (;;) {
      // One pass does not show all of them.
      const ids = new Set((await receiveFrom(deadLetters)).map(({ id }) => id))
      if (ids.size === 0) break
      const { redriven } = await sendBack(ids, { deadLetters, queue })
      sent.push(...redriven)
    }
    expect(new Set(sent).size).toBe(changes.length)
    // One receive each before they are moved again.
    const bodies = new Map<string, CustomerChange>()
    for (let empty = 0; empty < 2; ) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
      )
      for (const { MessageId = '', Body = '' } of Messages) bodies.set(MessageId, JSON.parse(Body))
      empty = Messages.length === 0 ? empty + 1 : 0
    }
    const key = ({ recordId, eventId, round }: CustomerChange) => `${recordId} ${eventId} ${round ?? 0}`
    expect([...bodies.values()].map(key).toSorted()).toEqual(
      changes.map((change) => key({ ...change, round: 1 })).toSorted(),
    )
  })
})

describe('sendBack', () => {
  it('are sent once more after a crash between send and removal, and the queue accepts them only once', async () => {
    const { deadLetters } = await aQueue(1)
    const url = await createFifoQueue()
    const queue = sqsChangeQueue(sqs, url)
    const ids = new Set(['id-1'])
    const crashing = {
      ...queue,
      send: async (changes: readonly CustomerChange[]) => {
        await queue.send(changes)
        throw new Error('crashed')
      },
    }
    await expect(sendBack(ids, { deadLetters, queue: crashing })).rejects.toThrow('crashed')
    expect(await sendBack(ids, { deadLetters, queue })).toMatchObject({ redriven: ['id-1'] })
    expect(await receiveFrom(deadLetters)).toEqual([])
    expect(await receiveAll(url)).toHaveLength(1)
  })

  it('are sent unchanged in their group when they could not be read, while those of another release are kept', async () => {
    const urls = { deadLetters: await createFifoQueue(), manualDeadLetters: await createFifoQueue() }
    const raw = { body: '{"v":2}', group: 'group-1', messageId: 'raw-1' }
    await sqsDeadLetterQueue(sqs, urls).parkRaw(
      raw,
      aFailure({ code: 'MESSAGE_UNREADABLE', retryable: false }),
    )
    const foreign = { ...aDeadLetter(1), id: 'foreign-1', foreign: '{"id":"foreign-1","failure":{}}' }
    await sqsManualDeadLetters(sqs, urls.manualDeadLetters).add([foreign])
    const url = await createFifoQueue()
    const deadLetters = sqsDeadLetters(sqs, Object.values(urls))
    expect(
      await sendBack(new Set(['raw-1', 'foreign-1']), { deadLetters, queue: sqsChangeQueue(sqs, url) }),
    ).toEqual({ redriven: ['raw-1'], unreadable: ['foreign-1'] })
    const received = (await receiveAll(url)).map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])
    expect(received).toEqual([['{"v":2}', 'group-1']])
    expect((await receiveFrom(deadLetters)).map(({ id }) => id)).toEqual(['foreign-1'])
  })
})
