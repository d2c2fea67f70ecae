import type { Random } from './random.ts'

export type QueueMessage = {
  readonly id: string
  readonly body: string
  readonly group: string
  readonly sentAt: number
  receives: number
  firstReceivedAt: number | null
  visibleAt: number
  /** Of the last delivery; null before the first. */
  receipt: string | null
}

/** An SQS FIFO queue: groups in order, five minutes of deduplication, receipts that go stale. */
export type FifoQueue = {
  /** The id of the message; null when it was sent already. */
  send(body: string, group: string, deduplicationId: string): string | null
  /** Up to `most` messages, several of a group in their order; none of a group that is being worked on. */
  receive(most: number, visibilitySeconds: number): QueueMessage[]
  /** False when the receipt is stale. */
  delete(receipt: string): boolean
  postpone(receipt: string, seconds: number): boolean
  messages(): readonly QueueMessage[]
  /** Every body that was ever sent. */
  readonly bodies: string[]
  /** Called whenever there may be something to receive; with the time when there next is. */
  onChange: () => void
  nextVisibleAt(): number | null
}

const deduplicatedFor = 5 * 60_000

export function fifoQueue(
  name: string,
  now: () => number,
  random: Random,
  limit?: {
    readonly receives: number
    readonly moveTo: FifoQueue
    readonly onMove: (message: QueueMessage) => void
  },
): FifoQueue {
  let messages: QueueMessage[] = []
  const sent = new Map<string, number>()
  let count = 0

  const isHeld = (message: QueueMessage) =>
    messages.some((it) => it.group === message.group && it.visibleAt > now())
  const held = (receipt: string) => messages.find((it) => it.receipt === receipt && it.visibleAt > now())
  const remove = (message: QueueMessage) => {
    messages = messages.filter((it) => it !== message)
  }

  const queue: FifoQueue = {
    bodies: [],
    onChange: () => {},
    send(body, group, deduplicationId) {
      queue.bodies.push(body)
      const key = `${group}\n${deduplicationId}`
      const before = sent.get(key)
      if (before !== undefined && now() - before < deduplicatedFor) return null
      sent.set(key, now())
      count += 1
      const id = `${name}-${count}`
      messages.push({
        id,
        body,
        group,
        sentAt: now(),
        receives: 0,
        firstReceivedAt: null,
        visibleAt: 0,
        receipt: null,
      })
      queue.onChange()
      return id
    },
    receive(most, visibilitySeconds) {
      const free = messages.filter((message) => !isHeld(message))
      const groups = [...new Set(free.map(({ group }) => group))]
      const taken: QueueMessage[] = []
      while (groups.length > 0 && taken.length < most) {
        const [group] = groups.splice(random.between(0, groups.length - 1), 1)
        const ofGroup = free.filter((message) => message.group === group)
        taken.push(...ofGroup.slice(0, Math.min(most - taken.length, random.between(1, 10))))
      }
      return taken.filter((message) => {
        if (limit && message.receives >= limit.receives) {
          remove(message)
          limit.onMove(message)
          limit.moveTo.send(message.body, message.group, message.id)
          return false
        }
        message.receives += 1
        message.firstReceivedAt ??= now()
        message.visibleAt = now() + visibilitySeconds * 1000
        message.receipt = `${message.id}#${message.receives}`
        return true
      })
    },
    delete(receipt) {
      const message = held(receipt)
      if (message) remove(message)
      queue.onChange()
      return message !== undefined
    },
    postpone(receipt, seconds) {
      const message = held(receipt)
      if (message) message.visibleAt = now() + seconds * 1000
      queue.onChange()
      return message !== undefined
    },
    messages: () => messages,
    nextVisibleAt() {
      const groups = [...Map.groupBy(messages, ({ group }) => group).values()]
      const times = groups.map((group) => Math.max(...group.map(({ visibleAt }) => visibleAt)))
      return times.length === 0 ? null : Math.min(...times)
    },
  }
  return queue
}
