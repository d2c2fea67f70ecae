import { classifyStatus } from '../../lib/support/http-status.ts'

it.each([
  [200, 'ok'],
  [201, 'ok'],
  [202, 'ok'],
  [204, 'ok'],
  [302, 'denied'],
  [400, 'refused'],
  [401, 'denied'],
  [402, 'refused'],
  [403, 'denied'],
  [404, 'refused'],
  [405, 'refused'],
  [406, 'refused'],
  [408, 'failed'],
  [409, 'refused'],
  [410, 'refused'],
  [413, 'refused'],
  [422, 'refused'],
  [425, 'busy'],
  [429, 'throttled'],
  [500, 'failed'],
  [502, 'failed'],
  [503, 'unavailable'],
  [504, 'failed'],
  [999, 'failed'],
] as const)('classifies %i as %s', (status, expected) => {
  expect(classifyStatus(status)).toBe(expected)
})

it('allows an API to override a status', () => {
  expect(classifyStatus(409, { 409: 'failed' })).toBe('failed')
})
