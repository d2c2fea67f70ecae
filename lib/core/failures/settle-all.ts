import { LinkFailed } from '../links/link-failed.ts'
import { laterTime } from '../model/crm-time.ts'
import { isRetryable } from './retry.ts'

/** Waits for all, so that one failure does not stop the others. Then throws the most urgent failure. */
export async function settleAll<T>(tasks: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(tasks)
  const failures = settled.flatMap((it) => (it.status === 'rejected' ? [it.reason as unknown] : []))
  if (failures.length > 0) throw mostUrgent(failures)
  return settled.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []))
}

/** A failure that can be retried comes first: a final one will occur again at the next try. */
function mostUrgent(errors: readonly unknown[]): unknown {
  const isUrgent = (error: unknown) => isRetryable(error instanceof LinkFailed ? error.cause : error)
  const chosen = errors.find(isUrgent) ?? errors[0]
  if (!(chosen instanceof LinkFailed)) return chosen
  const ofLinks = errors.filter((error) => error instanceof LinkFailed)
  const held = ofLinks.map(({ heldUntil }) => heldUntil).reduce(laterTime)
  const others = ofLinks.filter((error) => error !== chosen)
  return new LinkFailed(chosen.failure, chosen.link, held, chosen.cause, others)
}
