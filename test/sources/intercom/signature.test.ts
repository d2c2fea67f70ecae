import { signIntercomRequest, verifyIntercomSignature } from '../../../lib/sources/intercom/signature.ts'
import { aRequest, bytes, thrownBy } from '../requests.ts'

// Computed from the documented algorithm; Intercom publishes no vector.
const secret = 'webhook_secret'
const body = bytes('{"data": "asdfghujkl"}')
const digest = '5e3cd5fa9b48a657997505f4968f46291081fa57'

function codeFor(header: string | undefined, secrets: readonly string[] = [secret], given = body): unknown {
  const request = aRequest({ body: given, headers: { 'x-hub-signature': header } })
  const error = thrownBy(() => verifyIntercomSignature(request, secrets))
  return error && (error as { code: string }).code
}

describe('X-Hub-Signature of Intercom', () => {
  it('is the HMAC-SHA1 of the body with the client secret', () => {
    expect(signIntercomRequest(body, secret)).toEqual({ 'x-hub-signature': `sha1=${digest}` })
    expect(codeFor(`sha1=${digest}`)).toBeUndefined()
    expect(codeFor(`sha1=${digest.toUpperCase()}`)).toBeUndefined()
  })

  it.each([
    [undefined, 'SIGNATURE_MISSING'],
    ['', 'SIGNATURE_MISSING'],
    [digest, 'SIGNATURE_MALFORMED'],
    ['sha1=', 'SIGNATURE_MALFORMED'],
    [`sha1=${digest.slice(2)}`, 'SIGNATURE_MALFORMED'],
    [`sha1=${digest}00`, 'SIGNATURE_MALFORMED'],
    [`sha1=${digest.replace('5', 'g')}`, 'SIGNATURE_MALFORMED'],
    [`sha256=${digest}`, 'SIGNATURE_MALFORMED'],
    [`sha1=${digest}, sha1=${digest}`, 'SIGNATURE_MALFORMED'],
    [`sha1=${digest.replace('5', '6')}`, 'SIGNATURE_WRONG'],
  ])('%s is answered %s', (header, code) => expect(codeFor(header)).toBe(code))

  it('covers the raw bytes', () => {
    expect(codeFor(`sha1=${digest}`, [secret], bytes('{"data":"asdfghujkl"}'))).toBe('SIGNATURE_WRONG')
    const raw = Uint8Array.from([0x7b, 0xff, 0x7d])
    const { 'x-hub-signature': header } = signIntercomRequest(raw, secret)
    expect(codeFor(header, [secret], raw)).toBeUndefined()
  })

  it('is checked against every secret during rotation', () => {
    expect(codeFor(`sha1=${digest}`, ['older', secret])).toBeUndefined()
    expect(codeFor(`sha1=${digest}`, ['older'])).toBe('SIGNATURE_WRONG')
    for (const none of [[], [' ']]) expect(codeFor(`sha1=${digest}`, none)).toBe('NO_SECRET')
  })
})
