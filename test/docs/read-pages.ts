import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import markdownIt from 'markdown-it'

export const root = join(__dirname, '../..')

/** A page: its links, the anchors of its headings, and its code. */
export type Page = {
  readonly path: string
  readonly links: readonly string[]
  readonly anchors: readonly string[]
  readonly code: readonly string[]
}

const parser = markdownIt()
type Token = ReturnType<typeof parser.parse>[number]

/** Every Markdown page of the project. */
export function readPages(): readonly Page[] {
  const paths = globSync(['*.md', 'docs/**/*.md', '.github/**/*.md'], { cwd: root }).toSorted()
  return paths.map((path) => readPage(path, readFileSync(join(root, path), 'utf8')))
}

export function readPage(path: string, text: string): Page {
  const tokens = parser.parse(text, {})
  const inline = tokens.flatMap(({ children }) => children ?? [])
  const hrefs = inline.flatMap((token) => token.attrGet('href') ?? token.attrGet('src') ?? [])
  const headings = tokens.filter((_, index) => tokens[index - 1]?.type === 'heading_open')
  const code = [...tokens, ...inline].filter(({ type }) => type === 'fence' || type === 'code_inline')
  return {
    path,
    links: hrefs.map((href) => decodeURI(String(href))),
    anchors: anchorsOf(headings.map(textOf)),
    code: code.map(({ content }) => content),
  }
}

const textOf = ({ children }: Token): string => (children ?? []).map(({ content }) => content).join('')

/** As GitHub creates them: lower case, without punctuation, numbered when repeated. */
function anchorsOf(headings: readonly string[]): readonly string[] {
  const seen = new Map<string, number>()
  return headings.map((heading) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    const count = seen.get(anchor) ?? 0
    seen.set(anchor, count + 1)
    return count === 0 ? anchor : `${anchor}-${count}`
  })
}
