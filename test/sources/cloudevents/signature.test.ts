import type { WebhookRequest } from '../../../lib/core/ports/crm-source.ts'
import { signBearer, verifyBearer } from '../../../lib/sources/cloudevents/signature.ts'
import { aSource } from '../../support/a-source.ts'
import { aRequest, thrownBy } from '../requests.ts'

const secret = 'mF_9.B5f-4.1JqM'

function codeFor(
  request: Partial<WebhookRequest>,
  { secrets = [secret], allowTokenInQuery = false }: Partial<Parameters<typeof verifyBearer>[1]> = {},
): unknown {
  const error = thrownBy(() => verifyBearer(aRequest(request), { secrets, allowTokenInQuery }))
  return error && (error as { code: string }).code
}
const withHeader = (authorization: string) => ({ headers: { authorization } })
const inQuery = { allowTokenInQuery: true }

describe('the bearer token of a CloudEvents sender', () => {
  it.each([`Bearer ${secret}`, `bearer ${secret}`, `BEARER   ${secret}`])('passes as %j', (header) => {
    expect(codeFor(withHeader(header))).toBeUndefined()
  })

  it('is what the counterpart of the check sends', () => {
    expect(signBearer(secret)).toEqual({ authorization: `Bearer ${secret}` })
    expect(codeFor({ headers: signBearer(secret) })).toBeUndefined()
  })

  it.each([
    ['Bearer another', 'CREDENTIALS_WRONG'],
    [`Bearer ${secret}x`, 'CREDENTIALS_WRONG'],
    [`Bearer ${secret.toLowerCase()}`, 'CREDENTIALS_WRONG'],
    ['', 'CREDENTIALS_MISSING'],
    ['Bearer', 'CREDENTIALS_MISSING'],
    ['Bearer ', 'CREDENTIALS_MISSING'],
    [secret, 'CREDENTIALS_MISSING'],
    [`Basic ${secret}`, 'CREDENTIALS_MISSING'],
    [`Bearer ${secret}, Bearer ${secret}`, 'CREDENTIALS_MISSING'],
  ])('is rejected as %j: %s', (header, code) => {
    expect(codeFor(withHeader(header))).toBe(code)
  })

  it('is missing without the header', () => expect(codeFor({})).toBe('CREDENTIALS_MISSING'))

  it('may be one of several during rotation', () => {
    expect(codeFor(withHeader(`Bearer ${secret}`), { secrets: ['older', secret] })).toBeUndefined()
    expect(codeFor(withHeader('Bearer older'), { secrets: ['older', secret] })).toBeUndefined()
    expect(codeFor(withHeader(`Bearer ${secret}`), { secrets: ['older'] })).toBe('CREDENTIALS_WRONG')
  })

  it.each([[[]], [[' ']], [['', '  ']]])('is never right with the secrets %j', (secrets) => {
    expect(codeFor(withHeader('Bearer  '), { secrets })).toBe('NO_SECRET')
    expect(codeFor(withHeader(`Bearer ${secret}`), { secrets })).toBe('NO_SECRET')
    expect(codeFor({ query: 'access_token=' }, { secrets, ...inQuery })).toBe('NO_SECRET')
  })

  it('is not read from the URL, unless sync.config.ts allows it', () => {
    const query = `p=q&access_token=${secret}`
    expect(codeFor({ query })).toBe('CREDENTIALS_MISSING')
    expect(codeFor({ query }, inQuery)).toBeUndefined()
    expect(codeFor({ query: 'access_token=other' }, inQuery)).toBe('CREDENTIALS_WRONG')
    expect(codeFor({ query: '' }, inQuery)).toBe('CREDENTIALS_MISSING')
    const door = aSource('cloudevents', {
      secrets: { CLOUDEVENTS_WEBHOOK_SECRET: secret },
      config: { allowTokenInQuery: true },
    }).door
    expect(thrownBy(() => door?.verify(aRequest({ query })))).toBeUndefined()
  })

  it('in the URL does not replace a wrong one in the header', () => {
    const query = `access_token=${secret}`
    expect(codeFor({ query, headers: { authorization: 'Bearer other' } }, inQuery)).toBe('CREDENTIALS_WRONG')
    expect(codeFor({ query, headers: { authorization: 'Basic x' } }, inQuery)).toBe('CREDENTIALS_MISSING')
  })

  it('is not repeated in errors', () => {
    const error = thrownBy(() =>
      verifyBearer(aRequest(withHeader('Bearer guess')), { secrets: [secret], allowTokenInQuery: false }),
    )
    expect(String(error)).not.toMatch(/guess|mF_9/)
  })
})
