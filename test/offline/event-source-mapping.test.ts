import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'
import { startEventSourceMapping } from '../../lib/offline/event-source-mapping.ts'
import { type Invocation, judgeBatch } from '../../lib/offline/partial-batch-response.ts'

const answered = (answer: unknown): Invocation => ({ failed: false, answer })
const failures = (...ids: unknown[]) =>
  answered({
    batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
  })

describe("Lambda's rules for partial batch responses", () => {
  const none: string[] = []
  const all = ['a', 'b', 'c']

  it.each<[string, Invocation, string[]]>([
    ['an empty list: all succeeded', failures(), none],
    ['a null list: all succeeded', answered({ batchItemFailures: null }), none],
    ['an empty answer: all succeeded', answered({}), none],
    ['a null answer: all succeeded', answered(null), none],
    ['one message named: that one stays', failures('b'), ['b']],
    ['a message named twice: it stays once', failures('b', 'b'), ['b']],
    ['every message named: all stay', failures('a', 'b', 'c'), all],
    ['an empty identifier: all stay', failures(''), all],
    ['a null identifier: all stay', failures(null), all],
    ['an identifier of another batch: all stay', failures('b', 'z'), all],
    ['a wrong key: all stay', answered({ batchItemFailures: [{ messageId: 'b' }] }), all],
    ['a null entry: all stay', answered({ batchItemFailures: [null] }), all],
    ['a list that is none: all stay', answered({ batchItemFailures: 'b' }), all],
    ['an answer that is no object: all stay', answered('done'), all],
    ['an exception or a time-out: all stay', { failed: true, reason: 'timed out' }, all],
  ])('%s', (_, invocation, staying) => {
    expect([...judgeBatch(all, invocation, true).failedIds]).toEqual(staying)
  })

  it('without ReportBatchItemFailures the answer is not read', () => {
    expect(judgeBatch(all, failures('b'), false).failedIds.size).toBe(0)
    expect(judgeBatch(all, { failed: true, reason: 'threw' }, false).failedIds.size).toBe(3)
  })
})

