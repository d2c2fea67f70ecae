import type { RecordGroup } from '../messages/combine-changes.ts'
import type { Postponed, QueuedChange } from '../messages/queued-change.ts'
import type { CustomerChange } from '../model/change.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

type Result = { readonly messages: RecordGroup<QueuedChange>; readonly postponed: readonly Postponed[] }

/**
 * The messages that stay on the queue. Of a message with several records (a page of listed ones), the records that must be tried again
 * go on as messages of their own, so that the others are not read again with them. A page stays as it is when none of its records
 * was done, as in an outage, and when the queue of listed records does not take its rest.
 */
export async function keepPages(
  results: readonly Result[],
  deps: Pick<SyncDeps, 'listedQueue' | 'log'>,
): Promise<readonly Postponed[]> {
  const parts = Map.groupBy(
    results.flatMap(({ messages }) => messages),
    ({ messageId }) => messageId,
  )
  const isPage = ({ messageId }: Postponed) => (parts.get(messageId)?.length ?? 0) > 1
  const all = results.flatMap(({ postponed }) => postponed)
  const pages = Map.groupBy(all.filter(isPage), ({ messageId }) => messageId)
  const kept = await Promise.all(
    [...pages].map(async ([messageId, waits]): Promise<Postponed[]> => {
      const afterSeconds = Math.max(...waits.map((wait) => wait.afterSeconds))
      const rest = restOf(messageId, results)
      const isSplit = rest.length < (parts.get(messageId)?.length ?? 0) && (await queued(rest, deps))
      return isSplit ? [] : [{ messageId, afterSeconds }]
    }),
  )
  return [...all.filter((wait) => !isPage(wait)), ...kept.flat()]
}

function restOf(messageId: string, results: readonly Result[]): CustomerChange[] {
  return results.flatMap(({ messages, postponed }) =>
    postponed.some((wait) => wait.messageId === messageId)
      ? messages.flatMap((message) => (message.messageId === messageId ? message.change : []))
      : [],
  )
}

async function queued(
  changes: readonly CustomerChange[],
  { listedQueue, log }: Pick<SyncDeps, 'listedQueue' | 'log'>,
): Promise<boolean> {
  if (!listedQueue) return false
  try {
    await listedQueue.send(changes)
    return true
  } catch (error) {
    log.warn('the rest of a page could not be queued, the whole page is tried again', {
      reason: error instanceof Error ? error.message : String(error),
    })
    return false
  }
}
