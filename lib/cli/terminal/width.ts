import truncatedWidth from 'fast-string-truncated-width'

const ellipsis = '…'
/** Where the terminal does not say how wide it is. */
const usualWidth = 80

/**
 * How many columns a line of output may have: COLUMNS, else what the terminal says. Infinity when the output goes to a file or
 * a pipe, where nothing is shortened.
 */
export function outputWidth(stream: NodeJS.WriteStream = process.stdout, environment = process.env): number {
  if (!stream.isTTY) return Number.POSITIVE_INFINITY
  const asked = Number(environment['COLUMNS'])
  if (Number.isInteger(asked) && asked > 0) return asked
  return stream.columns || usualWidth
}

/** Columns that the text takes on a terminal: two for wide characters, none for combining ones. */
export function displayWidth(text: string): number {
  return truncatedWidth(text).width
}

/** The text, cut to `limit` columns; what is cut ends in `…`. */
export function shorten(text: string, limit: number): string {
  const { index, ellipsed } = truncatedWidth(text, { limit, ellipsis })
  return `${text.slice(0, index)}${ellipsed ? ellipsis : ''}`
}

/** Texts come from outside: nothing in them may steer the terminal. What is absent is a dash. */
export function printable(value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === '') return '–'
  return String(value).replace(/[\p{Cc}\p{Cf}]/gu, '·')
}
