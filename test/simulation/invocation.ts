import { AsyncLocalStorage } from 'node:async_hooks'
import { theRun } from './run.ts'

/** One run of a function: what it may do ends with it, what it has sent does not. */
export type Invocation = {
  readonly name: string
  /** At which of its awaits it crashes; null for none. */
  readonly crashesAt: number | null
  awaits: number
  dead: boolean
  /** Told once, when it dies. */
  die: (reason: string) => void
}

const current = new AsyncLocalStorage<Invocation>()

export const never = (): Promise<never> => new Promise(() => {})

export function actorName(): string {
  return current.getStore()?.name ?? 'operator'
}

/** Runs `work` as this invocation: each of its calls knows whose it is. */
export function runAs<T>(invocation: Invocation, work: () => Promise<T>): Promise<T> {
  return current.run(invocation, work)
}

/** A place where the function may be gone for good: before a call leaves, and before its answer is read. */
export async function crashPoint(): Promise<void> {
  const invocation = current.getStore()
  if (!invocation) return
  if (!invocation.dead) {
    invocation.awaits += 1
    if (invocation.awaits === invocation.crashesAt) {
      theRun().count('crash')
      invocation.die(`crashed at await ${invocation.awaits}`)
    }
  }
  if (invocation.dead) await never()
}

/** One call to a service: what has left arrives, even when who sent it is gone by then. */
export async function remotely<T>(millis: number, work: () => T | Promise<T>): Promise<T> {
  const { scheduler } = theRun()
  await crashPoint()
  await scheduler.sleep(millis / 2)
  const outcome = await settle(work)
  await scheduler.sleep(millis / 2)
  await crashPoint()
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

async function settle<T>(
  work: () => T | Promise<T>,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}
