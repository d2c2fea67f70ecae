import { changesOf, toPages } from '../../../lib/core/messages/listed-page.ts'
import { readQueue } from '../../../lib/core/messages/queued-change.ts'
import { customerChangeSchema, listedPageSchema } from '../../../lib/core/model/change.ts'
import { ref } from '../../fakes/world.ts'

const now = new Date('2026-06-01T12:00:00.000Z')
const options = { walkId: 'walk-1', size: 3, now }
const refs = (count: number, changes: Partial<typeof ref> = {}) =>
  Array.from({ length: count }, (_, index) => ({ ...ref, ...changes, recordId: `r${index}` }))

describe('pages of listed records', () => {
  it('hold the records of one account and type, in their order, and no more than fit', () => {
    const pages = toPages(
      [...refs(4), ...refs(2, { account: '34' }), ...refs(1, { recordType: 'company' })],
      options,
    )
    expect(pages.map(({ account, recordType, recordIds }) => [account, recordType, recordIds])).toEqual([
      ['33', 'contact', ['r0', 'r1', 'r2']],
      ['33', 'contact', ['r3']],
      ['34', 'contact', ['r0', 'r1']],
      ['33', 'company', ['r0']],
    ])
    for (const page of pages) expect(listedPageSchema.parse(JSON.parse(JSON.stringify(page)))).toEqual(page)
  })

  it('are read as one change of each record, with the same event id for the same walk', () => {
    const [page] = toPages([...refs(2), ...refs(1)], options)
    if (!page) throw new Error('there is no page')
    const changes = changesOf(page)
    expect(changes.map(({ recordId }) => recordId)).toEqual(['r0', 'r1'])
    expect(changes[0]).toEqual({
      ...ref,
      recordId: 'r0',
      v: 1,
      kind: 'changed',
      eventId: 'walk:walk-1:hubspot/33/contact/r0',
      receivedAt: now.toISOString(),
      listed: true,
    })
    for (const change of changes) expect(customerChangeSchema.parse(change)).toEqual(change)
  })

  it('are kept as unreadable messages when this release cannot read them', () => {
    const body = JSON.stringify({ ...toPages(refs(2), options)[0], v: 2 })
    const record = { messageId: 'm1', receives: 1, firstReceivedAt: null, group: 'g1', body }
    const { messages, unreadable } = readQueue([record])
    expect(messages).toEqual([])
    expect(unreadable).toMatchObject([{ messageId: 'm1', body, problem: 'unknown version', about: null }])
  })

  it('are no message that a release without them would take for a single change', () => {
    expect(customerChangeSchema.safeParse(toPages(refs(2), options)[0]).success).toBe(false)
  })
})
