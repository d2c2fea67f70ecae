import { readDeadLetter, toBody } from '../../lib/aws/dead-letter-body.ts'
import type { DeadLetter } from '../../lib/core/dead-letters/dead-letter.ts'
import { diagnose } from '../../lib/core/dead-letters/dead-letter.ts'
import { newLink } from '../../lib/core/model/link.ts'
import { aFailure } from '../fakes/dead-letters.ts'
import { aChange } from '../fakes/world.ts'

const sentTimestamp = '1772352000000'
const sentAt = '2026-03-01T08:00:00.000Z'
const failure = aFailure({ code: 'CONTACT_MISSING', field: 'email', retryable: false })
const change = aChange({ recordId: '501' })
const read = (body: string, messageId = 'message-1') =>
  readDeadLetter({ messageId, body, group: 'group-1', sentTimestamp })

describe('readDeadLetter', () => {
  const empty = { deadLetteredAt: sentAt, change: null, raw: null, foreign: null, failure: null }

  it('reads dead letters of releases that wrote no id: the id is that of the message', () => {
    expect(read(JSON.stringify({ change, failure }))).toEqual({ ...empty, id: 'message-1', change, failure })
  })

  it('reads messages that SQS moved', () => {
    expect(read(JSON.stringify(change))).toEqual({ ...empty, id: 'message-1', change })
  })

  it('has no time when SQS provides none', () => {
    const deadLetter = readDeadLetter({ messageId: 'm', body: '', group: 'g', sentTimestamp: undefined })
    expect(deadLetter.deadLetteredAt).toBeNull()
  })

  it.each(['', 'not json', '{"v":2}', '[]', 'null'])('keeps an unreadable body %j unchanged', (body) => {
    expect(read(body)).toEqual({ ...empty, id: 'message-1', raw: { body, group: 'group-1' } })
  })

  it.each([
    ['under its id', { id: 'a', change: { v: 2 }, failure }, 'a'],
    ['under the id of its message where it has none', { change: { v: 2 }, failure }, 'message-1'],
    ['also with another kind of failure', { id: 'a', cause: 'new', failure: { why: 'x' } }, 'a'],
  ])('distinguishes a dead letter of another release from a message, %s', (_, parked, id) => {
    const body = JSON.stringify(parked)
    expect(read(body)).toEqual({ ...empty, id, foreign: body })
  })

  const deadLetteredAt = '2026-02-01T00:00:00.000Z'
  const deadLetters: [string, DeadLetter][] = [
    ['parked', { ...empty, id: 'a', change, failure }],
    ['moved', { ...empty, id: 'a', change, failure, deadLetteredAt }],
    ['moved without a reason', { ...empty, id: 'a', change, deadLetteredAt }],
    ['raw', { ...empty, id: 'a', raw: { body: 'é\n"', group: 'group-9' }, failure }],
    ['of another release', { ...empty, id: 'a', foreign: JSON.stringify({ id: 'a', failure: {} }) }],
  ]
  it.each(deadLetters)('reads what toBody wrote, whatever message contained it: %s', (_, deadLetter) => {
    expect(read(toBody(deadLetter), 'message-7')).toEqual(deadLetter)
  })

  it('uses the time of the message when the body has none', () => {
    const parked = { ...empty, id: 'a', change, failure, deadLetteredAt: null }
    expect(toBody(parked)).not.toContain('deadLetteredAt')
    expect(read(toBody(parked)).deadLetteredAt).toBe(sentAt)
  })
})

describe('diagnose', () => {
  const link = { ...newLink(change, 'notchpay', 'test'), failure }
  const parked = read(JSON.stringify({ change, failure }))
  const moved = read(JSON.stringify(change))

  it('is the reason stored with the dead letter', () => {
    const other = { ...link, provider: 'wooshpay', failure: { ...failure, code: 'OTHER' } } as const
    expect(diagnose(parked, [other])).toEqual(failure)
  })

  it('of a moved message is read from the link of its record', () => {
    expect(diagnose(moved, [link])).toEqual(failure)
  })

  it('is that of the link with a retryable failure, even if another link has failed permanently', () => {
    const retried = { ...failure, code: 'TIMEOUT', retryable: true }
    const other = { ...newLink(change, 'wooshpay', 'test'), failure: retried }
    expect(diagnose(moved, [link, other])).toEqual({ ...retried, provider: 'wooshpay' })
  })

  it('is RECEIVE_LIMIT when no link has a reason', () => {
    expect(diagnose(moved, [])).toMatchObject({ code: 'RECEIVE_LIMIT', attempts: null, retryable: true })
  })

  it.each(['{"v":2}', '{"id":"a","failure":{}}'])('of %s is that it cannot be read', (body) => {
    expect(diagnose(read(body), [])).toMatchObject({ code: 'MESSAGE_UNREADABLE', retryable: false })
  })
})
