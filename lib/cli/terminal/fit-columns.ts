/** When a column is shortened where the table is wider than the terminal. */
export type Shortening = 'first' | 'next' | 'last'

export type ColumnWidth = {
  readonly width: number
  readonly shortening: Shortening
  /** Left out, the lowest number first, rather than have every column cut. */
  readonly dispensable?: number | undefined
}

/** What is left of free text before dispensable columns are left out. */
const readableWidth = 12
/** What is left of a column before those that are shortened later are touched. */
const leastWidth: Readonly<Record<Shortening, number>> = { first: 6, next: 6, last: 8 }

/**
 * The widths of the columns so that they fit into `width` together with a gap between them; null for a column that is left out.
 * Free text is shortened first, then dispensable columns are left out, then the others are shortened, ids last.
 */
export function fitColumns(
  columns: readonly ColumnWidth[],
  width: number,
  gap: number,
): readonly (number | null)[] {
  const widths: (number | null)[] = columns.map((column) => column.width)
  const excess = () => {
    const kept = widths.filter((it) => it !== null)
    return kept.reduce((sum, it) => sum + it, 0) + gap * (kept.length - 1) - width
  }
  const shorten = (shortening: Shortening, least: number) => {
    while (excess() > 0) {
      const candidates = columns.flatMap((column, index) =>
        column.shortening === shortening ? [{ index, width: widths[index] ?? 0 }] : [],
      )
      const widest = Math.max(0, ...candidates.map((it) => it.width))
      const chosen = candidates.find((it) => it.width === widest)
      if (!chosen || widest <= least) return
      widths[chosen.index] = widest - 1
    }
  }
  shorten('first', readableWidth)
  const dispensable = columns.flatMap(({ dispensable: rank }, index) => (rank ? [{ rank, index }] : []))
  for (const { index } of dispensable.toSorted((a, b) => a.rank - b.rank))
    if (excess() > 0) widths[index] = null
  // What became free is for the text that was shortened before.
  for (const [index, column] of columns.entries()) {
    const width = widths[index]
    if (typeof width === 'number') widths[index] = Math.min(column.width, width + Math.max(0, -excess()))
  }
  for (const shortening of ['first', 'next', 'last'] as const) shorten(shortening, leastWidth[shortening])
  for (const shortening of ['first', 'next', 'last'] as const) shorten(shortening, 1)
  return widths
}
