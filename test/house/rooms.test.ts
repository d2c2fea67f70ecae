import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = join(__dirname, '../..')

/** The rooms that each room of a part imports from. A file beside the rooms belongs to the room `.`. */
function readRooms(part: string): ReadonlyMap<string, ReadonlySet<string>> {
  const base = join(root, part)
  const rooms = new Map<string, Set<string>>()
  for (const file of globSync(`${base}/**/*.ts`)) {
    const room = dirname(relative(base, file))
    const imported = rooms.get(room) ?? new Set()
    rooms.set(room, imported)
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?'(\.[^']*)'/g)) {
      const target = relative(base, dirname(resolve(dirname(file), path))) || '.'
      if (!target.startsWith('..') && target !== room) imported.add(target)
    }
  }
  return rooms
}

/** A way that leads from a room back to it; undefined when imports run one way. */
function findCircle(rooms: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const done = new Set<string>()
  const walk = (room: string, path: readonly string[]): string | undefined => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room].join(' → ')
    if (done.has(room)) return undefined
    for (const next of rooms.get(room) ?? []) {
      const circle = walk(next, [...path, room])
      if (circle) return circle
    }
    done.add(room)
    return undefined
  }
  return [...rooms.keys()].map((room) => walk(room, [])).find((circle) => circle !== undefined)
}

describe.each(['lib/core', 'lib/cli'])('the rooms of %s', (part) => {
  const rooms = readRooms(part)

  it('are found', () => expect(rooms.size).toBeGreaterThan(5))

  it('import from each other in one direction only', () => expect(findCircle(rooms)).toBeUndefined())

  it('hold about a dozen files each', () => {
    const sizes = [...rooms.keys()].map(
      (room) => [room, globSync(`${join(root, part, room)}/*.ts`).length] as const,
    )
    expect(sizes.filter(([, size]) => size > 13)).toEqual([])
  })
})

it('finds a circle', () => {
  const rooms = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c'])],
    ['c', new Set(['b'])],
  ])
  expect(findCircle(rooms)).toBe('b → c → b')
})
