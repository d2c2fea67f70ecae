import { readFileSync } from 'node:fs'
import { WebhookRejected } from '../../../lib/core/model/errors.ts'
import { signBitrix24Body, verifyBitrix24Token } from '../../../lib/sources/bitrix24/signature.ts'
import { aRequest, bytes, thrownBy } from '../requests.ts'

const verified = (body: string | Uint8Array, tokens: readonly string[] = ['right']) =>
  thrownBy(() =>
    verifyBitrix24Token(aRequest({ body: typeof body === 'string' ? bytes(body) : body }), tokens),
  )

describe('the application token of Bitrix24', () => {
  it.each([
    'event=X&auth[application_token]=right',
    'event=X&auth%5Bapplication_token%5D=right',
    'auth%5bapplication_token%5d=%72ight&event=%zz',
  ])('is accepted in %s', (body) => {
    expect(verified(body)).toBeUndefined()
  })

  it('is accepted while it is rotated, the old and the new one', () => {
    for (const token of ['old', 'new'])
      expect(verified(`auth[application_token]=${token}`, ['old', 'new'])).toBeUndefined()
  })

  it.each([
    ['event=X', ['right'], 'CREDENTIALS_MISSING'],
    ['', ['right'], 'CREDENTIALS_MISSING'],
    ['application_token=right', ['right'], 'CREDENTIALS_MISSING'],
    ['auth[application_token]=', ['right'], 'CREDENTIALS_MISSING'],
    ['{"auth":{"application_token":"right"}}', ['right'], 'CREDENTIALS_MISSING'],
    ['auth[application_token]=wrong', ['right'], 'CREDENTIALS_WRONG'],
    ['auth[application_token]=Right', ['right'], 'CREDENTIALS_WRONG'],
    ['auth[application_token]=right&auth[application_token]=right', ['right'], 'CREDENTIALS_WRONG'],
    ['auth[application_token]=wrong&auth%5Bapplication_token%5D=right', ['right'], 'CREDENTIALS_WRONG'],
    [`${'&'.repeat(2000)}auth[application_token]=right`, ['right'], 'CREDENTIALS_MISSING'],
    ['auth[application_token]=right', [], 'NO_SECRET'],
    ['auth[application_token]=', [' '], 'NO_SECRET'],
  ])('is refused in %j with the secrets %j', (body, tokens, code) => {
    const error = verified(body, tokens)
    expect(error).toBeInstanceOf(WebhookRejected)
    expect(error).toMatchObject({ status: 401, code })
    expect((error as Error).message).not.toMatch(/right|wrong\b.*right/)
  })

  it('replaces the one of a sample', () => {
    const sample = readFileSync('events/bitrix24/contact.add.form')
    expect(verified(sample)).toMatchObject({ code: 'CREDENTIALS_WRONG' })
    const signed = signBitrix24Body(sample, 'right')
    expect(verified(signed)).toBeUndefined()
    expect(Buffer.from(signed).toString()).toMatch(/^event=ONCRMCONTACTADD&.*=right$/)
  })
})
