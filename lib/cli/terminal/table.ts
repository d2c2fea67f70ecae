import colors from 'picocolors'

export type Cell = string | number | null | undefined
type Paint = (text: string) => string

/** One column: its heading, and how its cells are coloured on a terminal. */
export type Column = { readonly heading: string; readonly paint?: (text: string) => string }

const gap = '  '

/** Aligned columns under their headings; absent values are shown as a dash. No line ends in blanks. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const cells = rows.map((row) => columns.map((_, index) => printable(row[index])))
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...cells.map((row) => displayWidth(row[index] ?? ''))),
  )
  const line = (row: readonly string[], paints: readonly (Paint | undefined)[]) =>
    row
      .map((text, index) => {
        const isLast = index === row.length - 1
        const padding = isLast ? '' : ' '.repeat((widths[index] ?? 0) - displayWidth(text))
        return `${(paints[index] ?? String)(text)}${padding}`
      })
      .join(gap)
      .trimEnd()
  const headings = columns.map(({ heading }) => heading)
  return [
    line(
      headings,
      headings.map(() => colors.dim),
    ),
    ...cells.map((row) =>
      line(
        row,
        columns.map(({ paint }) => paint),
      ),
    ),
  ].join('\n')
}

/** Names and values below each other, for one thing shown whole. */
export function formatFields(fields: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length))
  return fields
    .map(([name, value]) => `${colors.dim(name.padEnd(width))}${gap}${printable(value)}`)
    .join('\n')
}

/** Ids come from outside: nothing in them may steer the terminal. */
function printable(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '–'
  return String(cell).replace(/[\p{Cc}\p{Cf}]/gu, '·')
}

/** Wide letters (CJK) take two columns. */
function displayWidth(text: string): number {
  return [...text].reduce(
    (width, char) =>
      width +
      (/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(char) ? 2 : 1),
    0,
  )
}
