import { absorbRecords } from '../../lib/core/merge-records.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../fakes/world.ts'

const ids = Array.from({ length: 1000 }, (_, index) => `${10_000 + index}`)

describe('a merge of a thousand records', () => {
  it('is worked on in slices within the function’s time, each going on where the last one ended', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    const merged = aChange({ kind: 'merged', mergedIds: ids })
    const { syncBatch } = await import('../../lib/core/sync-batch.ts')
    let slices = 0
    for (;;) {
      slices += 1
      const startedAt = world.links.calls.writes
      const remaining = () => 60_000 - (world.links.calls.writes - startedAt) * 20
      const records = [{ messageId: 'm1', receives: slices, body: JSON.stringify(merged) }]
      const postponed = await syncBatch(records, remaining, world.deps)
      if (postponed.length === 0) break
      expect(postponed).toEqual([{ messageId: 'm1', afterSeconds: 1 }])
      if (slices > 50) throw new Error('it makes no progress')
    }
    expect(slices).toBeGreaterThan(1)
    expect(world.parked).toEqual([])
    expect(world.link('notchpay')?.state).toBe('linked')
    for (const id of ids)
      expect(world.link('notchpay', id)).toMatchObject({ state: 'merged', mergedInto: '501' })
  })

  it('that is done already costs one read a record', async () => {
    const world = aWorld()
    await absorbRecords(ids.slice(0, 20), ref, world.deps)
    Object.assign(world.links.calls, { reads: 0, writes: 0 })
    await absorbRecords(ids.slice(0, 20), ref, world.deps)
    expect(world.links.calls).toEqual({ reads: 21, writes: 0 })
  })
})
