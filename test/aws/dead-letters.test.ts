import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { sqsClient } from '../../lib/aws/clients.ts'
import { sqsDeadLetterQueue } from '../../lib/aws/dead-letter-queue.ts'
import { type DeadLetters, sqsDeadLetters } from '../../lib/aws/dead-letters.ts'
import { type DeadLetter, diagnose, readDeadLetter } from '../../lib/aws/read-dead-letter.ts'
import type { CustomerChange } from '../../lib/core/change.ts'
import { newLink, type ParkedFailure } from '../../lib/core/link.ts'
import { createFifoQueue, testAws } from '../support/embedded.ts'

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

  it('says RECEIVE_LIMIT where nobody wrote down why', () => {
    expect(diagnose(moved, [])).toMatchObject({ code: 'RECEIVE_LIMIT', attempts: null, retryable: true })
  })

  it.each(['', 'not json', '{"v":2}', '[]', 'null'])('says of %j that it cannot be read', (body) => {
    const letter = readDeadLetter('m3', body, undefined)
    expect(letter).toMatchObject({ change: null, deadLetteredAt: null })
    expect(diagnose(letter, [])).toMatchObject({ code: 'MESSAGE_UNREADABLE', retryable: false })
  })
})
