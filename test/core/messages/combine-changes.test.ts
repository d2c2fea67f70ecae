import fc from 'fast-check'
import { combineChanges, groupByRecord } from '../../../lib/core/messages/combine-changes.ts'
import { changeKinds } from '../../../lib/core/model/change.ts'
import { crmTime, ref } from '../../fakes/world.ts'

const change = (kind: (typeof changeKinds)[number], minutes?: number, more: object = {}) => ({
  ...ref,
  kind,
  eventId: `${kind}-${minutes}`,
  ...(minutes !== undefined && { occurredAt: crmTime(minutes) }),
  ...more,
})

describe('combineChanges', () => {
  it.each([
    ['an erasure over everything', [change('erased', 0), change('restored', 9)], 'erased'],
    ['a merge over a change', [change('merged', 0), change('changed', 9)], 'merged'],
    ['the deletion of a merge survivor', [change('merged', 0), change('deleted', 9)], 'deleted'],
    ['the latest time of the CRM', [change('restored', 9), change('deleted', 5)], 'restored'],
    ['the later arrival when times are equal', [change('changed', 5), change('deleted', 5)], 'deleted'],
    [
      'the latest although one without a time comes between',
      [change('changed', 9), change('changed'), change('deleted', 5)],
      'changed',
    ],
    ['a change with a time over a bare pointer', [change('restored', 5), change('changed')], 'restored'],
    ['the later arrival when there are no times', [change('deleted'), change('changed')], 'changed'],
  ] as const)('prefers %s', (_, [first, ...rest], kind) => {
    expect(combineChanges([first, ...rest]).kind).toBe(kind)
  })

  it('keeps the merged ids, whatever else happened', () => {
    const merged = change('merged', 1, { mergedIds: ['400', '401'] })
    expect(combineChanges([merged, change('erased', 2)]).mergedIds).toEqual(['400', '401'])
  })

  it('keeps the newest snapshot, and none of a record that was deleted after it', () => {
    const [older, newer] = [1, 2].map((at) => change('changed', at, { snapshot: { version: crmTime(at) } }))
    if (!older || !newer) throw new Error('two snapshots')
    expect(combineChanges([newer, older]).snapshot).toEqual({
      version: crmTime(2),
    })
    expect(combineChanges([newer, change('deleted', 3)]).snapshot).toBeUndefined()
  })

  it('loses no event and no merged record, whatever the list', () => {
    const anyChange = fc.record({
      kind: fc.constantFrom(...changeKinds),
      eventId: fc.string({ minLength: 1 }),
      mergedIds: fc.array(fc.string({ minLength: 1 })),
      occurredAt: fc.option(fc.integer({ min: 0, max: 59 }).map(crmTime), {
        nil: undefined,
      }),
    })
    fc.assert(
      fc.property(fc.array(anyChange, { minLength: 1 }), (list) => {
        const [first, ...rest] = list.map((it) => ({ ...ref, ...it }))
        if (!first) return
        const combined = combineChanges([first, ...rest])
        expect(new Set(combined.eventIds)).toEqual(new Set(list.map((it) => it.eventId)))
        expect(new Set(combined.mergedIds)).toEqual(new Set(list.flatMap((it) => it.mergedIds)))
      }),
    )
  })
})

describe('groupByRecord', () => {
  it('keeps records apart whose ids look alike', () => {
    const odd = { ...ref, account: '33/contact', recordId: '5' }
    const even = { ...ref, account: '33', recordId: 'contact/5' }
    expect(groupByRecord([odd, even, odd], (it) => it)).toEqual([[odd, odd], [even]])
  })
})
