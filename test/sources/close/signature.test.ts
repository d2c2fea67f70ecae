import { checkedKeys, signCloseRequest, verifyCloseSignature } from '../../../lib/sources/close/signature.ts'
import { aSource } from '../../support/a-source.ts'
import { aRequest, bytes, thrownBy } from '../requests.ts'

const key = '3a1f5c7e9b0d2f4a6c8e0b1d3f5a7c9e1b3d5f7a9c0e2b4d6f8a1c3e5b7d9f0a'
const timestamp = '1547556503'
const text =
  '{"event":{"id":"ev_123","action":"deleted","object_type":"lead","object_id":"lead_123"},"subscription_id":"whsub_123"}'
/** Computed by another implementation from Close's description; Close publishes no vectors. */
const hash = '00e4e317e46887eb32bfd9d827e485ac54af068260c6a08ed3b8514931a21990'
/** The same with the key as text. */
const hashOfText = 'fa4c2f284750ae3229775d8722ea02a8eecc187710c3c4e48407b2ea50f0122e'

const sentAt = new Date(Number(timestamp) * 1000)
const later = (seconds: number) => new Date(sentAt.getTime() + seconds * 1000)

function codeFor(
  headers: Readonly<Record<string, string | undefined>>,
  { keys = [key], receivedAt = sentAt, body = bytes(text) } = {},
): unknown {
  const given = { 'close-sig-hash': hash, 'close-sig-timestamp': timestamp, ...headers }
  const error = thrownBy(() => verifyCloseSignature(aRequest({ body, headers: given, receivedAt }), keys))
  return error && (error as { code: string }).code
}

describe('the signature of a Close webhook', () => {
  it('is made with the bytes of the key, of the time and the body', () => {
    const headers = { 'close-sig-hash': hash, 'close-sig-timestamp': timestamp }
    expect(signCloseRequest({ body: bytes(text), signatureKey: key, sentAt })).toEqual(headers)
    expect(codeFor(headers)).toBeUndefined()
  })

  it.each([
    [{ 'close-sig-hash': hashOfText }, 'SIGNATURE_WRONG'],
    [{ 'close-sig-hash': hash.toUpperCase() }, undefined],
    [{ 'close-sig-hash': hash.slice(2) }, 'SIGNATURE_MALFORMED'],
    [{ 'close-sig-hash': 'x'.repeat(64) }, 'SIGNATURE_MALFORMED'],
    [{ 'close-sig-hash': '' }, 'SIGNATURE_MISSING'],
    [{ 'close-sig-hash': undefined }, 'SIGNATURE_MISSING'],
    [{ 'close-sig-timestamp': undefined }, 'SIGNATURE_MISSING'],
    [{ 'close-sig-timestamp': `${timestamp}.5` }, 'TIMESTAMP_MALFORMED'],
    [{ 'close-sig-timestamp': `0${timestamp}` }, 'SIGNATURE_WRONG'],
    [{ 'close-sig-timestamp': '1547556504' }, 'SIGNATURE_WRONG'],
  ])('%j is answered with %s', (headers, code) => expect(codeFor(headers)).toBe(code))

  it('is valid for five minutes', () => {
    expect(codeFor({}, { receivedAt: later(300) })).toBeUndefined()
    expect(codeFor({}, { receivedAt: later(301) })).toBe('TIMESTAMP_OUT_OF_RANGE')
    expect(codeFor({}, { receivedAt: later(-301) })).toBe('TIMESTAMP_OUT_OF_RANGE')
  })

  it('covers every byte of the body', () => {
    expect(codeFor({}, { body: bytes(`${text} `) })).toBe('SIGNATURE_WRONG')
  })

  it('may be of either key during rotation, and of none when none is configured', () => {
    expect(codeFor({}, { keys: ['00ff', key] })).toBeUndefined()
    expect(codeFor({}, { keys: ['00ff'] })).toBe('SIGNATURE_WRONG')
    expect(codeFor({}, { keys: [] })).toBe('NO_SECRET')
  })

  it.each(['whsec_abc', 'abc', 'zz', `${key},`])('has no key like %j, which is not repeated', (wrong) => {
    const error = thrownBy(() => checkedKeys([key, wrong]))
    expect(error).toMatchObject({ code: 'BAD_SECRET' })
    expect(String(error)).not.toContain(wrong)
  })

  it('has a key that is checked when the source is built', () => {
    const secrets = { CLOSE_WEBHOOK_SECRET: 'not hexadecimal' }
    expect(thrownBy(() => aSource('close', { secrets }))).toMatchObject({ code: 'BAD_SECRET' })
    expect(thrownBy(() => aSource('close', { secrets: { CLOSE_WEBHOOK_SECRET: '' } }))).toBeUndefined()
  })
})
