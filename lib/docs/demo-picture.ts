import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAnsiSequenceParser, type ParseToken } from 'ansi-sequence-parser'

/** `npm run docs:demo`: runs the demo and draws what it printed, for README. Ids and times differ from run to run. */
const root = join(import.meta.dirname, '../..')
const columns = 116
const fontSize = 13
const lineHeight = 19
const margin = 20
/** Of a long table, only these many rows are drawn. */
const mostRows = 14

const background = '#0b1220'
const text = '#d6deeb'
const colors: Readonly<Record<string, string>> = {
  red: '#ff7b85',
  green: '#7fdb8f',
  yellow: '#f2cc60',
  cyan: '#6cc7f5',
}

function readDemo(): readonly string[] {
  const environment = { ...process.env, FORCE_COLOR: '1' }
  const { status, stdout } = spawnSync('npm', ['run', '-s', 'demo'], {
    cwd: root,
    env: environment,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the demo ended with ${status}`)
  return stdout.trimEnd().split('\n')
}

/** The lines with the middle of each long block left out. */
function shortened(lines: readonly string[]): readonly string[] {
  const blocks = lines
    .join('\n')
    .split('\n\n')
    .map((block) => block.split('\n'))
  return blocks.flatMap((block) => {
    const kept = block.length > mostRows + 1 ? [...block.slice(0, mostRows), '…'] : block
    return [...kept, '']
  })
}

/** The parts of a line that fit the picture. */
function fitted(tokens: readonly ParseToken[]): readonly ParseToken[] {
  let left = columns
  return tokens.map((token) => {
    const value = token.value.length > left ? `${token.value.slice(0, Math.max(0, left - 1))}…` : token.value
    left -= token.value.length
    return left + token.value.length > 0 ? { ...token, value } : { ...token, value: '' }
  })
}

function spanOf({ value, foreground, decorations }: ParseToken): string {
  const fill = foreground?.type === 'named' ? colors[foreground.name] : undefined
  const attributes = [
    ...(fill ? [` fill="${fill}"`] : []),
    ...(decorations.has('bold') ? [' font-weight="bold"'] : []),
    ...(decorations.has('dim') ? [' opacity="0.6"'] : []),
  ]
  return `<tspan${attributes.join('')}>${escaped(value)}</tspan>`
}

function escaped(value: string): string {
  // SVG renderers differ in how they keep blanks; no-break spaces are always kept.
  return value
    .replaceAll(' ', '\u00a0')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

function drawn(lines: readonly string[]): string {
  const parser = createAnsiSequenceParser()
  const width = Math.ceil(columns * fontSize * 0.602) + 2 * margin
  const height = lines.length * lineHeight + 2 * margin
  const rows = lines.map((line, index) => {
    const y = margin + fontSize + index * lineHeight
    return `    <text x="${margin}" y="${y}">${fitted(parser.parse(line)).map(spanOf).join('')}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${fontSize}" fill="${text}">
  <title>npm run demo</title>
  <rect width="${width}" height="${height}" rx="8" fill="${background}"/>
  <g>
${rows.join('\n')}
  </g>
</svg>
`
}

writeFileSync(
  join(root, 'docs/demo.svg'),
  drawn(['$ npm run demo', '', ...shortened(readDemo())].slice(0, -1)),
)
