/** How a column is treated when the table is wider than the terminal. */
export type Shortening = 'first' | 'next' | 'last'

export type ColumnWidth = { readonly width: number; readonly shortening: Shortening }

const order: readonly Shortening[] = ['first', 'next', 'last']
/** What is left of a column before those that are shortened later are touched. */
const leastWidth: Readonly<Record<Shortening, number>> = { first: 12, next: 6, last: 8 }

/**
 * The widths of the columns so that they fit into `available` together: the widest of those to be shortened first loses most.
 * Where that is not enough, every column is cut down to one.
 */
export function fitColumns(columns: readonly ColumnWidth[], available: number): readonly number[] {
  const widths = columns.map(({ width }) => width)
  let excess = widths.reduce((sum, width) => sum + width, 0) - available
  const shrink = (isEligible: (column: ColumnWidth) => boolean, leastOf: (column: ColumnWidth) => number) => {
    while (excess > 0) {
      const widest = columns
        .map((column, index) => ({ column, index, width: widths[index] ?? 0 }))
        .filter(({ column, width }) => isEligible(column) && width > leastOf(column))
        .reduce<{ index: number; width: number } | null>(
          (best, it) => (best && best.width >= it.width ? best : it),
          null,
        )
      if (!widest) return
      widths[widest.index] = widest.width - 1
      excess -= 1
    }
  }
  for (const shortening of order) {
    shrink(
      (column) => column.shortening === shortening,
      (column) => leastWidth[column.shortening],
    )
  }
  for (const shortening of order) {
    shrink(
      (column) => column.shortening === shortening,
      () => 1,
    )
  }
  return widths
}
