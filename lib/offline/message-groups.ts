import type { buildApp } from 'fauxqs'

export type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>
type SqsQueue = ReturnType<Stores['sqsStore']['createQueue']>
type StoredMessage = Parameters<SqsQueue['enqueue']>[0]

/** The most that one receive gives. */
const mostMessages = 10

/**
 * Makes every FIFO queue of the store give out message groups as SQS does. fauxqs gives one message of a group per
 * receive, and puts messages that come back before those that were sent earlier. SQS gives as many of the same group as
 * it can, in order, and then of the next; none of a group of which a message is in flight.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export function giveGroupsTogether(store: Stores['sqsStore']): void {
  const create = store.createQueue.bind(store)
  store.createQueue = (...args) => {
    const queue = create(...args)
    if (queue.isFifo()) keepOrder(queue)
    return queue
  }
}

function keepOrder(queue: SqsQueue): void {
  const enqueue = queue.enqueue.bind(queue)
  const dequeue = queue.dequeue.bind(queue)
  const changeVisibility = queue.changeVisibility.bind(queue)
  const processTimers = queue.processTimers.bind(queue)
  const arrivals = new WeakMap<StoredMessage, number>()
  let arrived = 0
  let isReceiving = false

  const sort = (groups: readonly string[]) => {
    const arrival = (message: StoredMessage) => arrivals.get(message) ?? 0
    for (const group of groups) queue.fifoMessages.get(group)?.sort((a, b) => arrival(a) - arrival(b))
  }
  const groupOf = (receipt: string) => queue.inflightMessages.get(receipt)?.message.messageGroupId ?? ''

  queue.enqueue = (message) => {
    arrived += 1
    arrivals.set(message, arrived)
    enqueue(message)
  }

  queue.changeVisibility = (receipt, seconds) => {
    const group = groupOf(receipt)
    changeVisibility(receipt, seconds)
    sort([group])
  }

  queue.processTimers = () => {
    // What has just been given out with a visibility of 0 is for the next receive.
    if (isReceiving) return
    const now = Date.now()
    const expired = [...queue.inflightMessages.values()].filter((entry) => entry.visibilityDeadline <= now)
    processTimers()
    sort(expired.map(({ message }) => message.messageGroupId ?? ''))
  }

  queue.dequeue = (maxCount, ...rest) => {
    queue.processTimers()
    isReceiving = true
    const messages: ReturnType<SqsQueue['dequeue']> = []
    /** How many of each group this receive gives: they do not keep it from giving the next one. */
    const given = new Map<string, number>()
    while (messages.length < Math.min(maxCount, mostMessages)) {
      for (const group of given.keys()) queue.fifoLockedGroups.delete(group)
      const [next] = dequeue(1, ...rest)
      if (next) {
        const group = groupOf(next.ReceiptHandle)
        given.set(group, (given.get(group) ?? 0) + 1)
        messages.push(next)
      }
      for (const [group, count] of given) queue.fifoLockedGroups.set(group, count)
      if (!next) break
    }
    isReceiving = false
    return messages
  }
}
