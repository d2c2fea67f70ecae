import { RetryLater } from '../../../lib/core/model/errors.ts'
import { aChange, aWorld, ref } from '../../fakes/world.ts'

const related = (changes = {}) => aChange({ kind: 'related', recordId: 'company:7', ...changes })
const concerned = [ref, { ...ref, recordId: '502' }, ref]

describe('a change of a related record', () => {
  it('queues each affected record once, to be read and synced, and writes nothing to the table', async () => {
    const world = aWorld()
    const asked: unknown[] = []
    Object.assign(world.source, {
      expand: async (of: unknown) => {
        asked.push(of)
        return concerned
      },
    })
    expect(await world.sync(related({ eventId: 'e-1' }))).toEqual([])
    expect(asked).toEqual([{ ...ref, recordId: 'company:7' }])
    const receivedAt = world.deps.clock.now().toISOString()
    expect(world.sent).toEqual(
      ['501', '502'].map((recordId) => ({
        ...ref,
        v: 1,
        kind: 'changed',
        recordId,
        eventId: `e-1>${recordId}`,
        receivedAt,
      })),
    )
    expect([world.links.items.size, world.links.calls.writes, world.source.reads]).toEqual([0, 0, []])
    expect(world.lines).toContainEqual(expect.stringMatching(/^related record expanded .*"records":2/))
  })

  it('passes on what happened to an affected record, where the source knows', async () => {
    const world = aWorld()
    Object.assign(world.source, {
      expand: async () => [
        { ...ref, kind: 'deleted' },
        { ...ref, recordId: '502', kind: 'merged', mergedIds: ['503'] },
      ],
    })
    expect(await world.sync(related())).toEqual([])
    expect(world.sent).toMatchObject([
      { recordId: '501', kind: 'deleted' },
      { recordId: '502', kind: 'merged', mergedIds: ['503'] },
    ])
  })

  it('is retried when the CRM does not return the affected records', async () => {
    const world = aWorld()
    Object.assign(world.source, {
      expand: async () => {
        throw new RetryLater('CRM_UNAVAILABLE', 'the CRM is down', { afterSeconds: 60, counts: false })
      },
    })
    expect(await world.sync(related())).toMatchObject([{ afterSeconds: 60 }])
    expect([world.sent, world.parked]).toEqual([[], []])
  })

  it('is dead-lettered where the source does not support it', async () => {
    const world = aWorld()
    expect(await world.sync(related())).toEqual([])
    expect(world.parked).toMatchObject([{ change: { kind: 'related' }, failure: { code: 'NOT_SUPPORTED' } }])
  })

  it('that affects no customer queues nothing', async () => {
    const world = aWorld()
    Object.assign(world.source, { expand: async () => [] })
    expect(await world.sync(related())).toEqual([])
    expect([world.sent, world.parked]).toEqual([[], []])
  })
})
