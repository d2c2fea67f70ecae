import { odooQuery, verifyOdooSecret } from '../../../lib/sources/odoo/signature.ts'
import { aRequest, thrownBy } from '../requests.ts'

const failure = (query: string, secrets: readonly string[]) =>
  thrownBy(() => verifyOdooSecret(aRequest({ query }), secrets))

describe('the secret in the URL of an Odoo rule', () => {
  it.each(['plain', 'a+b/c==', 'é & ü?', 'a%2Bb'])('%j passes as our commands send it', (secret) => {
    expect(failure(odooQuery(secret), [secret])).toBeUndefined()
    expect(failure(`${odooQuery(secret)}&event=deleted`, [secret])).toBeUndefined()
    expect(failure(`event=deleted&${odooQuery(secret)}`, [secret])).toBeUndefined()
  })

  it('passes as it was pasted, with a plus sign that is not encoded', () => {
    expect(failure('secret=a+b/c=', ['a+b/c='])).toBeUndefined()
  })

  it('may be any of several while it is being rotated', () => {
    for (const secret of ['old', 'new']) expect(failure(odooQuery(secret), ['new', 'old'])).toBeUndefined()
    expect(failure(odooQuery('older'), ['new', 'old'])).toMatchObject({
      status: 401,
      code: 'CREDENTIALS_WRONG',
    })
  })

  it.each([
    ['', ['right'], 'CREDENTIALS_MISSING'],
    ['secret=', ['right'], 'CREDENTIALS_MISSING'],
    ['Secret=right', ['right'], 'CREDENTIALS_MISSING'],
    ['secret=wrong', ['right'], 'CREDENTIALS_WRONG'],
    ['secret=righ', ['right'], 'CREDENTIALS_WRONG'],
    ['secret=wrong&secret=right', ['right'], 'CREDENTIALS_WRONG'],
    ['secret=%00', ['right'], 'CREDENTIALS_WRONG'],
    ['secret=', [''], 'NO_SECRET'],
    ['secret=right', [], 'NO_SECRET'],
  ])('%j is refused where %j is configured', (query, secrets, code) => {
    const error = failure(query, secrets)
    expect(error).toMatchObject({ status: 401, code })
    expect(String(error)).not.toContain('righ')
  })
})
