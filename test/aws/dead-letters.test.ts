import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { sqsChangeQueue } from '../../lib/aws/change-queue.ts'
import { sqsClient } from '../../lib/aws/clients.ts'
import { sqsDeadLetterQueue } from '../../lib/aws/dead-letter-queue.ts'
import { sqsDeadLetters } from '../../lib/aws/dead-letters.ts'
import { readDeadLetter } from '../../lib/aws/read-dead-letter.ts'
import type { CustomerChange } from '../../lib/core/change.ts'
import { type DeadLetter, type DeadLetters, diagnose } from '../../lib/core/dead-letter.ts'
import { newLink, type ParkedFailure } from '../../lib/core/link.ts'
import { lookAtLetters, sendBack } from '../../lib/core/redrive.ts'
import { fakeLinks } from '../fakes/links.ts'
import { createFifoQueue, receiveAll, testAws } from '../support/embedded.ts'

jest.setTimeout(60_000)

const sqs = sqsClient(testAws())
afterAll(() => sqs.destroy())

const failure: ParkedFailure = {
  provider: 'notchpay',
  code: 'CONTACT_MISSING',
  reason: 'no e-mail, no phone',
  field: 'email',
  attempts: 1,
  firstFailedAt: '2026-03-01T08:00:00.000Z',
  retryable: false,
}

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

async function aQueue(count: number) {
  const url = await createFifoQueue()
  const { park } = sqsDeadLetterQueue(sqs, url)
  for (let number = 1; number <= count; number += 1) await park(aChange(String(number)), failure)
  return { url, deadLetters: sqsDeadLetters(sqs, url) }
}

async function lookAt(deadLetters: DeadLetters): Promise<readonly DeadLetter[]> {
  const seen: DeadLetter[] = []
  await deadLetters.sweep(async (letters) => {
    seen.push(...letters)
    return letters.map(() => 'keep')
  })
  return seen
}

const recordIds = (letters: readonly DeadLetter[]) => letters.map(({ change }) => change?.recordId).toSorted()

describe('sqsDeadLetters', () => {
  it('shows every letter once, more than fit into one batch, and gives all of them back at once', async () => {
    const { deadLetters } = await aQueue(23)
    const first = await lookAt(deadLetters)
    const second = await lookAt(deadLetters)
    expect(first).toHaveLength(23)
    expect(recordIds(second)).toEqual(recordIds(first))
    expect(second.map(({ id }) => id).toSorted()).toEqual(first.map(({ id }) => id).toSorted())
  })

  it('removes only what the judge says', async () => {
    const { deadLetters } = await aQueue(3)
    await deadLetters.sweep(async (letters) =>
      letters.map(({ change }) => (change?.recordId === '2' ? 'remove' : 'keep')),
    )
    expect(recordIds(await lookAt(deadLetters))).toEqual(['1', '3'])
  })

  it('loses nothing when acting on a letter fails', async () => {
    const { deadLetters } = await aQueue(2)
    const failing = deadLetters.sweep(async () => {
      throw new Error('the queue of changes did not answer')
    })
    await expect(failing).rejects.toThrow('the queue of changes did not answer')
    expect(recordIds(await lookAt(deadLetters))).toEqual(['1', '2'])
  })

  it('stops looking once it has enough', async () => {
    const { deadLetters } = await aQueue(15)
    let batches = 0
    await deadLetters.sweep(
      async (letters) => {
        batches += 1
        return letters.map(() => 'keep')
      },
      () => batches > 0,
    )
    expect(batches).toBe(1)
  })

  it('reads what the queue itself moved there', async () => {
    const { url, deadLetters } = await aQueue(0)
    const ids = { MessageGroupId: 'group', MessageDeduplicationId: 'once' }
    const MessageBody = JSON.stringify(aChange('9'))
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, ...ids }))
    expect(await lookAt(deadLetters)).toMatchObject([{ change: { recordId: '9' }, failure: null }])
  })
})

describe('letters that the queue itself moved', () => {
  /** A queue of changes that gives up what was received once, and these changes as its dead letters. */
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
    return { url, queue, deadLetters: sqsDeadLetters(sqs, deadLettersUrl) }
  }

  it('go back although the queue has seen them, whatever their order and ids, and none is lost', async () => {
    const changes = ['1', '2', '3'].flatMap((recordId) =>
      ['a', 'b'].map((eventId) => ({ ...aChange(recordId), eventId })),
    )
    const { url, queue, deadLetters } = await moved(...changes)
    const sent: string[] = []
    for (;;) {
      // Those of one record lie behind each other.
      const letters = await lookAtLetters(deadLetters, fakeLinks())
      if (letters.length === 0) break
      expect(letters.every(({ diagnosis }) => diagnosis.code === 'RECEIVE_LIMIT')).toBe(true)
      const ids = new Set(letters.map(({ letter }) => letter.id))
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
  it('sends a letter that a crash left there once more, and the queue takes it only once', async () => {
    const { deadLetters } = await aQueue(1)
    const url = await createFifoQueue()
    const queue = sqsChangeQueue(sqs, url)
    const [letter] = await lookAt(deadLetters)
    const ids = new Set([letter?.id ?? ''])
    const crashing = {
      send: async (changes: readonly CustomerChange[]) => {
        await queue.send(changes)
        throw new Error('crashed')
      },
    }
    await expect(sendBack(ids, { deadLetters, queue: crashing })).rejects.toThrow('crashed')
    expect(await sendBack(ids, { deadLetters, queue })).toMatchObject({ redriven: [letter?.id] })
    expect(await lookAt(deadLetters)).toEqual([])
    expect(await receiveAll(url)).toHaveLength(1)
  })
})

describe('diagnose', () => {
  const link = { ...newLink(aChange(), 'notchpay', 'test'), failure }
  const parked = readDeadLetter('m1', JSON.stringify({ change: aChange(), failure }), '1772352000000')
  const moved = readDeadLetter('m2', JSON.stringify(aChange()), '1772352000000')

  it('takes the time from SQS', () => {
    expect(parked.deadLetteredAt).toBe('2026-03-01T08:00:00.000Z')
  })

  it('is what was written down when the letter was parked', () => {
    const other = { ...link, provider: 'wooshpay', failure: { ...failure, code: 'OTHER' } } as const
    expect(diagnose(parked, [other])).toEqual(failure)
  })

  it('takes the reason of a moved letter from its record’s link', () => {
    expect(diagnose(moved, [link])).toEqual(failure)
  })

  it('takes it from the link that was being tried again, where another failed for good', () => {
    const retried = { ...failure, code: 'TIMEOUT', retryable: true }
    const other = { ...newLink(aChange(), 'wooshpay', 'test'), failure: retried }
    expect(diagnose(moved, [link, other])).toEqual({ ...retried, provider: 'wooshpay' })
  })

  it('says RECEIVE_LIMIT where nobody wrote down why', () => {
    expect(diagnose(moved, [])).toMatchObject({ code: 'RECEIVE_LIMIT', attempts: null, retryable: true })
  })

  it.each(['', 'not json', '{"v":2}', '[]', 'null'])('says of %j that it cannot be read', (body) => {
    const letter = readDeadLetter('m3', body, undefined)
    expect(letter).toMatchObject({ change: null, deadLetteredAt: null })
    expect(diagnose(letter, [])).toMatchObject({ code: 'MESSAGE_UNREADABLE', retryable: false })
  })
})
