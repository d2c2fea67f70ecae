import type { Random } from './random.ts'

type Task = { readonly at: number; readonly tie: number; readonly run: () => void }

/** The run came to a standstill, or never does. */
class Stuck extends Error {
  override readonly name = 'Stuck'
}

/** A virtual clock and the one event loop of a run. Times are milliseconds since 1970. */
export type Scheduler = {
  now(): number
  /** What is due at the same instant runs in an order that the seed decides. */
  after(millis: number, run: () => void): void
  sleep(millis: number): Promise<void>
  /** Works off what is due until `done`. Throws Stuck when nothing is left to do before, or it takes too many steps. */
  runUntil(done: () => boolean, mostSteps: number): Promise<void>
}

export function virtualScheduler(startsAt: number, random: Random): Scheduler {
  const heap: Task[] = []
  let now = startsAt

  const after = (millis: number, run: () => void) => {
    push(heap, { at: now + Math.max(0, Math.round(millis)), tie: random.next(), run })
  }
  return {
    now: () => now,
    after,
    sleep: (millis) => new Promise((resolve) => after(millis, resolve)),
    async runUntil(done, mostSteps) {
      for (let steps = 0; !done(); steps += 1) {
        const task = pop(heap)
        if (!task) throw new Stuck('nothing is due any more, but the run has not ended')
        if (steps > mostSteps) throw new Stuck(`the run has not ended after ${mostSteps} steps`)
        now = task.at
        task.run()
        await promisesSettled()
      }
    },
  }
}

/** Everything under test awaits promises alone, so one turn of the real event loop lets all of it run. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const isBefore = (a: Task, b: Task) => a.at < b.at || (a.at === b.at && a.tie < b.tie)

function push(heap: Task[], task: Task): void {
  let index = heap.length
  heap.push(task)
  while (index > 0) {
    const parent = (index - 1) >> 1
    const above = heap[parent]
    if (!above || !isBefore(task, above)) break
    heap[index] = above
    index = parent
  }
  heap[index] = task
}

function pop(heap: Task[]): Task | undefined {
  const [first] = heap
  const last = heap.pop()
  if (!first || !last || heap.length === 0) return first
  let index = 0
  for (;;) {
    const left = 2 * index + 1
    const [a, b] = [heap[left], heap[left + 1]]
    const smaller = a && b && isBefore(b, a) ? left + 1 : left
    const child = heap[smaller]
    if (!child || !isBefore(child, last)) break
    heap[index] = child
    index = smaller
  }
  heap[index] = last
  return first
}
