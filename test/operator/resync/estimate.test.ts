import type { RecordType } from '../../../lib/core/model/change.ts'
import type { ListedRecords } from '../../../lib/core/ports/crm-source.ts'
import { estimator } from '../../../lib/operator/resync/estimate.ts'

const page = (count: number, place: Partial<ListedRecords> = {}, recordType: RecordType = 'contact') => ({
  refs: Array.from({ length: count }, (_, index) => ({
    source: 'hubspot',
    account: '33',
    recordType,
    recordId: String(index + 1),
  })),
  cursor: 'next',
  completeUntil: '2026-03-01T00:00:00.000Z',
  ...place,
})

/** What is told after each page, which took so many seconds. */
function told(...pages: readonly (readonly [seconds: number, page: ListedRecords])[]): readonly string[] {
  let time = 0
  const estimate = estimator(() => time)
  return pages.map(([seconds, each]) => {
    time += seconds * 1000
    return estimate(each)
  })
}

describe('the estimate of a resync', () => {
  it('is what the CRM says is left, at the rate of the pages so far', () => {
    const pages = [
      [1, page(200, { left: 10_000 })],
      [2, page(200, { left: 9800 })],
      [2, page(200, { left: 9600 })],
    ] as const
    expect(told(...pages)).toEqual([
      'about 10000 more contacts',
      'about 9800 more contacts, 2 min',
      'about 9600 more contacts, 2 min',
    ])
  })

  it('begins again with the next record type', () => {
    const pages = [
      [1, page(200, { left: 200 })],
      [1, page(200, { left: 0 })],
      [1, page(100, { left: 400 }, 'company')],
      [1, page(100, { left: 300 }, 'company')],
    ] as const
    expect(told(...pages)).toEqual([
      'about 200 more contacts',
      'about 0 more contacts, 0 s',
      'about 400 more companies',
      'about 300 more companies, 3 s',
    ])
  })

  it('follows the times of the records where the list is in their order', () => {
    const pages = [
      [1, page(500, { reached: '2026-01-01T00:00:00.000Z' })],
      [30, page(500, { reached: '2026-01-02T00:00:00.000Z' })],
      [30, page(500, { reached: '2026-02-28T00:00:00.000Z' })],
      [30, page(500, { reached: '2026-03-02T00:00:00.000Z' })],
    ] as const
    expect(told(...pages)).toEqual([
      'the CRM does not tell how many follow',
      '29 min more for contacts, by their times',
      '2 s more for contacts, by their times',
      '0 s more for contacts, by their times',
    ])
  })

  it('is none where nothing tells', () => {
    const pages = [
      [1, page(0)],
      [1, page(200)],
      [1, page(0)],
      [1, page(200, { reached: 'soon' })],
    ] as const
    expect(new Set(told(...pages))).toEqual(new Set(['the CRM does not tell how many follow']))
  })
})
