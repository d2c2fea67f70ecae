import { recordKey } from '../../../lib/core/model/change.ts'
import { Rejected, RetryLater } from '../../../lib/core/model/errors.ts'
import { syncBatch } from '../../../lib/core/syncing/sync-batch.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../../fakes/world.ts'

const other = { ...ref, recordId: '400' }

function loggedWorld(changes: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld(changes)
  world.source.put(ref, aCustomer(), crmTime(0))
  /** The log lines since the last call, with their fields. */
  const takeLines = () =>
    world.lines.splice(0).map((line) => {
      const start = line.indexOf(' {')
      return { message: line.slice(0, start), ...JSON.parse(line.slice(start)) }
    })
  return { ...world, takeLines }
}

/** What each line about an outcome says of it. */
const done = (outcome: string) => ({ outcome, tries: 1, latencyMs: 3_600_000 })

async function linkedWorld(changes: Parameters<typeof aWorld>[0] = {}) {
  const world = loggedWorld(changes)
  await world.sync(aChange())
  world.takeLines()
  return { ...world, id: world.link('notchpay')?.providerCustomerId }
}

describe('every log line about a change names its record, its events and, if there is one, the customer', () => {
  it('when a customer is created', async () => {
    const world = loggedWorld()
    await world.sync(aChange({ eventId: 'e1' }), aChange({ eventId: 'e2' }))
    const providerCustomerId = world.link('notchpay')?.providerCustomerId
    expect(providerCustomerId).toEqual(expect.any(String))
    expect(world.takeLines()).toEqual([
      {
        message: 'customer created',
        ...ref,
        eventIds: ['e1', 'e2'],
        provider: 'notchpay',
        mode: 'test',
        providerCustomerId,
        ...done('created'),
      },
    ])
  })

  it('when a customer is updated: with the names of the fields that changed, never their values', async () => {
    const world = await linkedWorld()
    world.source.put(
      ref,
      aCustomer({ phone: '+237670000009', name: { given: 'Amina', family: 'Bello' } }),
      crmTime(1),
    )
    await world.sync(aChange({ eventId: 'e2' }))
    const [line, ...others] = world.takeLines()
    expect(others).toEqual([])
    expect(line).toMatchObject({ message: 'customer updated', ...done('updated'), fields: ['name', 'phone'] })
    expect(JSON.stringify(line)).not.toMatch(/670000009|Amina/)
  })

  it('when a field cannot be read and no route matches', async () => {
    const world = loggedWorld({ routes: [{ to: 'nowhere' }] })
    world.source.put(ref, aCustomer({ unreadable: ['phone'] }), crmTime(0))
    await world.sync(aChange({ eventId: 'e1' }))
    const named = { ...ref, eventIds: ['e1'] }
    expect(world.takeLines()).toEqual([
      { message: 'fields of the customer cannot be read', ...named, fields: ['phone'] },
      { message: 'customer not routed: no route takes it', ...named, ...done('not-routed') },
    ])
  })

  it.each([
    ['is retried', new RetryLater('TIMEOUT', 'no answer in time'), 'change will be tried again'],
    ['is dead-lettered', new Rejected('BODY_REFUSED', 'no'), 'change dead-lettered'],
  ])('when it %s', async (_, error, message) => {
    const world = await linkedWorld()
    world.source.put(ref, aCustomer({ phone: '+237677000099' }), crmTime(1))
    world.notchpay.failNext('update', error)
    await world.sync(aChange({ eventId: 'e2' }))
    expect(world.takeLines()).toEqual([
      expect.objectContaining({
        message,
        ...ref,
        eventIds: ['e2'],
        provider: 'notchpay',
        mode: 'test',
        providerCustomerId: world.id,
        code: error.code,
      }),
    ])
  })

  it('when it fails before a provider call, and the dead-letter queue does not answer', async () => {
    const down = () => Promise.reject(new RetryLater('TABLE_DOWN', 'no answer'))
    const world = loggedWorld({ deadLetters: { park: down, parkRaw: down } })
    world.source.failNext = new Rejected('FORMAT', 'not as expected')
    await world.sync(aChange({ eventId: 'e1' }))
    const named = { ...ref, eventIds: ['e1'], code: 'FORMAT' }
    expect(world.takeLines()).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^change not dead-lettered/), ...named }),
      expect.objectContaining({ message: 'change will be tried again', ...named }),
    ])
  })

  it('when the failure cannot be counted', async () => {
    const world = loggedWorld()
    world.source.failNext = new RetryLater('CRM_NO_ANSWER', 'no answer')
    world.links.saveLink = () => Promise.reject(new RetryLater('TABLE_DOWN', 'no answer'))
    await world.sync(aChange({ eventId: 'e1' }))
    const named = { ...ref, eventIds: ['e1'] }
    expect(world.takeLines()).toEqual([
      { message: 'failure not counted: the table did not answer', ...named },
      expect.objectContaining({ message: 'change will be tried again', ...named, code: 'CRM_NO_ANSWER' }),
    ])
  })

  it('when a record is read again, deleted, and its customer blocked', async () => {
    const world = await linkedWorld({
      policies: { onDelete: 'block', clear: [], firstSight: 'create', unreadablePhone: 'keep' },
    })
    world.source.records.delete(recordKey(ref))
    await world.sync(aChange({ eventId: 'e2', receivedAt: world.deps.clock.now().toISOString() }))
    await world.sync(aChange({ eventId: 'e3', kind: 'deleted', occurredAt: crmTime(1) }))
    const customer = { provider: 'notchpay', mode: 'test', providerCustomerId: world.id }
    expect(world.takeLines()).toEqual([
      expect.objectContaining({
        message: 'record will be read again: the CRM may still return an older state',
        ...ref,
        eventIds: ['e2'],
      }),
      { message: 'customer blocked at the provider', ...ref, eventIds: ['e3'], ...customer },
      { message: 'link closed', ...ref, eventIds: ['e3'], ...customer, ...done('closed') },
    ])
  })

  it('when a customer is erased', async () => {
    const world = await linkedWorld()
    await world.sync(aChange({ eventId: 'e2', kind: 'erased' }))
    const named = { ...ref, eventIds: ['e2'] }
    const customer = { provider: 'notchpay', mode: 'test', providerCustomerId: world.id }
    expect(world.takeLines()).toEqual([
      { message: 'customer data erased at the provider', ...named, ...customer },
      { message: 'customer erased', ...named, ...done('erased') },
    ])
  })

  it('when a survivor takes over the customer of a merged record', async () => {
    const world = await linkedWorld()
    world.source.put(other, aCustomer(), crmTime(2))
    await world.sync(aChange({ ...other, eventId: 'e2', kind: 'merged', mergedIds: [ref.recordId] }))
    const named = {
      ...other,
      eventIds: ['e2'],
      provider: 'notchpay',
      mode: 'test',
      providerCustomerId: world.id,
    }
    expect(world.takeLines()).toEqual([
      { message: 'customer taken over from a merged record', ...named, mergedId: ref.recordId },
      { message: 'customer updated', ...named, ...done('updated'), fields: [] },
    ])
  })

  it('when a message is unreadable, but names them', async () => {
    const world = loggedWorld()
    const body = JSON.stringify({ ...aChange({ eventId: 'e9' }), v: 99, email: 'amina@example.cm' })
    const record = { messageId: 'm1', receives: 1, firstReceivedAt: null, group: 'g', body }
    await syncBatch([record], () => 60_000, world.deps)
    expect(world.takeLines()).toEqual([
      {
        message: 'message unreadable, left on the queue for a release that can read it',
        ...ref,
        eventIds: ['e9'],
        messageId: 'm1',
        receives: 1,
        code: 'MESSAGE_UNREADABLE',
        problem: 'unknown version',
      },
    ])
  })
})
