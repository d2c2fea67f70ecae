import { signDynamicsRequest, verifyDynamicsKey } from '../../../lib/sources/dynamics/signature.ts'
import { aRequest, thrownBy } from '../requests.ts'

const keys = ['first-key', 'second-key']
const verify = (query: string, headers: Readonly<Record<string, string>> = {}, configured = keys) =>
  thrownBy(() => verifyDynamicsKey(aRequest({ query, headers }), configured))

describe('the key of a Dynamics webhook', () => {
  it.each([
    ['HttpHeader', '', signDynamicsRequest('first-key')],
    ['WebhookKey', 'code=first-key', {}],
    ['HttpQueryString, with other keys beside it', 'a=b&code=first-key&c=', {}],
    ['the second key during rotation', 'code=second-key', {}],
    ['both ways at once', 'code=first-key', { 'x-webhook-key': 'second-key' }],
  ])('is accepted as %s', (_, query, headers) => {
    expect(verify(query, headers)).toBeUndefined()
  })

  it.each([
    ['missing', '', {}, 'CREDENTIALS_MISSING'],
    ['in a parameter of another name', 'key=first-key', {}, 'CREDENTIALS_MISSING'],
    ['empty in the query', 'code=', {}, 'CREDENTIALS_MISSING'],
    ['empty in the header', '', { 'x-webhook-key': '' }, 'CREDENTIALS_MISSING'],
    ['wrong in the query', 'code=first-keys', {}, 'CREDENTIALS_WRONG'],
    ['wrong in the header', '', { 'x-webhook-key': 'First-key' }, 'CREDENTIALS_WRONG'],
    [
      'right in the query and wrong in the header',
      'code=first-key',
      { 'x-webhook-key': 'x' },
      'CREDENTIALS_WRONG',
    ],
    [
      'wrong in the query and right in the header',
      'code=x',
      { 'x-webhook-key': 'first-key' },
      'CREDENTIALS_WRONG',
    ],
    ['right and wrong in the query', 'code=first-key&code=x', {}, 'CREDENTIALS_WRONG'],
    ['a list of the configured keys', `code=${keys.join(',')}`, {}, 'CREDENTIALS_WRONG'],
  ])('is refused when it is %s', (_, query, headers, code) => {
    expect(verify(query, headers)).toMatchObject({ status: 401, code })
  })

  it('is refused when none is configured', () => {
    for (const configured of [[], [''], [' ']]) {
      expect(verify('code=first-key', {}, configured)).toMatchObject({ status: 401, code: 'NO_SECRET' })
      expect(verify('code=', { 'x-webhook-key': '' }, configured)).toMatchObject({ code: 'NO_SECRET' })
    }
  })

  it('is never repeated in the error', () => {
    expect(String(verify('code=a-guess'))).not.toMatch(/a-guess|first-key/)
  })
})
