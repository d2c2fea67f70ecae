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
  /** Left out where the terminal is too narrow, the lowest number first. */
  readonly dispensable?: number
}

const gap = '  '

/**
 * Aligned columns under their headings; absent values are shown as a dash. No line is wider than `width`, and none ends in blanks.
 * Columns that are equal in all of several rows are left out and named in a line above, as are those that do not fit.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width = outputWidth(),
): string {
  const texts = rows.map((row) => columns.map((_, index) => printable(row[index])))
  const { common, shown } = splitCommon(columns, texts)
  const natural = shown.map(({ column, index }) => ({
    width: Math.max(displayWidth(column.heading), ...texts.map((row) => displayWidth(row[index] ?? ''))),
    shortening: column.shortening ?? 'next',
    dispensable: column.dispensable,
  }))
  const widths = fitColumns(natural, width, gap.length)
  const fitting = shown.flatMap((it, at) => {
    const space = widths[at]
    return typeof space === 'number' ? [{ ...it, space }] : []
  })
  const line = (textOf: (it: Shown) => string, paintOf: (column: Column) => Paint | undefined) =>
    fitting
      .map((it) => {
        const text = shorten(textOf(it), it.space)
        return `${(paintOf(it.column) ?? String)(text)}${' '.repeat(it.space - displayWidth(text))}`
      })
      .join(gap)
      .trimEnd()
  const hidden = shown
    .filter((_, at) => widths[at] === null)
    .map(({ column }) => column.heading.toLowerCase())
  const notes = [common, ...(hidden.length > 0 ? [`too narrow for ${hidden.join(', ')}`] : [])]
  return [
    ...notes.filter((note) => note !== '').map((note) => colors.dim(shorten(note, width))),
    line(
      ({ column }) => column.heading,
      () => colors.dim,
    ),
    ...texts.map((row) =>
      line(
        ({ index }) => row[index] ?? '',
        ({ paint }) => paint,
      ),
    ),
  ].join('\n')
}

/** A column, and its place in the rows. */
type Shown = { readonly column: Column; readonly index: number }

/** The columns that tell rows apart, and what is equal in all of them as one line: `source hubspot · mode test`. */
function splitCommon(columns: readonly Column[], texts: readonly (readonly string[])[]) {
  const all: readonly Shown[] = columns.map((column, index) => ({ column, index }))
  const [first = [], ...others] = texts
  const isCommon = ({ column, index }: Shown) =>
    others.length > 0 && column.shortening === undefined && others.every((row) => row[index] === first[index])
  const shown = all.filter((it) => !isCommon(it))
  // Rows that differ in nothing are shown whole.
  if (shown.length === 0) return { common: '', shown: all }
  const common = all
    .filter((it) => isCommon(it) && first[it.index] !== printable(null))
    .map(({ column, index }) => `${column.heading.toLowerCase()} ${first[index]}`)
  return { common: common.join(' · '), shown }
}

/** Names and values below each other, for one thing shown whole. Nothing is shortened: it is there to be copied. */
export function formatFields(fields: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length))
  return fields
    .map(([name, value]) => `${colors.dim(name.padEnd(width))}${gap}${printable(value)}`)
    .join('\n')
}
