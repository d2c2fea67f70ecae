import { relativeTime, timeInFull } from '../../lib/operator/advice/relative-time.ts'

const now = new Date('2026-03-01T12:00:00.000Z')

describe('relativeTime', () => {
  it.each([
    ['2026-03-01T12:00:00.000Z', 'just now'],
    ['2026-03-01T11:59:18.400Z', '41 sec ago'],
    ['2026-03-01T11:56:10.000Z', '3 min ago'],
    ['2026-03-01T10:59:00.000Z', '1 hr ago'],
    ['2026-02-27T11:00:00.000Z', '2 days ago'],
    ['2026-03-01T12:00:20.000Z', 'in 20 sec'],
  ])('%s is %s', (time, expected) => expect(relativeTime(time, now)).toBe(expected))

  it('is null for no time', () => expect(relativeTime(null, now)).toBeNull())

  it('keeps a text that is no time', () => expect(relativeTime('yesterday', now)).toBe('yesterday'))
})

it('a time in full is the time itself and how long ago that is', () => {
  expect(timeInFull('2026-03-01T11:57:00.000Z', now)).toBe('2026-03-01T11:57:00.000Z (3 min ago)')
})
