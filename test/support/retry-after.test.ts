import { retryAfterSeconds } from '../../lib/support/retry-after.ts'

const now = new Date('2026-03-01T12:00:00.400Z')
const nowSeconds = now.getTime() / 1000

it.each([
  ['seconds', { 'retry-after': '30' }, 30],
  ['half seconds, rounded up', { 'retry-after': '1.5' }, 2],
  ['an HTTP date', { 'retry-after': 'Sun, 01 Mar 2026 12:01:00 GMT' }, 60],
  ['a date in the past', { 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, 0],
  ['a repeated header', { 'retry-after': ['7', '9'] }, 7],
  ['an absurd time, limited to a day', { 'retry-after': '99999999999' }, 86_400],
  ['the end of the window', { 'x-ratelimit-reset': String(Math.ceil(nowSeconds) + 12) }, 13],
  ['the rest of the window', { 'x-ratelimit-reset': '2' }, 2],
  ['both, where Retry-After wins', { 'retry-after': '5', 'x-ratelimit-reset': '90' }, 5],
  ['words', { 'retry-after': 'soon', 'x-ratelimit-reset': 'later' }, undefined],
  ['a negative number', { 'retry-after': '-5' }, undefined],
  ['nothing', {}, undefined],
])('reads %s', (_, headers, expected) => {
  expect(retryAfterSeconds(headers, now)).toBe(expected)
})

it('ignores the rate limit window when no limit was hit', () => {
  expect(retryAfterSeconds({ 'x-ratelimit-reset': '60' }, now, 503)).toBeUndefined()
})
