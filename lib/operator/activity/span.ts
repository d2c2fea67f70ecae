import { type Counts, type Range, ranges } from './figures.ts'

/** The beginnings of a range's buckets in milliseconds, oldest first; `now` is in the last one. */
export function spanOf(
  range: Range,
  now: Date,
): { readonly from: number; readonly starts: readonly number[] } {
  const { seconds, bucketSeconds } = ranges[range]
  const bucketMs = bucketSeconds * 1000
  const last = Math.floor(now.getTime() / bucketMs) * bucketMs
  const from = last - seconds * 1000 + bucketMs
  return {
    from,
    starts: Array.from({ length: seconds / bucketSeconds }, (_, index) => from + index * bucketMs),
  }
}

export const noCounts: Counts = {
  changed: 0,
  same: 0,
  retried: 0,
  deadLettered: 0,
  closed: 0,
  notRouted: 0,
  webhooksAccepted: 0,
  webhooksRefused: 0,
}

export function addCounts(one: Counts, other: Counts): Counts {
  const names = Object.keys(noCounts) as (keyof Counts)[]
  return { ...noCounts, ...Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) }
}
