import { randomUUID } from 'node:crypto'
import type { Tone } from '../parts/html.ts'

type Notice = { readonly tone: Tone; readonly text: string }

/** What an action has to say on the page that it leads to. */
export type Notices = {
  /** Keeps it, and returns the path with what finds it again. */
  leave(path: string, notice: Notice): string
  find(id: string | undefined): Notice | null
}

const mostKept = 200

/** The text is kept here, not in the address: a link from elsewhere cannot put words on a page. */
export function newNotices(): Notices {
  const kept = new Map<string, Notice>()
  return {
    leave(path, notice) {
      const id = randomUUID().slice(0, 8)
      kept.set(id, notice)
      for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - mostKept))) kept.delete(old)
      return `${path}${path.includes('?') ? '&' : '?'}notice=${id}`
    },
    find: (id) => (id === undefined ? null : (kept.get(id) ?? null)),
  }
}
