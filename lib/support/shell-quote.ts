/** The text as one word of a POSIX shell: as it is where the shell leaves it alone, else in single quotes. */
export function shellQuote(text: string): string {
  return /^[\w.:@/+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
