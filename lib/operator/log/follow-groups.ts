import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs'
import { orRefused } from '../cloudwatch/or-refused.ts'
import { type LogEntry, readLogLine } from './log-entry.ts'
import { waitUnlessAborted } from './wait.ts'

/** Lines can be found this much later than they were logged, so each look begins this much before the last one. */
const overlapMs = 60_000
/** The most pages of a log group that one look reads. */
const mostPages = 20

/** Yields each line that is logged from now on once, by looking again and again. */
export async function* followGroups(
  client: CloudWatchLogsClient,
  groups: readonly string[],
  { signal, now, pollMs }: { readonly signal: AbortSignal; now(): Date; readonly pollMs: number },
): AsyncGenerator<LogEntry> {
  const begin = now().getTime()
  /** The time of each line that was seen and may be found again, by its id. */
  const seen = new Map<string, number>()
  while (!signal.aborted) {
    const since = Math.max(begin, now().getTime() - overlapMs)
    const found = await Promise.all(groups.map((group) => readGroup(client, group, since)))
    const fresh = found.flat().filter(({ id }) => !seen.has(id))
    for (const { id, time } of fresh) seen.set(id, time)
    for (const [id, time] of seen) if (time < since - overlapMs) seen.delete(id)
    yield* fresh.toSorted((a, b) => a.time - b.time).flatMap(({ entry }) => entry ?? [])
    await waitUnlessAborted(pollMs, signal)
  }
}

type Line = { readonly id: string; readonly time: number; readonly entry: LogEntry | null }

async function readGroup(
  client: CloudWatchLogsClient,
  group: string,
  since: number,
): Promise<readonly Line[]> {
  return orRefused('logs:FilterLogEvents', async () => {
    const lines: Line[] = []
    const pages = paginateFilterLogEvents({ client }, { logGroupName: group, startTime: since })
    let read = 0
    for await (const { events = [] } of pages) {
      lines.push(...events.map((event) => toLine(event, group)))
      read += 1
      if (read === mostPages) break
    }
    return lines
  })
}

function toLine({ eventId = '', timestamp = 0, message = '' }: FilteredLogEvent, group: string): Line {
  return { id: `${group} ${eventId}`, time: timestamp, entry: readLogLine(message.trimEnd(), group) }
}