describe('the poller on a FIFO queue', () => {
  let child: ChildProcess
  let sqs: SQSClient
  let queues = 0

  beforeAll(async () => {
    child = spawn(process.execPath, [join(__dirname, 'sqs-child.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    if (!child.stdout) throw new Error('no output to read')
    const [address] = await once(child.stdout, 'data')
    sqs = new SQSClient({
      endpoint: String(address).trim(),
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      useQueueUrlAsEndpoint: false,
      md5: false,
    })
  })
  afterAll(async () => {
    sqs.destroy()
    child.stdin?.end()
    await once(child, 'exit')
  })

  const aQueue = async (visibilityTimeout: number) => {
    queues += 1
    const Attributes = {
      FifoQueue: 'true',
      VisibilityTimeout: String(visibilityTimeout),
    }
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({
        QueueName: `changes-${queues}.fifo`,
        Attributes,
      }),
    )
    return {
      url: QueueUrl,
      arn: `arn:aws:sqs:eu-west-1:000000000000:changes-${queues}.fifo`,
    }
  }

  const send = async (url: string, group: string, ...bodies: string[]) => {
    for (const body of bodies) {
      const ids = {
        MessageGroupId: group,
        MessageDeduplicationId: `${group}-${body}`,
      }
      await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...ids }))
    }
  }

  const depth = async (url: string) => {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: [...names],
      }),
    )
    return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0)
  }

  const until = async (condition: () => boolean | Promise<boolean>) => {
    while (!(await condition())) await sleep(20)
  }

  const poll = (
    queue: { url: string; arn: string },
    invoke: (event: SQSEvent) => Invocation | Promise<Invocation>,
  ) => {
    const source = {
      functionName: 'sync',
      queue: 'Changes',
      batchSize: 10,
      maximumConcurrency: 2,
      reportsBatchItemFailures: true,
      timeoutSeconds: 10,
    }
    const complaints: string[] = []
    const mapping = startEventSourceMapping(
      source,
      queue,
      sqs,
      async (event) => invoke(event as SQSEvent),
      (line) => complaints.push(line),
    )
    return { complaints, stop: () => mapping.stop(2000) }
  }

  it('hands a message over as a Lambda gets it, and deletes it when the function succeeded', async () => {
    const queue = await aQueue(60)
    const events: SQSEvent[] = []
    const poller = poll(queue, (event) => {
      events.push(event)
      return answered({ batchItemFailures: [] })
    })
    await send(queue.url, 'ama', 'hello')
    await until(async () => events.length === 1 && (await depth(queue.url)) === 0)
    await poller.stop()

    expect(events[0]?.Records).toEqual([
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: expect.objectContaining({
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          MessageGroupId: 'ama',
          MessageDeduplicationId: 'ama-hello',
          SequenceNumber: expect.any(String),
        }),
        messageAttributes: {},
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: queue.arn,
        awsRegion: 'eu-west-1',
      },
    ])
  })

  it('brings back only what failed, later than the rest of its group was held back', async () => {
    const queue = await aQueue(1)
    const worked: string[] = []
    await send(queue.url, 'ama', 'one', 'two', 'three')
    await send(queue.url, 'wei', 'four')
    const poller = poll(queue, ({ Records }) => {
      const firstTry = Records.filter(({ body, attributes }) => {
        return body !== 'one' && body !== 'four' && attributes.ApproximateReceiveCount === '1'
      })
      const failed = new Set(firstTry.map(({ messageId }) => messageId))
      worked.push(...Records.filter(({ messageId }) => !failed.has(messageId)).map(({ body }) => body))
      return failures(...failed)
    })
    await until(async () => worked.length === 4 && (await depth(queue.url)) === 0)
    await poller.stop()

    expect(worked.filter((body) => body !== 'four')).toEqual(['one', 'two', 'three'])
    expect(worked).toContain('four')
    expect(poller.complaints).toEqual([])
  })

  it('sends several messages of a group in one batch, and returns a failed one and all later ones in order', async () => {
    const queue = await aQueue(1)
    const batches: string[][] = []
    await send(queue.url, 'ama', 'a1', 'a2', 'a3', 'a4', 'a5')
    await send(queue.url, 'wei', 'w1', 'w2')
    const poller = poll(queue, ({ Records }) => {
      const bodies = Records.map(({ body }) => body)
      batches.push(bodies)
      const isRefused = Records.some(
        ({ body, attributes }) => body === 'a3' && attributes.ApproximateReceiveCount === '1',
      )
      const failed = isRefused ? Records.filter(({ body }) => /^a[345]/.test(body)) : []
      return failures(...failed.map(({ messageId }) => messageId))
    })
    await until(() => batches.length > 0)
    await send(queue.url, 'ama', 'a6')
    await until(async () => (await depth(queue.url)) === 0)
    await poller.stop()

    expect(batches[0]).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'w1', 'w2'])
    expect(batches.slice(1).flat()).toEqual(['a3', 'a4', 'a5', 'a6'])
    expect(poller.complaints).toEqual([])
  })

  it('leaves the whole batch on the queue when the function fails, and says so', async () => {
    const queue = await aQueue(60)
    let calls = 0
    await send(queue.url, 'ama', 'one')
    await send(queue.url, 'wei', 'two')
    const poller = poll(queue, () => {
      calls += 1
      return { failed: true, reason: 'timed out' }
    })
    await until(() => poller.complaints.length === 1)
    await poller.stop()

    expect([calls, await depth(queue.url)]).toEqual([1, 2])
    expect(poller.complaints).toEqual(['sync: the batch of 2 stays on the queue: timed out'])
  })

  it('finishes and deletes the batch at work when it is stopped', async () => {
    const queue = await aQueue(60)
    let working = false
    await send(queue.url, 'ama', 'one')
    const poller = poll(queue, async () => {
      working = true
      await sleep(300)
      return answered(null)
    })
    await until(() => working)
    await poller.stop()
    expect(await depth(queue.url)).toBe(0)
  })
})
