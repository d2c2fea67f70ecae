import { RetryLater } from '../../../lib/core/model/errors.ts'
import { fakelySealed } from '../../fakes/sealer.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const snapshot = (minutes: number, changes: Parameters<typeof aCustomer>[0] = {}) => ({
  customer: aCustomer(changes),
  version: crmTime(minutes),
})
const whole = (minutes: number, changes: Parameters<typeof aCustomer>[0] = {}) =>
  aChange({ occurredAt: crmTime(minutes), snapshot: snapshot(minutes, changes) })

describe('a snapshot whose key is missing', () => {
  it('waits for its key where the CRM cannot be asked, and is then used', async () => {
    const world = aWorld({ canFetch: false })
    world.sealer.keyIsGone = true
    const change = whole(0)
    expect(await world.sync(change)).toHaveLength(1)
    world.sealer.keyIsGone = false
    expect(await world.sync(change)).toEqual([])
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina@example.cm' }])
  })

  it('is dead-lettered with its sealed text and the reason when its attempts are used up', async () => {
    const world = aWorld({ canFetch: false })
    world.sealer.keyIsGone = true
    const change = whole(0)
    while ((await world.sync(change)).length > 0) world.advance(60)
    expect(world.parked).toMatchObject([
      {
        change: { eventId: change.eventId, sealedSnapshot: change.sealedSnapshot },
        failure: { code: 'SEALING_KEY_MISSING', retryable: true },
      },
    ])
    world.sealer.keyIsGone = false
    for (const deadLetter of world.parked) await world.sync({ ...deadLetter.change, round: 1 })
    expect(world.notchpay.customers.size).toBe(1)
  })

  it('keeps each of several sealed texts of a record', async () => {
    const world = aWorld({ canFetch: false })
    world.sealer.keyIsGone = true
    const changes = [whole(0), whole(1, { phone: '+237677000099' })]
    while ((await world.sync(...changes)).length > 0) world.advance(60)
    expect(world.parked.map(({ change }) => change.sealedSnapshot)).toEqual(
      changes.map(({ sealedSnapshot }) => sealedSnapshot),
    )
  })

  it('is ignored where a newer snapshot can be opened', async () => {
    const world = aWorld({ canFetch: false })
    const { open } = world.sealer
    const lost = whole(0)
    world.sealer.open = async (sealed) => {
      if (sealed === lost.sealedSnapshot) throw new RetryLater('SEALING_KEY_MISSING', 'the key is missing')
      return open(sealed)
    }
    expect(await world.sync(lost, whole(1, { phone: '+237677000099' }))).toEqual([])
    expect([...world.notchpay.customers.values()]).toMatchObject([{ phone: '+237677000099' }])
    const later = aChange({ occurredAt: crmTime(5), snapshot: snapshot(5) })
    world.sealer.open = async (sealed) => {
      if (sealed === later.sealedSnapshot) throw new RetryLater('SEALING_KEY_MISSING', 'the key is missing')
      return open(sealed)
    }
    expect(await world.sync(whole(2), later)).toHaveLength(2)
  })

  it('is ignored where the CRM can be asked', async () => {
    const world = aWorld({ sendsSnapshots: true })
    world.sealer.keyIsGone = true
    world.source.put(ref, aCustomer(), crmTime(0))
    expect(await world.sync(whole(0))).toEqual([])
    expect(world.source.reads).toHaveLength(1)
    expect(world.notchpay.customers.size).toBe(1)
  })
})

describe('a lost create whose search terms cannot be opened', () => {
  it('is not searched for with fewer terms, which would create the customer again', async () => {
    const world = aWorld()
    world.source.put(ref, aCustomer(), crmTime(0))
    world.notchpay.failNext('create', new RetryLater('TIMEOUT', 'no answer', { ambiguous: true }), true)
    await world.sync(aChange())
    world.source.put(ref, aCustomer({ email: 'amina.new@example.cm', phone: '+237677000042' }), crmTime(1))
    world.sealer.keyIsGone = true
    world.advance(31)
    expect(await world.sync(aChange())).toHaveLength(1)
    expect(world.notchpay.customers.size).toBe(1)
    expect(world.link('notchpay')?.failure?.code).toBe('SEALING_KEY_MISSING')
    world.sealer.keyIsGone = false
    world.advance(31)
    await world.sync(aChange())
    expect([...world.notchpay.customers.values()]).toMatchObject([{ email: 'amina.new@example.cm' }])
  })
})

it('a sealed text that is not a snapshot is dead-lettered', async () => {
  const world = aWorld({ canFetch: false })
  await world.sync({ ...aChange(), sealedSnapshot: fakelySealed({ name: 'no snapshot' }) })
  expect(world.parked).toMatchObject([{ failure: { code: 'SEALED_DATA_DAMAGED', retryable: false } }])
})
