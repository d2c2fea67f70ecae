import { changesOf } from '../../../lib/core/messages/listed-page.ts'
import type { CustomerChange, RecordRef } from '../../../lib/core/model/change.ts'
import { Misconfigured, Rejected, RetryLater } from '../../../lib/core/model/errors.ts'
import type { CrmSource, FetchedCustomer } from '../../../lib/core/ports/crm-source.ts'
import { mostWaiting, type ReconcileDeps, reconcile } from '../../../lib/core/reconciling/reconcile.ts'
import { fakeWalks } from '../../fakes/walks.ts'

const minute = 60_000
const hour = 60 * minute
const started = Date.parse('2026-06-01T12:00:00.000Z')
const iso = (time: number) => new Date(time).toISOString()

type Changed = { readonly id: string; readonly at: number }

/** A CRM that lists three records a page by id, in the state of now, and whose records can vanish. */
function aCrm(name: string, clock: { time: number }) {
  const crm = {
    changed: [] as Changed[],
    gone: new Set<string>(),
    foreign: new Set<string>(),
    calls: [] as string[],
    /** Called before each list call; may throw. */
    beforeList: (_cursor: string | null) => {},
    listsDeleted: undefined as true | undefined,
  }
  const refOf = (recordId: string, account = 'own'): RecordRef => ({
    source: name,
    account,
    recordType: 'contact',
    recordId,
  })
  const source: CrmSource = {
    name,
    sendsSnapshots: false,
    ownsAccount: async (account) => !crm.foreign.has(account),
    async fetchCustomers(refs) {
      crm.calls.push(`read ${refs.length}`)
      return refs.map(
        ({ recordId }): FetchedCustomer =>
          crm.gone.has(recordId)
            ? { kind: 'deleted' }
            : { kind: 'failed', error: new RetryLater('CRM_FAILED', 'not of interest') },
      )
    },
    async listChanged(since, cursor) {
      crm.calls.push(`list ${cursor ?? 'first'}`)
      crm.beforeList(cursor)
      const [completeUntil = iso(clock.time), after = ''] = cursor?.split('|') ?? []
      const rest = crm.changed
        .filter(({ id, at }) => at >= Date.parse(since) && id > after)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const page = rest.slice(0, 3)
      const last = page.at(-1)
      return {
        refs: page.map(({ id }) => refOf(id)),
        cursor: rest.length > 3 && last ? `${completeUntil}|${last.id}` : null,
        completeUntil,
      }
    },
  }
  return { crm, source, refOf }
}

function aWorld(names = ['acme']) {
  const clock = { time: started }
  const crms = Object.fromEntries(names.map((name) => [name, aCrm(name, clock)]))
  const world = {
    crms,
    clock,
    queued: [] as CustomerChange[],
    waiting: 0,
    links: [] as RecordRef[],
    lines: [] as string[],
    counts: [] as string[],
    beforeSend: () => {},
    store: fakeWalks(),
  }
  const log = (message: string, fields?: object) =>
    void world.lines.push(`${message} ${JSON.stringify(fields ?? {})}`)
  let ids = 0
  const deps: ReconcileDeps = {
    sources: async () => names,
    source: async (name) => {
      const found = crms[name]?.source
      if (!found) throw new Misconfigured('SOURCE_OFF', 'it is switched off')
      const listsDeleted = crms[name]?.crm.listsDeleted
      return listsDeleted ? { ...found, listsDeleted } : found
    },
    store: world.store,
    queue: {
      async send(pages) {
        world.beforeSend()
        world.queued.push(...pages.flatMap(changesOf))
      },
    },
    countWaiting: async () => world.waiting,
    async linkedRecords(source, cursor) {
      const own = world.links.filter((ref) => ref.source === source)
      const from = Number(cursor ?? 0)
      return { refs: own.slice(from, from + 4), cursor: from + 4 < own.length ? String(from + 4) : null }
    },
    clock: { now: () => new Date(clock.time) },
    newId: () => {
      ids += 1
      return `walk-${ids}`
    },
    log: { debug: log, info: log, warn: log, error: log },
    metrics: { count: (name) => void world.counts.push(name), measure: () => {} },
  }
  const run = (remainingMillis: () => number = () => hour) => reconcile(remainingMillis, deps)
  return { ...world, world, run, queuedIds: () => world.queued.map(({ recordId }) => recordId) }
}

const crmOf = ({ crms }: ReturnType<typeof aWorld>, name = 'acme') => {
  const found = crms[name]
  if (!found) throw new Error(`there is no ${name}`)
  return found
}

/** Time left for one page only. */
function timeForOnePage(): () => number {
  const left = [hour]
  return () => left.shift() ?? 10_000
}

function killedAtCall(number: number): () => void {
  let calls = 0
  return () => {
    calls += 1
    if (calls === number) throw new Error('killed')
  }
}

