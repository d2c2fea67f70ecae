import type { WebhookRequest } from '../../../lib/core/ports/crm-source.ts'
import {
  type HubspotSignatureVersion,
  signHubspotRequest,
  verifyHubspotSignature,
} from '../../../lib/sources/hubspot/signature.ts'
import { aRequest, bytes, now, thrownBy } from '../requests.ts'

const secret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'
const url = 'https://hooks.example.com/webhooks/hubspot'
const body = bytes('[{"objectId":1}]')
const settings = { clientSecrets: [secret], url, allowUntimedSignatures: false }

type Signing = Partial<Parameters<typeof signHubspotRequest>[0]>

function signed(changes: Signing & { version?: HubspotSignatureVersion } = {}): WebhookRequest {
  const { version = 'v3', ...signing } = changes
  const message = { method: 'POST', url, body, sentAt: now, clientSecret: secret, ...signing }
  return aRequest({ body, headers: signHubspotRequest(message, version) })
}

function codeFor(request: WebhookRequest, changes: Partial<typeof settings> = {}): unknown {
  const error = thrownBy(() => verifyHubspotSignature(request, { ...settings, ...changes }))
  return error && (error as { code: string }).code
}

function withHeaders(request: WebhookRequest, headers: WebhookRequest['headers']): WebhookRequest {
  return { ...request, headers: { ...request.headers, ...headers } }
}

