import type { Context, SQSEvent } from 'aws-lambda'
import { judgeBatch } from '../../lib/offline/partial-batch-response.ts'
import type { QueueMessage } from './fifo-queue.ts'
import { type Ended, invoke, newInvocation, type SyncFunction, startSync } from './functions.ts'
import type { Invocation } from './invocation.ts'
import { theRun } from './run.ts'

const functionTimeout = 60_000

/** What still goes over the wire once an invocation is gone has arrived by then. */
const afterlife = 45_000

type Delivery = { readonly invocation: Invocation; endedAt: number | null; judged: boolean }

/** Feeds the function from the queue as Lambda does: batches, several at once, partial batch responses. */
export function startEventSource(): void {
  const { changes, scheduler, settings, random } = theRun()
  const warm: SyncFunction[] = []
  const deliveries = new Map<string, Delivery>()
  let busy = 0
  let wakesAt: number | null = null

  const wake = (delay: number) => {
    const at = scheduler.now() + delay
    if (wakesAt !== null && wakesAt <= at) return
    wakesAt = at
    scheduler.after(delay, () => {
      if (wakesAt !== at) return
      wakesAt = null
      poll()
    })
  }

  const poll = () => {
    while (busy < settings.concurrency) {
      const batch = changes.receive(random.pick([1, 2, 10, 10]), settings.visibilitySeconds)
      if (batch.length === 0) break
      busy += 1
      void work(batch).then(() => {
        busy -= 1
        wake(random.between(0, 20))
      })
    }
    const next = changes.nextVisibleAt()
    if (next !== null && busy < settings.concurrency) wake(Math.max(1, next - scheduler.now()))
  }

  const work = async (batch: readonly QueueMessage[]) => {
    const run = theRun()
    run.invocationCount += 1
    const invocation = newInvocation(`sync.${run.invocationCount}`, 'sync.crash')
    const receipts = batch.map(({ receipt }) => receipt ?? '')
    const delivery: Delivery = { invocation, endedAt: null, judged: false }
    for (const { id } of batch) {
      noteZombie(deliveries.get(id), scheduler.now())
      deliveries.set(id, delivery)
    }
    const startedAt = scheduler.now()
    if (run.weather.strikes('sync.killed')) {
      scheduler.after(random.between(1, random.pick([300, 3000, 30_000])), () => invocation.die('killed'))
    }
    const handler = warm.pop() ?? startSync()
    const context = { getRemainingTimeInMillis: () => startedAt + functionTimeout - scheduler.now() }
    run.history.tell(
      invocation.name,
      `takes ${batch.map(({ id, receives }) => `${id}×${receives}`).join(', ')}`,
    )
    const outcome = await invoke(invocation, functionTimeout, () =>
      handler(toEvent(batch, receipts), context as Context),
    )
    delivery.endedAt = scheduler.now()
    if (!outcome.failed && random.chance(0.9)) warm.push(handler)
    await scheduler.sleep(random.between(1, 30))
    settle(batch, receipts, outcome, invocation.name, startedAt)
    delivery.judged = !outcome.failed
  }

  changes.onChange = () => wake(random.between(1, 120))
  wake(1)
}

/** Whoever is still at work on a message that somebody else gets, or has calls on their way, is a zombie. */
function noteZombie(before: Delivery | undefined, now: number): void {
  if (!before || before.judged) return
  if (before.endedAt === null || now - before.endedAt < afterlife) {
    theRun().zombies.add(before.invocation.name)
    theRun().count('zombie')
  }
}

function settle(
  batch: readonly QueueMessage[],
  receipts: readonly string[],
  outcome: Ended<unknown>,
  name: string,
  startedAt: number,
): void {
  const run = theRun()
  const ids = batch.map(({ id }) => id)
  const verdict = judgeBatch(ids, outcome, true)
  const kept = ids.filter((id) => verdict.failedIds.has(id))
  run.history.tell(name, kept.length > 0 ? `ended; ${kept.join(', ')} to come back` : 'ended; all worked off')
  for (const [index, message] of batch.entries()) {
    if (verdict.failedIds.has(message.id)) continue
    run.onWorkedOff(message, startedAt)
    if (run.weather.strikes('queue.deleteFails'))
      run.history.tell('queue', `${message.id} could not be deleted`)
    else run.changes.delete(receipts[index] ?? '')
  }
}

function toEvent(batch: readonly QueueMessage[], receipts: readonly string[]): SQSEvent {
  const Records = batch.map(({ id, body, receives, firstReceivedAt, group }, index) => ({
    messageId: id,
    receiptHandle: receipts[index],
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      MessageGroupId: group,
    },
  }))
  return { Records } as unknown as SQSEvent
}
