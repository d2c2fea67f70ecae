import type { DeadLetters } from '../../lib/aws/dead-letters.ts'
import type { DeadLetter } from '../../lib/aws/read-dead-letter.ts'
import { redriveLetters } from '../../lib/cli/redrive-letters.ts'
import type { CustomerChange } from '../../lib/core/change.ts'

const ref = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501' } as const

function aLetter(id: string, changes: Partial<CustomerChange> = {}): DeadLetter {
  const receivedAt = '2026-03-01T08:00:00.000Z'
  const change = { v: 1, ...ref, kind: 'changed', eventId: 'e1', receivedAt, ...changes } as const
  return { id, deadLetteredAt: null, change, failure: null }
}

/** A queue that shows these batches, one a look, and forgets what it is told to remove. */
function showing(...batches: readonly DeadLetter[][]) {
  const removed: string[] = []
  const deadLetters: DeadLetters = {
    sweep: async (judge, enough = () => false) => {
      for (const batch of batches) {
        if (enough()) return
        const verdicts = await judge(batch)
        removed.push(...batch.flatMap(({ id }, index) => (verdicts[index] === 'remove' ? [id] : [])))
      }
    },
  }
  return { deadLetters, removed }
}

function aQueue() {
  const sent: CustomerChange[] = []
  const send = async (changes: readonly CustomerChange[]) => {
    sent.push(...changes)
  }
  return { send, sent }
}

describe('redriveLetters', () => {
  it('does not send a change again that fails and comes back while all are being redriven', async () => {
    const { deadLetters, removed } = showing([aLetter('a')], [aLetter('b', { round: 1 })])
    const queue = aQueue()
    const { redriven } = await redriveLetters(deadLetters, null, queue)
    expect(redriven).toEqual(['a'])
    expect(removed).toEqual(['a'])
    expect(queue.sent).toMatchObject([{ recordId: '501', round: 1 }])
  })

  it('takes up another change of the same record, and one that has been through earlier rounds', async () => {
    const later = aLetter('c', { recordId: '502', round: 2 })
    const { deadLetters } = showing([aLetter('a')], [aLetter('b', { eventId: 'e2' })], [later])
    const queue = aQueue()
    await redriveLetters(deadLetters, null, queue)
    expect(queue.sent.map(({ eventId, round }) => [eventId, round])).toEqual([
      ['e1', 1],
      ['e2', 1],
      ['e1', 3],
    ])
  })

  it('keeps a letter whose change the queue did not take', async () => {
    const { deadLetters, removed } = showing([aLetter('a')])
    const send = async () => {
      throw new Error('the queue did not answer')
    }
    await expect(redriveLetters(deadLetters, null, { send })).rejects.toThrow('the queue did not answer')
    expect(removed).toEqual([])
  })
})
