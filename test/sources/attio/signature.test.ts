import { signAttioRequest, verifyAttioSignature } from '../../../lib/sources/attio/signature.ts'
import { aRequest, bytes, thrownBy } from '../requests.ts'

const secret = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
const text =
  '{"webhook_id":"23e42eaf-323a-41da-b5bb-fd67eebda553","events":[{"event_type":"record.created","id":{"workspace_id":"14beef7a-99f7-4534-a87e-70b564330a4c","object_id":"97052eb9-e65e-443f-a297-f2d9a4a7f795","record_id":"bf071e1f-6035-429d-b874-d83ea64ea13b"},"actor":{"type":"workspace-member","id":"50cf242c-7fa3-4cad-87d0-75b1af71c57b"}}]}'
/** Computed by another implementation from Attio's description; Attio publishes no vectors. */
const signature = '3d685c135c7c1065138bb608f960604855108301fca025c320a4f781ad384742'

type Headers = Readonly<Record<string, string | undefined>>

function codeFor(headers: Headers, secrets: readonly string[] = [secret], body = bytes(text)): unknown {
  const error = thrownBy(() => verifyAttioSignature(aRequest({ body, headers }), secrets))
  return error && (error as { code: string }).code
}

describe('the signature of an Attio webhook', () => {
  it('is the HMAC-SHA256 of the body, in both headers', () => {
    expect(signAttioRequest({ body: bytes(text), secret })).toEqual({
      'attio-signature': signature,
      'x-attio-signature': signature,
    })
  })

  it.each([
    [{ 'attio-signature': signature }, undefined],
    [{ 'x-attio-signature': signature }, undefined],
    [{ 'attio-signature': signature.toUpperCase() }, undefined],
    [{ 'attio-signature': signature.replace('3', '4') }, 'SIGNATURE_WRONG'],
    [{ 'attio-signature': signature.replace('3', '4'), 'x-attio-signature': signature }, 'SIGNATURE_WRONG'],
    [{ 'attio-signature': `${signature}, ${signature}` }, 'SIGNATURE_MALFORMED'],
    [{ 'attio-signature': `sha256=${signature}` }, 'SIGNATURE_MALFORMED'],
    [{ 'attio-signature': signature.slice(2) }, 'SIGNATURE_MALFORMED'],
    [{ 'attio-signature': '' }, 'SIGNATURE_MALFORMED'],
    [{}, 'SIGNATURE_MISSING'],
  ])('%j is answered with %s', (headers, code) => expect(codeFor(headers)).toBe(code))

  it('covers every byte of the body', () => {
    expect(codeFor({ 'attio-signature': signature }, [secret], bytes(`${text}\n`))).toBe('SIGNATURE_WRONG')
  })

  it('may be of either secret during rotation, and of none when none is configured', () => {
    expect(codeFor({ 'attio-signature': signature }, ['new', secret])).toBeUndefined()
    expect(codeFor({ 'attio-signature': signature }, ['new', 'other'])).toBe('SIGNATURE_WRONG')
    const ofNothing = signAttioRequest({ body: bytes(text), secret: '' })
    expect(codeFor(ofNothing, [])).toBe('NO_SECRET')
    expect(codeFor(ofNothing, [''])).toBe('NO_SECRET')
  })
})
