import { WebhookRejected } from '../../../lib/core/model/errors.ts'
import { signZohoBody, verifyZohoToken } from '../../../lib/sources/zoho/signature.ts'
import { aRequest, bytes, thrownBy } from '../requests.ts'
import { aNotification } from './zoho-world.ts'

const token = 'zoho-channel-token-offline'
const codeOf = (work: () => void) => (thrownBy(work) as WebhookRejected | undefined)?.code

describe('verifyZohoToken', () => {
  it.each<[string, Readonly<Record<string, unknown>>, readonly string[], string | undefined]>([
    ['the right token', {}, [token], undefined],
    ['the right token of two during rotation', {}, ['new', token], undefined],
    ['a wrong token', { token: `${token}x` }, [token], 'CREDENTIALS_WRONG'],
    ['an empty token', { token: '' }, [token], 'CREDENTIALS_MISSING'],
    ['no token: Zoho sends null for a channel without one', { token: null }, [token], 'CREDENTIALS_MISSING'],
    ['a token that is no text', { token: [token] }, [token], 'CREDENTIALS_MISSING'],
    ['no configured token', {}, [], 'NO_SECRET'],
    ['an empty configured token', { token: ' ' }, [' '], 'NO_SECRET'],
  ])('%s', (_, body, tokens, code) => {
    expect(codeOf(() => verifyZohoToken(aNotification(body), { tokens }))).toBe(code)
  })

  it.each<[string, unknown, string | undefined]>([
    ['accepts the configured channel', '1214748364700001', undefined],
    ['accepts its id as a number', 1214748364700001, undefined],
    ['refuses another channel', '1214748364700002', 'CREDENTIALS_WRONG'],
    ['refuses a notification without a channel', null, 'CREDENTIALS_MISSING'],
  ])('%s, where one is configured', (_, channel_id, code) => {
    const channel = { tokens: [token], channelId: '1214748364700001' }
    expect(codeOf(() => verifyZohoToken(aNotification({ channel_id }), channel))).toBe(code)
  })

  it.each([
    '',
    '[',
    'token=zoho-channel-token-offline',
    '"text"',
    '[{"token":"zoho-channel-token-offline"}]',
  ])('refuses %j with 401, since it holds no token', (body) => {
    const error = thrownBy(() => verifyZohoToken(aRequest({ body: bytes(body) }), { tokens: [token] }))
    expect(error).toBeInstanceOf(WebhookRejected)
    expect(error).toMatchObject({ status: 401, code: 'CREDENTIALS_MISSING' })
  })

  it('never says the expected token', () => {
    const error = thrownBy(() => verifyZohoToken(aNotification({ token: 'a guess' }), { tokens: [token] }))
    expect(String(error)).not.toContain(token)
    expect(String(error)).not.toContain('a guess')
  })
})

describe('signZohoBody', () => {
  it('writes the token into a notification', () => {
    const signed = signZohoBody(bytes({ module: 'Contacts', token: null }), token)
    expect(JSON.parse(Buffer.from(signed).toString())).toEqual({ module: 'Contacts', token })
  })

  it.each(['', '{', '[1]', 'null', '\u0000'])('leaves %j as it is', (text) => {
    expect(Buffer.from(signZohoBody(bytes(text), token)).toString()).toBe(text)
  })
})
