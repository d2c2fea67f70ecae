import { openLogCursor } from './log-cursor.ts'
import { type LogEntry, readLogLine } from './log-entry.ts'
import { defaultLimit, matches, newest } from './log-match.ts'
import type { LogReader } from './log-reader.ts'
import { waitUnlessAborted } from './wait.ts'

/** How often the file is looked at for new lines. */
const pollMs = 250

/** The log of the local stack. A file that does not exist yet counts as empty. */
export function localLog(file: string): LogReader {
  return {
    async find(query) {
      const limit = query.limit ?? defaultLimit
      const found: LogEntry[] = []
      for await (const entry of readAll(file)) if (matches(entry, query)) found.push(entry)
      const incomplete = found.length > limit ? `only the last ${limit} of ${found.length} entries` : null
      return { entries: newest(found, limit), incomplete }
    },
    follow: (signal) => follow(file, signal),
  }
}

async function* readAll(file: string): AsyncGenerator<LogEntry> {
  const cursor = await openLogCursor(file, 'beginning')
  try {
    for await (const lines of cursor.read()) yield* readLines(lines)
  } finally {
    await cursor.close()
  }
}

async function* follow(file: string, signal: AbortSignal): AsyncGenerator<LogEntry> {
  const cursor = await openLogCursor(file, 'end')
  try {
    while (!signal.aborted) {
      for await (const lines of cursor.read()) yield* readLines(lines)
      await waitUnlessAborted(pollMs, signal)
    }
  } finally {
    await cursor.close()
  }
}

function readLines(lines: readonly string[]): readonly LogEntry[] {
  return lines.flatMap((line) => readLogLine(line) ?? [])
}
