import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = join(__dirname, '../..')

type Imports = ReadonlyMap<string, ReadonlySet<string>>

/** The imports of each file within its part, as paths in the part. */
function readFiles(part: string): Imports {
  const base = join(root, part)
  return new Map(
    globSync(`${base}/**/*.ts`).map((file) => {
      const code = readFileSync(file, 'utf8').replace(/\/\*.*?\*\//gs, '')
      const found = code.matchAll(/(?:from|import\() ?'(\.[^']*)'/g)
      const imported = [...found].map(([, path = '']) => relative(base, resolve(dirname(file), path)))
      return [relative(base, file), new Set(imported.filter((path) => !path.startsWith('..')))]
    }),
  )
}

/** The rooms (folders) that each room imports from. A file outside all rooms belongs to the room `.`. */
function toRooms(files: Imports): Imports {
  const rooms = new Map<string, Set<string>>()
  for (const [file, imported] of files) {
    const room = dirname(file)
    const others = rooms.get(room) ?? new Set()
    rooms.set(room, others)
    for (const path of imported) if (dirname(path) !== room) others.add(dirname(path))
  }
  return rooms
}

/** A circular chain of imports; undefined when there is none. */
function findCircle(imports: Imports): string | undefined {
  const done = new Set<string>()
  const walk = (name: string, path: readonly string[]): string | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name].join(' → ')
    if (done.has(name)) return undefined
    for (const next of imports.get(name) ?? []) {
      const circle = walk(next, [...path, name])
      if (circle) return circle
    }
    done.add(name)
    return undefined
  }
  return [...imports.keys()].map((name) => walk(name, [])).find((circle) => circle !== undefined)
}

describe.each(['lib/core', 'lib/cli', 'lib/operator', 'lib/console'])('the rooms of %s', (part) => {
  const rooms = toRooms(readFiles(part))

  it('are found', () => expect(rooms.size).toBeGreaterThan(5))

  it('import from each other in one direction only', () => expect(findCircle(rooms)).toBeUndefined())

  it('hold about a dozen files each', () => {
    const sizes = [...rooms.keys()].map(
      (room) => [room, globSync(`${join(root, part, room)}/*.ts`).length] as const,
    )
    expect(sizes.filter(([, size]) => size > 13)).toEqual([])
  })
})

const short = [
  'lib/core',
  'lib/sources',
  'lib/providers',
  'lib/aws',
  'lib/support',
  'lib/wiring',
  'lib/offline',
  'lib/cloud',
  'lib/docs',
  'lib/operator',
  'lib/console',
]
describe.each(short)('the files of %s', (part) => {
  const files = readFiles(part)

  it('do not import each other in circles', () => expect(findCircle(files)).toBeUndefined())

  it('have at most 150 lines', () => {
    const tooLong = [...files.keys()].flatMap((file) => {
      const lines = readFileSync(join(root, part, file), 'utf8').split('\n').length - 1
      return lines > 150 ? [`${part}/${file}: ${lines} lines`] : []
    })
    expect(tooLong).toEqual([])
  })
})

it('finds a circle', () => {
  const imports = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c'])],
    ['c', new Set(['b'])],
  ])
  expect(findCircle(imports)).toBe('b → c → b')
})
