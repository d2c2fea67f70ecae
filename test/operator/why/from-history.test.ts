import { newLink } from '../../../lib/core/model/link.ts'
import { fromHistories } from '../../../lib/operator/why/from-history.ts'
import { emptyEntry } from '../../../lib/operator/why/timeline.ts'
import { aHistoryEntry } from '../../fakes/history.ts'
import { ref } from '../../fakes/world.ts'

const created = aHistoryEntry({ event: 'created', at: '2026-03-01T08:00:00.000Z' })
const attached = aHistoryEntry({ event: 'attached', eventId: null, at: '2026-03-01T09:00:00.000Z' })
const link = { ...newLink(ref, 'notchpay', 'live'), history: [created, attached] }

it('adds what the log does not tell', () => {
  expect(fromHistories([link], [])).toMatchObject([
    { event: 'synced', outcome: 'created', provider: 'notchpay', eventId: 'e1', attempts: 1 },
    { event: 'attached', outcome: null, provider: 'notchpay', eventId: null },
  ])
})

it('repeats nothing that the log tells, within the seconds between a save and its log line', () => {
  const line = { ...emptyEntry, at: '2026-03-01T08:00:02.345Z', event: 'synced', outcome: 'created' } as const
  expect(fromHistories([link], [{ ...line, provider: 'notchpay' }]).map(({ event }) => event)).toEqual([
    'attached',
  ])
  expect(fromHistories([link], [{ ...line, provider: 'wooshpay' }])).toHaveLength(2)
  expect(fromHistories([link], [{ ...line, at: '2026-03-01T08:01:00.000Z' }])).toHaveLength(2)
})
