import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
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
  it('gives as many of a group as it can, in order, and then of the next', async () => {
    await send('a1', 'b1', 'a2', 'c1', 'b2', 'a3')
    expect(bodies(await receive(4))).toEqual(['a1', 'a2', 'a3', 'b1'])
    expect(bodies(await receive())).toEqual(['c1'])
  })

  it('gives ten at most', async () => {
    await send(...Array.from({ length: 12 }, (_, index) => `a${index + 10}`))
    expect(bodies(await receive())).toEqual(Array.from({ length: 10 }, (_, index) => `a${index + 10}`))
  })

  it('gives nothing of a group while any message of it is in flight', async () => {
    await send('a1', 'a2', 'a3')
    const [first, second] = await receive(2)
    await send('a4')
    expect(await receive()).toEqual([])
    if (first) await remove(first)
    expect(await receive()).toEqual([])
    if (second) await remove(second)
    expect(bodies(await receive())).toEqual(['a3', 'a4'])
  })

  it('keeps the order of what comes back, whichever comes back first', async () => {
    await send('a1', 'a2', 'a3', 'a4')
    const [first, second, third] = await receive(3)
    for (const message of [second, first, third]) if (message) await release(message)
    expect(bodies(await receive())).toEqual(['a1', 'a2', 'a3', 'a4'])
  })

  it('keeps the order of what comes back when its visibility timeout ends, and counts the receives', async () => {
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

  it('gives each message once in a receive that leaves it visible', async () => {
    await send('a1', 'a2')
    expect(bodies(await receive(10, 0))).toEqual(['a1', 'a2'])
    expect(bodies(await receive(10, 0))).toEqual(['a1', 'a2'])
  })

  it('moves what was received too often to the dead letters, in order', async () => {
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
