/** What several rounds measured: the median, and the spread. */
export type Figure = { readonly median: number; readonly least: number; readonly most: number }

/** Rounded to so many significant digits that the noise is not shown as precision. */
export function figureOf(values: readonly number[], digits = 3): Figure {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
  const rounded = (value: number | undefined) => Number((value ?? 0).toPrecision(digits))
  return { median: rounded(median), least: rounded(sorted[0]), most: rounded(sorted.at(-1)) }
}

/** The value below which this part of the values lies; 1: the greatest. 0 when there are none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}
