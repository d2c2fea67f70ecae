import { BadInput } from '../../../lib/operator/errors.ts'
import { parseSince } from '../../../lib/operator/plan/parse-since.ts'

const now = new Date('2026-03-02T12:00:00.000Z')

it.each([
  ['30m', '2026-03-02T11:30:00.000Z'],
  ['2h', '2026-03-02T10:00:00.000Z'],
  ['7d', '2026-02-23T12:00:00.000Z'],
  ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ['2026-03-01T08:30', '2026-03-01T08:30:00.000Z'],
  ['2026-03-01T08:30:15Z', '2026-03-01T08:30:15.000Z'],
  ['2026-03-01T08:30:15+01:00', '2026-03-01T07:30:15.000Z'],
])('--since %s is %s', (text, expected) => {
  expect(parseSince(text, now)).toBe(expected)
})

it.each(['', 'soon', '2', '2w', '-2h', '2026-03-03', '2026-13-01', '1 Mar 2026', '2026-03-01T25:00'])(
  '--since %j is refused',
  (text) => {
    expect(() => parseSince(text, now)).toThrow(BadInput)
  },
)