/** Some pages of changes since the first run, which only sets the watermark. */
async function afterOutage(count: number) {
  const it = aWorld()
  await it.run()
  it.clock.time += 24 * hour
  const { crm } = crmOf(it)
  crm.changed = Array.from({ length: count }, (_, index) => ({
    id: `r${String(index).padStart(2, '0')}`,
    at: started + (index + 1) * minute,
  }))
  return it
}

describe('reconcile', () => {
  it('queues nothing that changed before its first run: that is a first import', async () => {
    const it = aWorld()
    crmOf(it).crm.changed = [{ id: 'old', at: started - hour }]
    expect(await it.run()).toEqual({ complete: ['acme'], unfinished: [], failed: [] })
    it.clock.time += hour
    await it.run()
    expect(it.queuedIds()).toEqual([])
  })

  it('queues everything that changed during an outage of a day, once, as listed records', async () => {
    const it = await afterOutage(10)
    await it.run()
    expect(it.queuedIds()).toEqual(['r00', 'r01', 'r02', 'r03', 'r04', 'r05', 'r06', 'r07', 'r08', 'r09'])
    expect(it.world.queued[0]).toEqual({
      v: 1,
      source: 'acme',
      account: 'own',
      recordType: 'contact',
      recordId: 'r00',
      kind: 'changed',
      eventId: expect.stringMatching(/^walk:walk-\d:acme\/own\/contact\/r00$/),
      receivedAt: iso(started + 24 * hour),
      listed: true,
    })
    it.clock.time += hour
    await it.run()
    expect(it.queuedIds()).toHaveLength(10)
  })

  it('lists from the end of the last walk, which is the time of its first page', async () => {
    const it = await afterOutage(5)
    const { crm } = crmOf(it)
    crm.beforeList = (cursor) => {
      // While the second page is read, a record that was listed already changes again.
      if (cursor !== null) {
        it.clock.time += minute
        crm.changed = [...crm.changed.slice(1), { id: 'r00', at: it.clock.time }]
      }
    }
    await it.run()
    crm.beforeList = () => {}
    it.clock.time += hour
    await it.run()
    expect(it.queuedIds().filter((id) => id === 'r00')).toHaveLength(2)
    expect((await it.world.store.findWalk('acme'))?.watermark).toBe(iso(it.clock.time))
  })

  it('goes on with the next page after it was out of time', async () => {
    const it = await afterOutage(7)
    const report = await it.run(timeForOnePage())
    expect(report).toEqual({ complete: [], unfinished: ['acme'], failed: [] })
    expect(it.queuedIds()).toEqual(['r00', 'r01', 'r02'])
    await it.run()
    expect(it.queuedIds()).toEqual(['r00', 'r01', 'r02', 'r03', 'r04', 'r05', 'r06'])
  })

  it.each([
    [
      'before the page is queued',
      (it: ReturnType<typeof aWorld>) => {
        it.world.beforeSend = killedAtCall(2)
      },
    ],
    [
      'before its place is saved',
      (it: ReturnType<typeof aWorld>) => {
        const { saveWalk } = it.world.store
        const kill = killedAtCall(3)
        it.world.store.saveWalk = async (record) => {
          kill()
          return saveWalk(record)
        }
      },
    ],
  ])('leaves nothing behind when it is killed %s', async (_, kill) => {
    const it = await afterOutage(8)
    kill(it)
    expect((await it.run()).failed).toEqual(['acme'])
    await it.run()
    const ids = new Set(it.queuedIds())
    expect(ids.size).toBe(8)
    // A page that is queued twice has the same event ids, which the queue drops.
    expect(new Set(it.world.queued.map(({ eventId }) => eventId)).size).toBe(8)
  })

  it('lists no further page while many listed records wait', async () => {
    const it = await afterOutage(4)
    it.world.waiting = mostWaiting
    expect((await it.run()).unfinished).toEqual(['acme'])
    expect(crmOf(it).crm.calls).toEqual([])
    it.world.waiting = 0
    expect((await it.run()).complete).toEqual(['acme'])
    expect(it.queuedIds()).toHaveLength(4)
  })

  it('begins the walk again when the CRM no longer accepts its cursor, but not for ever', async () => {
    const it = await afterOutage(7)
    const { crm } = crmOf(it)
    let refusals = 1
    crm.beforeList = (cursor) => {
      if (cursor === null || refusals === 0) return
      refusals -= 1
      throw new Rejected('CRM_REFUSED', 'the cursor has expired')
    }
    expect((await it.run()).complete).toEqual(['acme'])
    expect(new Set(it.queuedIds()).size).toBe(7)
    it.clock.time += hour
    crm.changed = crm.changed.map((record) => ({ ...record, at: it.clock.time }))
    refusals = Number.POSITIVE_INFINITY
    expect((await it.run()).failed).toEqual(['acme'])
  })

  it('does not let a CRM that is down keep another one from its turn', async () => {
    const it = aWorld(['down', 'acme'])
    await it.run()
    it.clock.time += hour
    crmOf(it).crm.changed = [{ id: 'r1', at: it.clock.time }]
    crmOf(it, 'down').crm.beforeList = () => {
      throw new RetryLater('CRM_UNAVAILABLE', 'Down is down (503)', { status: 503 })
    }
    expect(await it.run()).toEqual({ complete: ['acme'], unfinished: [], failed: ['down'] })
    expect(it.queuedIds()).toEqual(['r1'])
    expect(it.world.counts).toEqual(['WalksFailed'])
    expect(it.world.lines.join('\n')).toContain('"code":"CRM_UNAVAILABLE"')
  })

  it('leaves a walk to the worker that is faster', async () => {
    const it = await afterOutage(5)
    const [first, second] = await Promise.all([it.run(), it.run()])
    expect([first?.complete, second?.complete].flat()).toContain('acme')
    expect(new Set(it.queuedIds()).size).toBe(5)
  })
})

