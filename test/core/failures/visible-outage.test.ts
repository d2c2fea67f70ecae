import { recordKey } from '../../../lib/core/model/change.ts'
import { Misconfigured, RetryLater } from '../../../lib/core/model/errors.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const keyRefused = new Misconfigured('KEY_REFUSED', 'the key is not accepted', { status: 401 })
const crmDown = new RetryLater('CRM_UNAVAILABLE', 'the CRM is down', { counts: false, status: 503 })

/** Notch Pay refuses the key for one record, and is paused from then on. */
async function pausedWorld(changes: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld(changes)
  world.source.put(ref, aCustomer(), crmTime(0))
  const first = { ...ref, recordId: '1' }
  world.source.put(first, aCustomer({ email: 'first@example.cm' }), crmTime(0))
  world.notchpay.failNext('create', keyRefused)
  await world.sync(aChange(first))
  return world
}

describe('a restoration that failed', () => {
  it('is not shown as waiting any more once the record is deleted again', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', new RetryLater('TIMEOUT', 'no answer in time', { ambiguous: true }))
    await world.sync(aChange())
    world.source.records.clear()
    world.advance(60)
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(1) }))
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', failure: null })

    world.source.put(ref, aCustomer(), crmTime(2))
    world.notchpay.failNext('find', new RetryLater('PROVIDER_UNAVAILABLE', '503', { counts: false }))
    expect(await world.sync(aChange())).toHaveLength(1)
    expect(world.link('notchpay')).toMatchObject({ failure: { code: 'PROVIDER_UNAVAILABLE' } })
    world.source.records.clear()
    await world.sync(aChange())
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', failure: null })
  })
})

describe('a change that waits for a paused provider', () => {
  it('is visible in a link before there is a customer', async () => {
    const world = await pausedWorld()
    await world.sync(aChange({ eventId: 'e1' }))
    expect(world.link('notchpay')).toMatchObject({
      state: 'creating',
      providerCustomerId: null,
      claim: null,
      lastOutcome: 'failed',
      failure: { code: 'PROVIDER_PAUSED', attempts: 0, retryable: true },
      history: [{ event: 'failed', code: 'PROVIDER_PAUSED', eventId: 'e1', tries: 1 }],
    })
  })

  it('costs one write per outage, however often it is tried', async () => {
    const world = await pausedWorld()
    const change = aChange()
    await world.sync(change)
    const { writes } = world.links.calls
    for (let tries = 0; tries < 20; tries += 1) await world.sync(change)
    expect(world.links.calls.writes).toBe(writes)
  })

  it('costs no further write when it arrives, and shows in the history', async () => {
    const world = await pausedWorld()
    await world.sync(aChange({ eventId: 'e1' }))
    world.advance(60)
    const { writes } = world.links.calls
    await world.sync(aChange({ eventId: 'e1' }))
    expect(world.link('notchpay')).toMatchObject({ state: 'linked', failure: null, lastOutcome: 'created' })
    expect(world.link('notchpay')?.history.map(({ event, tries }) => [event, tries])).toEqual([
      ['failed', 1],
      ['created', 2],
    ])
    // The claim and the acknowledged link, as without an outage.
    expect(world.links.calls.writes - writes).toBe(2)
  })

  it('is visible again in the next outage', async () => {
    const world = await pausedWorld()
    await world.sync(aChange())
    world.advance(60)
    await world.sync(aChange())
    world.notchpay.failNext('update', keyRefused)
    world.source.put(ref, aCustomer({ phone: '+237677000002' }), crmTime(1))
    await world.sync(aChange({ eventId: 'e2' }))
    expect(world.link('notchpay')).toMatchObject({
      state: 'linked',
      failure: { code: 'KEY_REFUSED' },
      lastOutcome: 'failed',
    })
    expect(world.link('notchpay')?.history.at(-1)).toMatchObject({ code: 'KEY_REFUSED', status: 401 })
  })

  it('is no longer shown at a provider that the route no longer leads to', async () => {
    const world = await pausedWorld()
    await world.sync(aChange({ eventId: 'e1' }))
    world.source.put(ref, aCustomer({ address: { city: 'Manila', country: 'PH' } }), crmTime(1))
    await world.sync(aChange({ eventId: 'e1' }))
    expect(world.link('wooshpay')).toMatchObject({ state: 'linked' })
    expect(world.link('notchpay')).toMatchObject({ failure: null, lastOutcome: null })
  })

  it('does not keep the record from being erased meanwhile', async () => {
    const world = await pausedWorld()
    await world.sync(aChange())
    expect(await world.sync(aChange({ kind: 'erased' }))).toEqual([])
    expect(world.link('notchpay')).toMatchObject({ state: 'erased', failure: null })
    expect(world.notchpay.calls).toEqual(['create'])
  })

  it('keeps that the deletion policy of a closed link has been applied', async () => {
    const world = await pausedWorld()
    world.advance(60)
    await world.sync(aChange())
    world.source.records.delete(recordKey(ref))
    await world.sync(aChange({ kind: 'deleted', occurredAt: crmTime(2) }))
    expect(world.link('notchpay')).toMatchObject({ state: 'closed', lastOutcome: 'closed' })
    world.source.put(ref, aCustomer({ phone: '+237677000003' }), crmTime(3))
    world.notchpay.failNext('update', keyRefused)
    await world.sync(aChange({ kind: 'restored', occurredAt: crmTime(3) }))
    expect(world.link('notchpay')).toMatchObject({
      state: 'closed',
      lastOutcome: 'closed',
      failure: { code: 'KEY_REFUSED' },
    })
  })
})