describe("HubSpot's published vectors", () => {
  const example = 'https://www.example.com/webhook_uri'
  const json = '{"example_field":"example_value"}'
  const quoted = "{'example_field':'example_value'}"
  const creation =
    '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]'
  const untimed = [
    ['v1', 'POST', creation, '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de'],
    ['v1', 'POST', quoted, '69fc6631a867edd4f9e9e627fc5c1148e3fbdd8b21837b6d2b8901c1fa57f750'],
    ['v2', 'GET', '', 'eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e'],
    ['v2', 'POST', json, '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900'],
    ['v2', 'POST', quoted, '4fe4e3a7d3cf09db53be39d0a58130e2aaba074ec123a9e355b876a689a1c383'],
  ] as const
  const timed = [
    [1693657560000, 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y='],
    [15000000, 'HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw='],
    [1700000300000, 'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw='],
  ] as const

  it.each(untimed)('sign and verify with %s (%s)', (version, method, text, signature) => {
    const message = { method, url: example, body: bytes(text), sentAt: now, clientSecret: secret }
    const headers = signHubspotRequest(message, version)
    expect(headers).toEqual({ 'x-hubspot-signature': signature, 'x-hubspot-signature-version': version })
    const request = aRequest({ method, body: bytes(text), headers })
    expect(codeFor(request, { url: example, allowUntimedSignatures: true })).toBeUndefined()
  })

  it.each(timed)('sign and verify with v3 at %i', (millis, signature) => {
    const sentAt = new Date(millis)
    const message = { method: 'POST', url: example, body: bytes(quoted), sentAt, clientSecret: secret }
    const headers = signHubspotRequest(message)
    expect(headers).toEqual({
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': String(millis),
    })
    const request = aRequest({ body: bytes(quoted), headers, receivedAt: sentAt })
    expect(codeFor(request, { url: example })).toBeUndefined()
  })
})

describe('a v3 signature', () => {
  it('covers the URL with HubSpot’s reserved characters decoded and every other escape unchanged', () => {
    const query = 'path=%2Fa%2Fb%3fc%3Ad%40e%21%24%27%28%29%2A%2C%3B&keep=%20%2B%3D%26%25'
    const decoded = "path=/a/b?c:d@e!$'()*,;&keep=%20%2B%3D%26%25"
    const request = { ...signed({ url: `${url}?${decoded}` }), query }
    expect(codeFor(request)).toBeUndefined()
    expect(signed({ url: `${url}?${query}` }).headers).toEqual(request.headers)
  })

  it('covers raw bytes that are not UTF-8', () => {
    const raw = Uint8Array.from([0xff, 0x00, 0xc3, 0x28])
    expect(codeFor({ ...signed({ body: raw }), body: raw })).toBeUndefined()
    expect(codeFor({ ...signed({ body: raw }), body: Buffer.from(Buffer.from(raw).toString('utf8')) })).toBe(
      'SIGNATURE_WRONG',
    )
  })

  it.each([
    { what: 'another body', request: { ...signed(), body: bytes('[{"objectId":2}]') } },
    { what: 'another method', request: { ...signed(), method: 'PUT' } },
    { what: 'another query', request: { ...signed(), query: 'a=1' } },
    { what: 'another host', request: signed({ url: 'https://evil.example/webhooks/hubspot' }) },
    { what: 'another secret', request: signed({ clientSecret: 'zzz' }) },
    {
      what: 'another time',
      request: withHeaders(signed(), { 'x-hubspot-request-timestamp': String(now.getTime() + 1) }),
    },
  ])('does not match $what', ({ request }) => {
    expect(codeFor(request)).toBe('SIGNATURE_WRONG')
  })

  it.each([-300_000, -299_000, 0, 299_000, 300_000])('is accepted %i ms from now', (offset) => {
    expect(codeFor(signed({ sentAt: new Date(now.getTime() + offset) }))).toBeUndefined()
  })

  it.each([-301_000, -300_001, 300_001, 301_000])('is rejected %i ms from now', (offset) => {
    expect(codeFor(signed({ sentAt: new Date(now.getTime() + offset) }))).toBe('TIMESTAMP_OUT_OF_RANGE')
  })

  it.each([
    ['', 'TIMESTAMP_MALFORMED'],
    ['NaN', 'TIMESTAMP_MALFORMED'],
    ['-1', 'TIMESTAMP_MALFORMED'],
    ['1e21', 'TIMESTAMP_MALFORMED'],
    ['1772452800000.0', 'TIMESTAMP_MALFORMED'],
    [' 1772452800000', 'TIMESTAMP_MALFORMED'],
    ['1772452800000, 1772452800000', 'TIMESTAMP_MALFORMED'],
    ['9'.repeat(400), 'TIMESTAMP_MALFORMED'],
    ['1772452800', 'TIMESTAMP_OUT_OF_RANGE'],
    [undefined, 'TIMESTAMP_MISSING'],
  ])('is rejected with the timestamp %j', (timestamp, code) => {
    expect(codeFor(withHeaders(signed(), { 'x-hubspot-request-timestamp': timestamp }))).toBe(code)
  })

  const good = signed().headers['x-hubspot-signature-v3'] ?? ''
  it.each([
    '',
    'x',
    good.slice(0, -4),
    `${good.slice(0, -4)}AAAA====`,
    ` ${good}`,
    `${good} `,
    `${good}, ${good}`,
    good.replace('=', ''),
    Buffer.from(good, 'base64').toString('hex'),
    Buffer.from(good, 'base64').toString('base64url'),
    Buffer.alloc(33).toString('base64'),
  ])('is rejected as malformed when it reads %j', (header) => {
    expect(codeFor(withHeaders(signed(), { 'x-hubspot-signature-v3': header }))).toBe('SIGNATURE_MALFORMED')
  })

  it('is checked against every secret during rotation', () => {
    const clientSecrets = ['new', secret]
    expect(codeFor(signed(), { clientSecrets })).toBeUndefined()
    expect(codeFor(signed({ clientSecret: 'new' }), { clientSecrets })).toBeUndefined()
    expect(codeFor(signed(), { clientSecrets: ['new'] })).toBe('SIGNATURE_WRONG')
  })

  it.each([[[]], [['']]])('is never accepted when the secrets are %j', (clientSecrets) => {
    expect(codeFor(signed({ clientSecret: '' }), { clientSecrets })).toBe('NO_SECRET')
  })
})

describe('an older signature', () => {
  it.each(['v1', 'v2'] as const)(
    '%s passes on its own only where untimed signatures are allowed',
    (version) => {
      expect(codeFor(signed({ version }))).toBe('SIGNATURE_UNTIMED')
      expect(codeFor(signed({ version }), { allowUntimedSignatures: true })).toBeUndefined()
    },
  )

  it('does not rescue a request whose v3 signature is wrong or empty', () => {
    for (const bad of ['', Buffer.alloc(32).toString('base64')]) {
      const both = withHeaders(signed(), {
        ...signed({ version: 'v1' }).headers,
        'x-hubspot-signature-v3': bad,
      })
      expect(codeFor(both, { allowUntimedSignatures: true })).toMatch(/^SIGNATURE_(WRONG|MALFORMED)$/)
    }
  })

  it('does not affect a request whose v3 signature is right', () => {
    const both = withHeaders(signed(), {
      'x-hubspot-signature': 'nonsense',
      'x-hubspot-signature-version': 'v9',
    })
    expect(codeFor(both)).toBeUndefined()
  })

  it.each([undefined, '', 'v3', 'V1', 'v1, v1'])('is rejected with the version %j', (version) => {
    const request = withHeaders(signed({ version: 'v1' }), { 'x-hubspot-signature-version': version })
    expect(codeFor(request, { allowUntimedSignatures: true })).toBe('SIGNATURE_MALFORMED')
  })

  it.each(['', 'zz', '232db2', `${'ab'.repeat(32)},`, 'ab'.repeat(33)])(
    'is rejected when it reads %j',
    (header) => {
      const request = withHeaders(signed({ version: 'v1' }), { 'x-hubspot-signature': header })
      expect(codeFor(request, { allowUntimedSignatures: true })).toBe('SIGNATURE_MALFORMED')
    },
  )

  it('is reported as missing when there is none at all', () => {
    expect(codeFor(aRequest({ body }))).toBe('SIGNATURE_MISSING')
  })
})
