import { setImmediate } from 'node:timers/promises'
import { RetryLater } from '../../../lib/core/model/errors.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const other = { ...ref, recordId: '502' }

/** The table does not answer for record 501 until released. */
function aSlowWorld() {
  const gates = { table: Promise.withResolvers<void>(), patience: Promise.withResolvers<void>() }
  const world = aWorld({ sleep: () => gates.patience.promise })
  const { findLinks } = world.links
  world.links.findLinks = async (record) => {
    if (record.recordId === '501') await gates.table.promise
    return findLinks(record)
  }
  for (const record of [ref, other]) world.source.put(record, aCustomer(), crmTime(0))
  return { world, gates }
}

describe('a table read that never answers', () => {
  it('does not stop the other records of the batch from being processed', async () => {
    const { world, gates } = aSlowWorld()
    const batch = world.sync(aChange(), aChange({ recordId: '502' }))
    gates.patience.resolve()
    while (world.link('notchpay', '502')?.state !== 'linked') await setImmediate()
    gates.table.resolve()
    expect(await batch).toEqual([])
    expect(world.source.reads).toEqual([[other], [ref]])
    expect(world.link('notchpay')?.state).toBe('linked')
  })

  it('does not affect the others when it fails', async () => {
    const { world, gates } = aSlowWorld()
    const batch = world.sync(aChange(), aChange({ recordId: '502' }))
    gates.table.reject(new RetryLater('TABLE_UNAVAILABLE', 'no answer', { counts: false }))
    expect((await batch).map(({ messageId }) => messageId)).toEqual(['m1'])
    expect(world.source.reads).toEqual([[other]])
  })
})
