/** A Markdown table. Cells must not contain line breaks; `|` is escaped. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n')
}

export function code(text: string): string {
  return `\`${text}\``
}

/** The comment that begins or ends the generated part of a page. */
const marker = (edge: 'begin' | 'end', part: string) => `<!-- ${edge} generated: ${part} -->`

/** The page with what is between the markers of that part replaced. Throws an Error when a marker is missing. */
export function replacePart(page: string, part: string, content: string): string {
  const [begin, end] = [marker('begin', part), marker('end', part)]
  const [before, rest, ...repeated] = page.split(begin)
  const [, after, ...others] = rest?.split(end) ?? []
  if (before === undefined || after === undefined || repeated.length + others.length > 0) {
    throw new Error(`expected one ${begin} and one ${end}`)
  }
  return `${before}${begin}\n\n${content}\n\n${end}${after}`
}
