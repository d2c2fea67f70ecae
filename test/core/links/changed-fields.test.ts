import * as fc from 'fast-check'
import { changedFields, markFields } from '../../../lib/core/links/changed-fields.ts'
import { toNotchPayPayload } from '../../../lib/providers/notchpay/to-payload.ts'
import { toWooshPayPayload } from '../../../lib/providers/wooshpay/to-payload.ts'
import { aCustomer, ref } from '../../fakes/world.ts'

const payload = { name: 'Amina', phone: '+237677000001', address: { city: 'Douala', country: 'CM' } }

it('names the fields whose value changed, those in objects with their path', () => {
  const next = { ...payload, phone: '+237677000002', address: { city: 'Yaoundé', country: 'CM' } }
  expect(changedFields(markFields(payload, ref), next, ref)).toEqual(['address.city', 'phone'])
})

it('names a field that is new', () => {
  expect(changedFields(markFields(payload, ref), { ...payload, email: 'a@example.cm' }, ref)).toEqual([
    'email',
  ])
})

it('names none where the order alone differs', () => {
  const reordered = Object.fromEntries(Object.entries(payload).toReversed())
  expect(changedFields(markFields(payload, ref), reordered, ref)).toEqual([])
})

it('does not repeat a name that a sender made of personal data', () => {
  const withName = (value: string) => ({ metadata: { 'amina@example.cm': value, vip: value } })
  expect(changedFields(markFields(withName('1'), ref), withName('2'), ref)).toEqual([
    'metadata',
    'metadata.vip',
  ])
})

it('names none where nothing was marked', () => {
  expect(changedFields(null, payload, ref)).toEqual([])
})

it('marks take four characters a field, and differ between records', () => {
  const marks = markFields(payload, ref)
  expect(marks).toHaveLength(16)
  expect(markFields(payload, { ...ref, recordId: '502' })).not.toBe(marks)
})

it('never throws, and finds nothing changed in the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(changedFields(markFields(value, ref), value, ref).length).toBe(0)
    }),
    { numRuns: 200 },
  )
})

it.each([
  ['Notch Pay', toNotchPayPayload],
  ['WooshPay', toWooshPayPayload],
])('names exactly the phone when the phone of a customer of %s changed', (_, toPayload) => {
  const marks = markFields(toPayload(aCustomer(), ref, new Set()), ref)
  const next = toPayload(aCustomer({ phone: '+237677000099' }), ref, new Set())
  expect(changedFields(marks, next, ref)).toEqual(['phone'])
})