describe('the weekly comparison of ids', () => {
  const linked = async (count: number) => {
    const it = aWorld()
    const { refOf } = crmOf(it)
    it.world.links.push(...Array.from({ length: count }, (_, index) => refOf(`r${index}`)))
    return it
  }

  /** A CRM that lists deleted records, one of which was deleted since the last run. */
  const deletedInOutage = async () => {
    const it = await linked(3)
    const { crm } = crmOf(it)
    crm.listsDeleted = true
    await it.run()
    crm.gone.add('r1')
    return { it, crm }
  }

  it('queues the linked records that the CRM does not have any more, after the last page', async () => {
    const it = await linked(60)
    const { crm } = crmOf(it)
    for (const id of ['r1', 'r30', 'r59']) crm.gone.add(id)
    await it.run()
    expect(it.queuedIds()).toEqual(['r1', 'r30', 'r59'])
    expect(crm.calls.filter((call) => call === 'read 4')).toHaveLength(15)
  })

  it('is repeated after a week, and goes on where it stopped', async () => {
    const it = await linked(10)
    const { crm } = crmOf(it)
    await it.run(timeForOnePage())
    expect(crm.calls).toEqual(['read 4'])
    crm.gone.add('r9')
    await it.run()
    expect(it.queuedIds()).toEqual(['r9'])
    const before = crm.calls.length
    it.clock.time += 6 * 24 * hour
    await it.run()
    expect(crm.calls.slice(before)).toEqual(['list first'])
    it.clock.time += 25 * hour
    await it.run()
    expect(it.queuedIds()).toEqual(['r9', 'r9'])
    expect(new Set(it.world.queued.map(({ eventId }) => eventId)).size).toBe(2)
  })

  it.each([
    ['more than 5 % are missing', 60, 4],
    ['more than 100 are missing', 3000, 101],
  ])('stops, alarms and queues nothing when %s', async (_, count, missing) => {
    const it = await linked(count)
    for (let index = 0; index < missing; index += 1) crmOf(it).crm.gone.add(`r${index}`)
    await it.run()
    expect(it.queuedIds()).toEqual([])
    expect(it.world.counts).toEqual(['ComparisonsStopped'])
    expect(it.world.lines.join('\n')).toContain('TOO_MANY_MISSING')
    it.clock.time += hour
    await it.run()
    expect(it.world.counts).toHaveLength(1)
  })

  it('takes a record that could not be read for present, and asks for none of another account', async () => {
    const it = await linked(3)
    const { crm, refOf } = crmOf(it)
    it.world.links.push(refOf('r7', 'another'))
    crm.foreign.add('another')
    crm.gone.add('r7')
    await it.run()
    expect(crm.calls).toEqual(['read 3'])
    expect(it.queuedIds()).toEqual([])
  })

  it('is made after an outage of more than two weeks where the CRM lists deleted records: not for ever', async () => {
    const { it } = await deletedInOutage()
    it.clock.time += 13 * 24 * hour
    await it.run()
    expect(it.queuedIds()).toEqual([])
    it.clock.time += 15 * 24 * hour
    await it.run()
    expect(it.queuedIds()).toEqual(['r1'])
    it.clock.time += hour
    await it.run()
    expect(it.queuedIds()).toEqual(['r1'])
  })

  it('is made after such an outage also where the run that listed its changes was killed right after', async () => {
    const { it, crm } = await deletedInOutage()
    it.clock.time += 15 * 24 * hour
    const { store } = it.world
    const { findComparison } = store
    crm.calls.length = 0
    store.findComparison = async (name) => {
      if (crm.calls.includes('list first')) throw new Error('killed')
      return findComparison(name)
    }
    expect((await it.run()).failed).toEqual(['acme'])
    store.findComparison = findComparison
    it.clock.time += hour
    await it.run()
    expect(it.queuedIds()).toEqual(['r1'])
  })

  it('is left out where the CRM lists deleted records', async () => {
    const it = await linked(3)
    const { crm } = crmOf(it)
    crm.listsDeleted = true
    crm.gone.add('r1')
    await it.run()
    expect(crm.calls).toEqual([])
  })
})
