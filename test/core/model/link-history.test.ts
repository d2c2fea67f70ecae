import { mergeHistories, withEntry } from '../../../lib/core/model/link-history.ts'
import { aHistoryEntry } from '../../fakes/history.ts'

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()

it('a history keeps the last eight entries', () => {
  const ids = Array.from({ length: 10 }, (_, index) => `e${index}`)
  const history = ids.reduce<ReturnType<typeof withEntry>>(
    (entries, eventId) => withEntry(entries, aHistoryEntry({ eventId })),
    [],
  )
  expect(history.map(({ eventId }) => eventId)).toEqual(ids.slice(2))
})

it('failures of one event with the same code in a row are one entry, with the last time and tries', () => {
  const failed = aHistoryEntry({ event: 'failed', code: 'PROVIDER_FAILED', status: 500 })
  const history = [1, 2, 3].reduce<ReturnType<typeof withEntry>>(
    (entries, tries) => withEntry(entries, { ...failed, tries, at: at(tries) }),
    [aHistoryEntry({ eventId: 'e0' })],
  )
  expect(history).toEqual([aHistoryEntry({ eventId: 'e0' }), { ...failed, tries: 3, at: at(3) }])
})

it('failures with another code, or of another event, are entries of their own', () => {
  const failed = aHistoryEntry({ event: 'failed', code: 'PROVIDER_FAILED' })
  expect(withEntry([failed], { ...failed, code: 'TIMEOUT' })).toHaveLength(2)
  expect(withEntry([failed], { ...failed, eventId: 'e2' })).toHaveLength(2)
})

it('histories of several links are merged by time', () => {
  const [first, second, third] = [1, 2, 3].map((second) =>
    aHistoryEntry({ at: at(second), eventId: `e${second}` }),
  )
  if (!first || !second || !third) throw new Error('unreachable')
  expect(mergeHistories([[first, third], [second]])).toEqual([first, second, third])
})
