import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { readPage, readPages, root } from './read-pages.ts'

const pages = readPages()
const anchorsOf = new Map(pages.map(({ path, anchors }) => [path, anchors]))
const { scripts, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Undefined when the link target exists, or is outside the project. */
function findBreak(path: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? path : normalize(join(dirname(path), file))
  if (!existsSync(join(root, target))) return `${link}: there is no ${target}`
  if (anchor === undefined || anchorsOf.get(target)?.includes(anchor)) return undefined
  return `${link}: ${target} has no heading #${anchor}`
}

/** The npm scripts, programs and sample files that a piece of code names and that do not exist. */
function findUnknown(code: string): string[] {
  const named = (pattern: RegExp) => [...code.matchAll(pattern)].map(([, name = '']) => name)
  const missingScripts = [
    ...named(/\bnpm run (?:-s )?(\w[\w:-]*)/g),
    ...named(/\bnpm (start|test)\b/g),
  ].filter((name) => !(name in scripts))
  const missingPrograms = named(/\bnpx ([\w-]+)/g).filter(
    (name) => !(name in bin) && !existsSync(join(root, 'node_modules/.bin', name)),
  )
  const missingFiles = named(/(?<![\w/.:-])((?:lib|test|functions|events|docs)\/[\w./-]+)/g).filter(
    (name) => !existsSync(join(root, name)),
  )
  return [...missingScripts, ...missingPrograms, ...missingFiles]
}

describe.each(pages)('$path', ({ path, links, code }) => {
  it('links to pages, files and headings that exist', () => {
    expect(links.flatMap((link) => findBreak(path, link) ?? [])).toEqual([])
  })

  it('names npm scripts, programs and files that exist', () => {
    // The changelog names things that existed once.
    const checked = path === 'CHANGELOG.md' ? [] : code
    expect(checked.flatMap(findUnknown)).toEqual([])
  })
})

describe('the check of pages', () => {
  it('creates anchors as GitHub does', () => {
    const { anchors } = readPage('a.md', '# A `b_c`, d!\n\n## Why? #\n\n## A\n\n## A\n\n## Élan vital\n')
    expect(anchors).toEqual(['a-b_c-d', 'why', 'a', 'a-1', 'élan-vital'])
  })

  it('finds broken links', () => {
    const { links } = readPage(
      'README.md',
      '[x](docs/none.md) ![y](none.svg) [z](#none) [e](docs/errors.md#none)',
    )
    expect(links.map((link) => findBreak('README.md', link))).toEqual([
      'docs/none.md: there is no docs/none.md',
      'none.svg: there is no none.svg',
      '#none: README.md has no heading #none',
      'docs/errors.md#none: docs/errors.md has no heading #none',
    ])
  })

  it('finds missing scripts, programs and files', () => {
    const code = 'npm run nothing\nnpx nobody\nnpm run -s replay -- events/none.json docs/openapi.json'
    expect(findUnknown(code)).toEqual(['nothing', 'nobody', 'events/none.json'])
  })
})
