import colors from 'picocolors'
import { fitColumns, type Shortening } from './fit-columns.ts'
import { displayWidth, outputWidth, printable, shorten } from './width.ts'

export type Cell = string | number | null | undefined
type Paint = (text: string) => string

/** One column: its heading, how its cells are coloured, and when it is shortened on a narrow terminal (`next` by default). */
export type Column = {
  readonly heading: string
  readonly paint?: Paint
  /** `first` for free text, `last` for ids, which are there to be copied. Neither is left out where all rows are equal. */
  readonly shortening?: Shortening
}

const gap = '  '

/**
 * Aligned columns under their headings; absent values are shown as a dash. No line is wider than `width`, and none ends in blanks.
 * Columns that are equal in all of several rows are left out and named in a line above.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width = outputWidth(),
): string {
  const texts = rows.map((row) => columns.map((_, index) => printable(row[index])))
  const { common, shown } = splitCommon(columns, texts)
  const cells = texts.map((row) => shown.map((index) => row[index] ?? ''))
  const kept = shown.flatMap((index) => columns[index] ?? [])
  const natural = kept.map(({ heading, shortening = 'next' }, index) => ({
    width: Math.max(displayWidth(heading), ...cells.map((row) => displayWidth(row[index] ?? ''))),
    shortening,
  }))
  const widths = fitColumns(natural, width - gap.length * (kept.length - 1))
  const line = (row: readonly string[], paintOf: (column: Column) => Paint | undefined) =>
    kept
      .map((column, index) => {
        const space = widths[index] ?? 0
        const text = shorten(row[index] ?? '', space)
        const padding = index === kept.length - 1 ? '' : ' '.repeat(space - displayWidth(text))
        return `${(paintOf(column) ?? String)(text)}${padding}`
      })
      .join(gap)
      .trimEnd()
  return [
    ...(common === '' ? [] : [colors.dim(shorten(common, width))]),
    line(
      kept.map(({ heading }) => heading),
      () => colors.dim,
    ),
    ...cells.map((row) => line(row, ({ paint }) => paint)),
  ].join('\n')
}

/** The columns that tell rows apart, and what is equal in all of them as one line: `source hubspot · mode test`. */
function splitCommon(columns: readonly Column[], texts: readonly (readonly string[])[]) {
  const all = columns.map((_, index) => index)
  const [first = [], ...others] = texts
  const isCommon = (index: number) =>
    columns[index]?.shortening === undefined && others.every((row) => row[index] === first[index])
  const shown = all.filter((index) => others.length === 0 || !isCommon(index))
  // Rows that differ in nothing are shown whole.
  if (shown.length === 0 || shown.length === all.length) return { common: '', shown: all }
  const common = all
    .filter((index) => !shown.includes(index) && first[index] !== printable(null))
    .map((index) => `${columns[index]?.heading.toLowerCase()} ${first[index]}`)
  return { common: common.join(' · '), shown }
}

/** Names and values below each other, for one thing shown whole. Nothing is shortened: it is there to be copied. */
export function formatFields(fields: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length))
  return fields
    .map(([name, value]) => `${colors.dim(name.padEnd(width))}${gap}${printable(value)}`)
    .join('\n')
}
