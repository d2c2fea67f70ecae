/** Calls `work` with each item, at most `most` in parallel. When all have ended, throws the first error. */
export async function inParallel<T>(
  items: Iterable<T>,
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]()
  const worker = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) await work(next.value)
  }
  const ended = await Promise.allSettled(Array.from({ length: most }, worker))
  for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason
}

/** Splits a list: `inRunsOf(2, [1, 2, 3])` is `[[1, 2], [3]]`. */
export function inRunsOf<T>(size: number, items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, run) =>
    items.slice(run * size, (run + 1) * size),
  )
}
