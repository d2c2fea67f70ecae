import type { buildApp } from 'fauxqs'

export type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>
type SqsQueue = ReturnType<Stores['sqsStore']['createQueue']>
type StoredMessage = Parameters<SqsQueue['enqueue']>[0]

/** SQS's maximum per ReceiveMessage. */
const mostMessages = 10

/**
 * Makes the FIFO queues of a fauxqs store deliver message groups as SQS does: a receive returns as many messages of one
 * group as possible, in order, then continues with the next group, and skips groups with messages in flight. On its own,
 * fauxqs returns one message per group, loses the order of messages that become visible again, and ends every long poll
 * when one message comes, so that all but one of them return nothing.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export function deliverMessageGroups(store: Stores['sqsStore']): void {
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
  /** A receive is going to take the messages that there are. */
  let isTaken = false

  const sort = (groups: readonly string[]) => {
    const arrival = (message: StoredMessage) => arrivals.get(message) ?? 0
    for (const group of groups) queue.fifoMessages.get(group)?.sort((a, b) => arrival(a) - arrival(b))
  }
  const groupOf = (receipt: string) => queue.inflightMessages.get(receipt)?.message.messageGroupId ?? ''

  queue['notifyWaiters'] = () => {
    if (isTaken || !queue['hasAvailableFifoMessages']()) return
    const poll = queue.pollWaiters.shift()
    if (!poll) return
    isTaken = true
    clearTimeout(poll.timer)
    poll.resolve()
  }

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
    // A visibility timeout of 0 must not return a message twice in the same receive.
    if (isReceiving) return
    const now = Date.now()
    const expired = [...queue.inflightMessages.values()].filter((entry) => entry.visibilityDeadline <= now)
    processTimers()
    sort(expired.map(({ message }) => message.messageGroupId ?? ''))
  }

  queue.dequeue = (maxCount, ...rest) => {
    isTaken = true
    queue.processTimers()
    isReceiving = true
    const messages: ReturnType<SqsQueue['dequeue']> = []
    /** Messages per group in this receive. Their lock applies to other receives only. */
    const taken = new Map<string, number>()
    while (messages.length < Math.min(maxCount, mostMessages)) {
      for (const group of taken.keys()) queue.fifoLockedGroups.delete(group)
      const [next] = dequeue(1, ...rest)
      if (next) {
        const group = groupOf(next.ReceiptHandle)
        taken.set(group, (taken.get(group) ?? 0) + 1)
        messages.push(next)
      }
      for (const [group, count] of taken) queue.fifoLockedGroups.set(group, count)
      if (!next) break
    }
    isReceiving = false
    isTaken = false
    // What is left is for the next poll.
    queue['notifyWaiters']()
    return messages
  }
}
