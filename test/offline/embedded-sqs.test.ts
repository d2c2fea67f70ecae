import { setTimeout as sleep } from 'node:timers/promises'
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { sqsClient } from '../../lib/aws/clients.ts'
import { createFifoQueue, testAws } from '../support/embedded.ts'

const sqs = sqsClient(testAws())
afterAll(() => sqs.destroy())

let QueueUrl: string
beforeEach(async () => {
  QueueUrl = await createFifoQueue()
})

/** `a1` is the first message of group `a`. */
const send = async (...bodies: string[]) => {
  for (const MessageBody of bodies) {
    const ids = { MessageGroupId: MessageBody.slice(0, 1), MessageDeduplicationId: MessageBody }
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...ids }))
  }
}
const receive = async (MaxNumberOfMessages = 10, VisibilityTimeout = 30, from = QueueUrl) => {
  const command = new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages, VisibilityTimeout })
  return (await sqs.send(command)).Messages ?? []
}
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body)
const release = ({ ReceiptHandle }: Message) =>
  sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
const remove = ({ ReceiptHandle }: Message) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))

describe('the embedded FIFO queue', () => {
  it('returns as many messages of a group as possible, in order, then those of the next group', async () => {
    await send('a1', 'b1', 'a2', 'c1', 'b2', 'a3')
    expect(bodies(await receive(4))).toEqual(['a1', 'a2', 'a3', 'b1'])
    expect(bodies(await receive())).toEqual(['c1'])
  })

  it('returns at most ten messages', async () => {
    await send(...Array.from({ length: 12 }, (_, index) => `a${index + 10}`))
    expect(bodies(await receive())).toEqual(Array.from({ length: 10 }, (_, index) => `a${index + 10}`))
  })

  it('returns nothing from a group with a message in flight', async () => {
    await send('a1', 'a2', 'a3')
    const [first, second] = await receive(2)
    await send('a4')
    expect(await receive()).toEqual([])
    if (first) await remove(first)
    expect(await receive()).toEqual([])
    if (second) await remove(second)
    expect(bodies(await receive())).toEqual(['a3', 'a4'])
  })

  it('keeps the order of messages that are released in another order', async () => {
    await send('a1', 'a2', 'a3', 'a4')
    const [first, second, third] = await receive(3)
    for (const message of [second, first, third]) if (message) await release(message)
    expect(bodies(await receive())).toEqual(['a1', 'a2', 'a3', 'a4'])
  })

  it('keeps the order of messages whose visibility timeout ends, and counts their receives', async () => {
    await send('a1', 'a2', 'b1')
    await receive(10, 1)
    let again: Message[] = []
    while (again.length === 0) {
      const MessageSystemAttributeNames = ['ApproximateReceiveCount' as const]
      const command = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageSystemAttributeNames }
      again = (await sqs.send(new ReceiveMessageCommand(command))).Messages ?? []
    }
    expect(bodies(again).toSorted()).toEqual(['a1', 'a2', 'b1'])
    expect(bodies(again).filter((body) => body?.startsWith('a'))).toEqual(['a1', 'a2'])
    expect(again.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(['2', '2', '2'])
  })

  it('ends one long poll for the messages that come, and leaves the others waiting', async () => {
    const answers: (readonly (string | undefined)[])[] = []
    const poll = async () => {
      const command = { QueueUrl, MaxNumberOfMessages: 2, WaitTimeSeconds: 20 }
      answers.push(bodies((await sqs.send(new ReceiveMessageCommand(command))).Messages ?? []))
    }
    const polls = [poll(), poll(), poll()]
    await sleep(200)
    await send('a1')
    await Promise.race(polls)
    await sleep(200)
    expect(answers).toEqual([['a1']])
    const Entries = ['b1', 'c1', 'd1'].map((body) => ({
      Id: body,
      MessageBody: body,
      MessageGroupId: body,
      MessageDeduplicationId: body,
    }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    await Promise.all(polls)
    expect(answers).toEqual([['a1'], ['b1', 'c1'], ['d1']])
  })

  it('ends a long poll when the group is no longer in flight', async () => {
    await send('a1', 'a2')
    const [first] = await receive(1)
    const command = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }
    const poll = sqs.send(new ReceiveMessageCommand(command))
    await sleep(200)
    if (first) await remove(first)
    expect(bodies((await poll).Messages ?? [])).toEqual(['a2'])
  })

  it('returns each message once per receive with a visibility timeout of 0', async () => {
    await send('a1', 'a2')
    expect(bodies(await receive(10, 0))).toEqual(['a1', 'a2'])
    expect(bodies(await receive(10, 0))).toEqual(['a1', 'a2'])
  })

  it('moves messages that exceed the receive limit to the dead-letter queue, in order', async () => {
    const deadLetters = await createFifoQueue()
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['QueueArn'] }),
    )
    QueueUrl = await createFifoQueue({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 1 }),
    })
    await send('a1', 'a2', 'b1')
    await receive(10, 0)
    await send('a3')
    expect(bodies(await receive())).toEqual(['a3'])
    expect(bodies(await receive(10, 30, deadLetters))).toEqual(['a1', 'a2', 'b1'])
  })
})
