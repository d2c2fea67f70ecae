import { changedFields } from '../../../../lib/operator/plan/engine/changed-fields.ts'

const shown = {
  email: 'a@example.cm',
  phone: 237677000001,
  name: null,
  address: { country: 'CM', city: 'Douala', state: '' },
  metadata: { tier: 'gold' },
}

it.each([
  ['an equal value', { email: 'a@example.cm' }, []],
  ['another value', { email: 'b@example.cm' }, [{ name: 'email', from: 'a@example.cm', to: 'b@example.cm' }]],
  ['a field that is not shown', { company: 'x' }, [{ name: 'company', from: null, to: 'x' }]],
  ['a phone number without its plus', { phone: '+237677000001' }, []],
  [
    'a nested value',
    { address: { country: 'CM', city: 'Yaoundé' } },
    [{ name: 'address.city', from: 'Douala', to: 'Yaoundé' }],
  ],
  ['an empty field that is cleared', { name: null, address: { state: null } }, []],
  [
    'a field that is cleared',
    { metadata: { tier: '' } },
    [{ name: 'metadata.tier', from: 'gold', to: null }],
  ],
  [
    'an object that is cleared as a whole',
    { address: '' },
    [
      { name: 'address.country', from: 'CM', to: null },
      { name: 'address.city', from: 'Douala', to: null },
    ],
  ],
  ['a list', { email: ['a'] }, [{ name: 'email', from: 'a@example.cm', to: ['a'] }]],
])('compares %s', (_, payload, expected) => {
  expect(changedFields(payload, shown)).toEqual(expected)
})

it('takes a customer that is not shown for empty', () => {
  expect(changedFields({ address: { city: 'Douala' }, name: '' }, null)).toEqual([
    { name: 'address.city', from: null, to: 'Douala' },
  ])
})
