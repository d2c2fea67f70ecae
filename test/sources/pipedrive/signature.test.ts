import { signPipedriveRequest, verifyPipedriveCredentials } from '../../../lib/sources/pipedrive/signature.ts'
import { aRequest, thrownBy } from '../requests.ts'

const settings = { users: ['sync'], passwords: ['pa:ss wörd'] }

function codeFor(authorization: string | undefined, changes: Partial<typeof settings> = {}): unknown {
  const request = aRequest({ headers: { authorization } })
  const error = thrownBy(() => verifyPipedriveCredentials(request, { ...settings, ...changes }))
  return error && (error as { code: string }).code
}
const basic = (user: string, password: string) =>
  signPipedriveRequest({ user, password })['authorization'] ?? ''

describe('Pipedrive credentials', () => {
  it('are HTTP Basic as in RFC 7617', () => {
    expect(basic('Aladdin', 'open sesame')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')
    expect(codeFor(basic('sync', 'pa:ss wörd'))).toBeUndefined()
    expect(codeFor(basic('sync', 'pa:ss wörd').replace('Basic', 'bASIC '))).toBeUndefined()
  })

  it.each([
    [basic('sync', 'pa:ss word'), 'CREDENTIALS_WRONG'],
    [basic('Sync', 'pa:ss wörd'), 'CREDENTIALS_WRONG'],
    [basic('sync:pa', 'ss wörd'), undefined],
    [basic('', ''), 'CREDENTIALS_WRONG'],
    [undefined, 'CREDENTIALS_MISSING'],
    ['', 'CREDENTIALS_MISSING'],
    ['Basic', 'CREDENTIALS_MISSING'],
    ['Basic ====', 'CREDENTIALS_MISSING'],
    [`Basic ${Buffer.from('no colon').toString('base64')}`, 'CREDENTIALS_MISSING'],
    [basic('sync', 'pa:ss wörd').replace('Basic', 'Bearer'), 'CREDENTIALS_MISSING'],
    [`${basic('sync', 'pa:ss wörd')}, ${basic('sync', 'pa:ss wörd')}`, 'CREDENTIALS_MISSING'],
    [`${basic('sync', 'pa:ss wörd')} `, 'CREDENTIALS_MISSING'],
  ])('%j is answered with %s', (header, code) => {
    expect(codeFor(header)).toBe(code)
  })

  it('can be two pairs during rotation', () => {
    const passwords = ['new', 'old']
    expect(codeFor(basic('sync', 'old'), { passwords })).toBeUndefined()
    expect(codeFor(basic('sync', 'new'), { passwords })).toBeUndefined()
    expect(codeFor(basic('sync', 'older'), { passwords })).toBe('CREDENTIALS_WRONG')
  })

  it.each([{ users: [] }, { users: [''] }, { passwords: [] }, { passwords: [''] }])(
    'are never accepted with %j',
    (changes) => {
      expect(codeFor(basic('', ''), changes)).toBe('NO_SECRET')
      expect(codeFor(basic('sync', ''), changes)).toBe('NO_SECRET')
    },
  )
})
