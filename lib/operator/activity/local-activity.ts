import { openLogCursor } from '../log/log-cursor.ts'
import { readLogLine } from '../log/log-entry.ts'
import type { Activity } from './figures.ts'
import { type Digest, logDigest } from './log-digest.ts'

/**
 * The activity of the local stack, worked out from its log. The log is read once, and then only what was added since the last
 * question. Close it at the end, as it keeps the log open.
 */
export async function localActivity(file: string, now = () => new Date()): Promise<Activity> {
  const cursor = await openLogCursor(file, 'beginning')
  const digest: Digest = logDigest(now)
  let reading: Promise<void> = Promise.resolve()

  const readOn = async () => {
    for await (const lines of cursor.read()) {
      for (const line of lines) {
        const entry = readLogLine(line)
        if (entry) digest.add(entry)
      }
    }
  }
  /** Questions that come at the same time are answered one after the other, as the cursor requires. */
  const upToDate = (): Promise<void> => {
    reading = reading.then(readOn, readOn)
    return reading
  }

  return {
    async figures(range) {
      await upToDate()
      return digest.figures(range)
    },
    async recent(filter) {
      await upToDate()
      return digest.recent(filter)
    },
    async lastAccepted() {
      await upToDate()
      return digest.lastAccepted()
    },
    async oldestSeconds(waiting) {
      await upToDate()
      return digest.oldestSeconds(waiting)
    },
    close: () => cursor.close(),
  }
}