describe('a change that waits for its CRM', () => {
  it('is visible in the own line of its record, by one write per outage', async () => {
    const world = aWorld()
    for (let tries = 0; tries < 5; tries += 1) {
      world.source.failNext = crmDown
      await world.sync(aChange({ eventId: 'e1' }))
    }
    expect(world.link(null)).toMatchObject({
      failure: { code: 'CRM_UNAVAILABLE', attempts: 0 },
      history: [{ event: 'failed', code: 'CRM_UNAVAILABLE', status: 503 }],
    })
    expect(world.links.calls.writes).toBe(1)
  })

  it('is no longer shown when the CRM is back', async () => {
    const world = aWorld()
    world.source.failNext = crmDown
    await world.sync(aChange({ eventId: 'e1' }))
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange({ eventId: 'e1' }))
    expect(world.link(null)).toMatchObject({ failure: null, lastOutcome: null })
    expect(world.link('notchpay')).toMatchObject({ state: 'linked' })
  })

  it('is no longer shown when no route takes the customer', async () => {
    const world = aWorld({ routes: [{ to: 'nowhere' }] })
    world.source.failNext = crmDown
    await world.sync(aChange({ eventId: 'e1' }))
    world.source.put(ref, aCustomer(), crmTime(0))
    await world.sync(aChange({ eventId: 'e1' }))
    expect(world.link(null)).toMatchObject({ failure: null, lastOutcome: 'not-routed' })
  })
})

it('a wait of a known, short time is not saved', async () => {
  const world = aWorld()
  world.source.put(ref, aCustomer(), crmTime(0))
  world.source.failNext = new RetryLater('CRM_THROTTLED', 'slow down', { afterSeconds: 5, counts: false })
  await world.sync(aChange())
  expect(world.links.calls.writes).toBe(0)
})

it('is no longer shown in a mode that the key is not for any more', async () => {
  const world = await pausedWorld()
  await world.sync(aChange({ eventId: 'e1' }))
  expect(world.link('notchpay')).toMatchObject({ mode: 'test', failure: { code: 'PROVIDER_PAUSED' } })
  Object.assign(world.notchpay, { mode: 'live' })
  await world.sync(aChange({ eventId: 'e1' }))
  const links = await world.links.findLinks(ref)
  expect(links.map(({ mode, state, failure }) => [mode, state, failure])).toEqual([
    ['live', 'linked', null],
    ['test', 'creating', null],
  ])
})

it('an event id that may be personal data is not kept in the history', async () => {
  const world = aWorld()
  world.source.put(ref, aCustomer(), crmTime(0))
  await world.sync(aChange({ eventId: 'amina@example.cm' }))
  expect(world.link('notchpay')?.history).toMatchObject([{ event: 'created', eventId: null }])
})
