import { randomUUID } from 'node:crypto'
import type { Tone } from '../parts/html.ts'

/** What a job says when it is over. */
export type JobLine = { readonly tone: Tone; readonly text: string; readonly href?: string }

export type JobReport = {
  /** Aborted when somebody stops the job; it ends what it has begun. */
  readonly signal: AbortSignal
  /** `total` is null while it is not known. */
  progress(done: number, total: number | null, step: string): void
}

export type Job = {
  readonly id: string
  readonly title: string
  readonly startedAt: Date
  readonly state: 'running' | 'done' | 'failed' | 'stopped'
  readonly endedAt: Date | null
  readonly done: number
  readonly total: number | null
  readonly step: string
  readonly lines: readonly JobLine[]
}

export type Jobs = {
  /** Newest first. */
  list(): readonly Job[]
  find(id: string): Job | null
  /** The job that works on this, if one is running. */
  running(lane: string): Job | null
  /** Begins a job and returns at once. Jobs of one lane exclude each other: the running one is returned instead. */
  start(it: JobRequest): Job
  stop(id: string): void
  /** Stops all and waits for them. */
  close(): Promise<void>
}
export type JobRequest = {
  readonly title: string
  readonly lane: string
  /** Not in the list of jobs: the page that began it shows its progress. */
  readonly isQuiet?: boolean
  work(report: JobReport): Promise<readonly JobLine[]>
  /** In words, for what `work` throws. */
  describe(error: unknown): string
}

const mostKept = 100

type Entry = {
  job: Job
  readonly lane: string
  readonly isQuiet: boolean
  readonly stop: AbortController
  ended: Promise<void>
}

/** Long actions, which go on while nobody looks. They end with the console: what is held then is released. */
export function newJobs(now: () => Date = () => new Date()): Jobs {
  const entries = new Map<string, Entry>()
  const runningIn = (lane: string) =>
    [...entries.values()].find((entry) => entry.lane === lane && entry.job.state === 'running')

  const run = async (entry: Entry, { work, describe }: JobRequest): Promise<void> => {
    const update = (change: Partial<Job>) => {
      entry.job = { ...entry.job, ...change }
    }
    const { signal } = entry.stop
    try {
      const lines = await work({ signal, progress: (done, total, step) => update({ done, total, step }) })
      update({ lines, state: signal.aborted ? 'stopped' : 'done' })
    } catch (error) {
      update({ state: 'failed', lines: [{ tone: 'bad', text: describe(error) }] })
    }
    update({ endedAt: now() })
  }

  return {
    list: () => [...entries.values()].flatMap(({ job, isQuiet }) => (isQuiet ? [] : [job])).toReversed(),
    find: (id) => entries.get(id)?.job ?? null,
    running: (lane) => runningIn(lane)?.job ?? null,
    start(request) {
      const busy = runningIn(request.lane)
      if (busy) return busy.job
      const job: Job = {
        id: randomUUID().slice(0, 8),
        title: request.title,
        startedAt: now(),
        state: 'running',
        endedAt: null,
        done: 0,
        total: null,
        step: '',
        lines: [],
      }
      const { lane, isQuiet = false } = request
      const entry: Entry = { job, lane, isQuiet, stop: new AbortController(), ended: Promise.resolve() }
      entries.set(job.id, entry)
      entry.ended = run(entry, request)
      for (const id of [...entries.keys()].slice(0, Math.max(0, entries.size - mostKept))) entries.delete(id)
      return job
    },
    stop: (id) => entries.get(id)?.stop.abort(),
    async close() {
      for (const { stop } of entries.values()) stop.abort()
      await Promise.all([...entries.values()].map(({ ended }) => ended))
    },
  }
}
