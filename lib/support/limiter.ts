import type { Limited } from '../core/ports/sync-deps.ts'

/** Runs at most `most` of the given works at a time; the others wait for their turn. */
export function limiter(most: number): Limited {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running < most) running += 1
    // Whoever ends hands its place over.
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
