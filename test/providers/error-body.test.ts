import { readErrorBody } from '../../lib/providers/error-body.ts'

const json = JSON.stringify

type Read = Partial<ReturnType<typeof readErrorBody>>

it.each<[string, string, Read]>([
  ['Notch Pay', json({ code: 404, status: 'Not Found', message: 'Not found' }), { message: 'Not found' }],
  [
    'Notch Pay with an errors map',
    json({
      code: '422',
      message: 'Validation failed',
      errors: { 'customer.email': ['The email is invalid.', 'x'] },
    }),
    { message: 'Validation failed: The email is invalid.', field: 'customer.email', code: '422' },
  ],
  [
    'an errors map of bare texts',
    json({ errors: { phone: 'is taken' } }),
    { message: 'is taken', field: 'phone' },
  ],
  [
    'an empty errors map',
    json({ message: 'Validation failed', errors: [] }),
    { message: 'Validation failed' },
  ],
  [
    'Stripe',
    json({ error: { type: 'invalid_request_error', code: 'x', message: 'Bad e-mail', param: 'email' } }),
    { message: 'Bad e-mail', field: 'email', type: 'invalid_request_error', code: 'x' },
  ],
  [
    'a flat error',
    json({ type: 'api_error', code: 'x', message: 'It broke' }),
    { message: 'It broke', type: 'api_error', code: 'x' },
  ],
  ['OAuth', json({ error: 'invalid_client', error_description: 'Wrong key' }), { message: 'Wrong key' }],
  ['an error that is a text', json({ error: 'Wrong key' }), { message: 'Wrong key' }],
  ['a bare JSON text', json('Wrong key'), { message: 'Wrong key' }],
  ['a byte order mark', `\uFEFF${json({ message: 'Wrong key' })}`, { message: 'Wrong key' }],
  ['truncated JSON', '{"code":500,"message":"It broke","erro', { message: 'It broke' }],
  ['JSON truncated early', '{"code":500,"mess', { message: '' }],
  ['a number', '42', { message: '42' }],
  ['a list', '[1,2]', { message: '' }],
  ['nothing', '', { message: '' }],
])('reads %s', (_, text, expected) => {
  expect(readErrorBody(text)).toEqual({
    field: undefined,
    type: undefined,
    code: undefined,
    ...expected,
  })
})

it('reads the text of an HTML page', () => {
  const page =
    '<html><head><style>h1 {}</style><title>502</title></head><body><h1>Bad\nGateway</h1></body></html>'
  expect(readErrorBody(page).message.split(/\s+/).filter(Boolean)).toEqual(['502', 'Bad', 'Gateway'])
})
