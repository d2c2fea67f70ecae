import { Webhook } from 'standardwebhooks'
import type { WebhookRequest } from '../../../lib/core/ports/crm-source.ts'
import {
  signStandardWebhook,
  verifyStandardWebhook,
  webhookKey,
} from '../../../lib/sources/standard-webhooks/signature.ts'
import { aRequest, bytes, now, thrownBy } from '../requests.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const sentAt = new Date(1614265330 * 1000)
const body = bytes('{"test": 2432232314}')
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
const wrong = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='

function request(
  headers: WebhookRequest['headers'] = {},
  changes: Partial<WebhookRequest> = {},
): WebhookRequest {
  const signed = { 'webhook-id': id, 'webhook-timestamp': '1614265330', 'webhook-signature': signature }
  return aRequest({ body, receivedAt: sentAt, headers: { ...signed, ...headers }, ...changes })
}
function codeFor(given: WebhookRequest, secrets: readonly string[] = [secret]): unknown {
  const error = thrownBy(() => verifyStandardWebhook(given, secrets.map(webhookKey)))
  return error && (error as { code: string }).code
}

describe('the published Standard Webhooks vectors', () => {
  it.each([
    [secret, id, 1614265330, '{"test": 2432232314}', signature],
    [
      'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
      1649367553,
      '{"email":"test@example.com","username":"test_user"}',
      'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
    ],
    [secret, id, 1614265330, 'a'.repeat(1048576), 'v1,txpEUxqWZJ5nteTnymUVa+7C4NHpBeXJ6CsBAW0c3/A='],
    [secret, id, 1614265330, 'a'.repeat(262144), 'v1,Mw4Pe2WgApuT7NSqnSq0PQPV9gbLdggCl9B865x5Xh0='],
    [secret, id, 1614265330, 'a'.repeat(262143), 'v1,NTItnqyWMoFhk2Bbe5V/BMdcFRWgcSQaTgqLHX7FC7c='],
  ])('sign and verify with %s', (key, messageId, seconds, text, expected) => {
    const at = new Date(seconds * 1000)
    const headers = signStandardWebhook({ secret: key, id: messageId, body: bytes(text), sentAt: at })
    expect(headers['webhook-signature']).toBe(expected)
    expect(codeFor(aRequest({ headers, body: bytes(text), receivedAt: at }), [key])).toBeUndefined()
  })

  it.each([
    wrong,
    'v1,dawfeoifkpqwoekfpqoekf',
    'v1,',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLawdd',
    signature.replace('v1', 'v2'),
    signature.replace('v1,', ''),
    `${signature},`,
    `${signature}, ${wrong}`,
    `${wrong} ${wrong} ${wrong}`,
  ])('reject %s', (header) => {
    expect(codeFor(request({ 'webhook-signature': header }))).toBe('SIGNATURE_WRONG')
  })
})

describe('a Standard Webhooks signature', () => {
  it('matches that of the specification’s own library', () => {
    const text = '{"name":"Ọlámidé 😀"}'
    const theirs = new Webhook(secret).sign('msg_1', now, text)
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(now.getTime() / 1000),
      'webhook-signature': theirs,
    }
    expect(codeFor(aRequest({ headers, body: bytes(text) }))).toBeUndefined()
  })

  it('passes when one of several matches', () => {
    expect(
      codeFor(request({ 'webhook-signature': `${wrong} v2,Ceo5 v1a,hnO3 ${signature} ${wrong}` })),
    ).toBeUndefined()
  })

  it('is not searched for in very long lists', () => {
    expect(codeFor(request({ 'webhook-signature': `${`${wrong} `.repeat(1000)}${signature}` }))).toBe(
      'SIGNATURE_WRONG',
    )
  })

  it('covers raw bytes that are not UTF-8', () => {
    const raw = Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d])
    const headers = signStandardWebhook({ secret, id, body: raw, sentAt })
    expect(codeFor(aRequest({ headers, body: raw, receivedAt: sentAt }))).toBeUndefined()
    const decoded = Buffer.from(Buffer.from(raw).toString('utf8'))
    expect(codeFor(aRequest({ headers, body: decoded, receivedAt: sentAt }))).toBe('SIGNATURE_WRONG')
  })

  it.each([
    { what: 'another id', given: request({ 'webhook-id': 'msg_other' }) },
    { what: 'another time', given: request({ 'webhook-timestamp': '1614265331' }) },
    { what: 'another body', given: request({}, { body: bytes('{"test":2432232314}') }) },
  ])('does not match $what', ({ given }) => {
    expect(codeFor(given)).toBe('SIGNATURE_WRONG')
  })

  it.each([-300, -299, 299, 300])('is accepted %i s from now', (offset) => {
    const receivedAt = new Date(sentAt.getTime() + offset * 1000)
    expect(codeFor(request({}, { receivedAt }))).toBeUndefined()
  })

  it.each([-301, 301, 86_400])('is rejected %i s from now', (offset) => {
    const receivedAt = new Date(sentAt.getTime() + offset * 1000)
    expect(codeFor(request({}, { receivedAt }))).toBe('TIMESTAMP_OUT_OF_RANGE')
  })

  it.each([
    ['161426533.0', 'TIMESTAMP_MALFORMED'],
    ['invalid timestamp', 'TIMESTAMP_MALFORMED'],
    ['-161426533', 'TIMESTAMP_MALFORMED'],
    ['1614265330abc', 'TIMESTAMP_MALFORMED'],
    ['1614265330, 1614265330', 'TIMESTAMP_MALFORMED'],
    ['1e21', 'TIMESTAMP_MALFORMED'],
    ['NaN', 'TIMESTAMP_MALFORMED'],
    ['1614265330000', 'TIMESTAMP_MALFORMED'],
    ['161426533', 'TIMESTAMP_OUT_OF_RANGE'],
  ])('is rejected with the timestamp %j', (timestamp, code) => {
    expect(codeFor(request({ 'webhook-timestamp': timestamp }))).toBe(code)
  })

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('is rejected without %s', (name) => {
    expect(codeFor(request({ [name]: undefined }))).toBe('SIGNATURE_MISSING')
    expect(codeFor(request({ [name]: '' }))).toBe('SIGNATURE_MISSING')
  })

  it('may use Svix’s header names, but not a mix of both', () => {
    const svix = { 'svix-id': id, 'svix-timestamp': '1614265330', 'svix-signature': signature }
    expect(codeFor(aRequest({ body, receivedAt: sentAt, headers: svix }))).toBeUndefined()
    const { 'svix-id': _, ...half } = svix
    expect(codeFor(aRequest({ body, receivedAt: sentAt, headers: { ...half, 'webhook-id': id } }))).toBe(
      'SIGNATURE_MISSING',
    )
  })

  it('is checked against every secret during rotation', () => {
    const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
    expect(codeFor(request(), [other, secret])).toBeUndefined()
    expect(codeFor(request(), [other])).toBe('SIGNATURE_WRONG')
    expect(codeFor(request(), [])).toBe('NO_SECRET')
  })
})

describe('a whsec_ secret', () => {
  it('is the same key with and without its prefix and its padding', () => {
    expect(webhookKey(secret.replace('whsec_', ''))).toEqual(webhookKey(secret))
    expect(webhookKey('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg')).toEqual(
      webhookKey('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg=='),
    )
  })
})
