import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import type { DeadLetters, HeldDeadLetters, NotShown } from '../core/dead-letters/dead-letter.ts'
import { readDeadLetter } from './dead-letter-body.ts'
import { type HeldQueue, type HoldSettings, holdQueue } from './held-queue.ts'

/** The dead letters of several queues as one list. SQS can only show a message by receiving it. */
export function sqsDeadLetters(
  client: SQSClient,
  queueUrls: readonly string[],
  settings: HoldSettings = {},
): DeadLetters {
  return {
    async hold(work) {
      const queues: HeldQueue[] = []
      const release = () => Promise.allSettled(queues.map((queue) => queue.release()))
      let result: Awaited<ReturnType<typeof work>>
      try {
        for (const url of queueUrls) queues.push(await holdQueue(client, url, settings))
        result = await work(heldIn(queues))
      } catch (error) {
        // A failure to release is not reported in place of the first error: visibility timeouts release them too.
        await release()
        throw error
      }
      valuesOf(await release())
      return result
    },
  }
}

/** A message that holds a dead letter. After an interrupted move there is one in each queue. */
type Copy = { readonly queue: HeldQueue; readonly messageId: string }

function heldIn(queues: readonly HeldQueue[]): HeldDeadLetters {
  const copies = new Map<string, readonly Copy[]>()

  const remove = async (ids: readonly string[]): Promise<void> => {
    const wanted = ids.flatMap((id) => (copies.get(id) ?? []).map((copy) => ({ ...copy, id })))
    const kept = new Set<string>()
    for (const [queue, messages] of Map.groupBy(wanted, (copy) => copy.queue)) {
      const failed = new Set(await queue.remove(messages.map(({ messageId }) => messageId)))
      for (const { id, messageId } of messages) if (failed.has(messageId)) kept.add(id)
    }
    for (const id of ids) if (!kept.has(id)) copies.delete(id)
    if (kept.size === 0) return
    throw new Error(
      `the dead-letter queue did not remove ${[...kept].join(', ')}: list them again, then repeat`,
    )
  }

  /** Returns the dead letters that are not held yet. */
  const register = (messages: readonly Message[], queue: HeldQueue) =>
    messages.flatMap((message) => {
      const deadLetter = read(message)
      const known = copies.get(deadLetter.id)
      const messageId = message.MessageId ?? ''
      // A message whose visibility timeout expired is received again; it is not a duplicate.
      const others = known?.filter((copy) => copy.messageId !== messageId) ?? []
      copies.set(deadLetter.id, [...others, { queue, messageId }])
      return known ? [] : [deadLetter]
    })

  return {
    expected: queues.reduce((sum, { expected }) => sum + expected, 0),
    async receive(judge, enough = () => false) {
      let broken = false
      const receiveFrom = async (queue: HeldQueue): Promise<NotShown> => {
        try {
          return await queue.receive(
            async (messages) => {
              const deadLetters = register(messages, queue)
              if (deadLetters.length === 0) return
              const verdicts = await judge(deadLetters)
              await remove(deadLetters.flatMap(({ id }, index) => (verdicts[index] === 'remove' ? id : [])))
            },
            () => broken || enough(),
          )
        } catch (error) {
          broken = true
          throw error
        }
      }
      return valuesOf(await Promise.allSettled(queues.map(receiveFrom))).reduce(total)
    },
    remove,
  }
}

/** Throws the first error. */
function valuesOf<T>(outcomes: readonly PromiseSettledResult<T>[]): readonly T[] {
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

function total(one: NotShown, other: NotShown): NotShown {
  return {
    elsewhere: one.elsewhere + other.elsewhere,
    behind: one.behind + other.behind,
    full: one.full || other.full,
  }
}

function read({ MessageId = '', Body = '', Attributes = {} }: Message) {
  return readDeadLetter({
    messageId: MessageId,
    body: Body,
    group: Attributes.MessageGroupId ?? '',
    sentTimestamp: Attributes.SentTimestamp,
  })
}
