import { verifySalesforceSecret } from '../../../lib/sources/salesforce/signature.ts'
import { thrownBy } from '../requests.ts'
import { aMessage, aSalesforceRequest, organization } from './a-message.ts'

const proof = { secrets: ['right', 'older &+ü'], organizations: [organization] }
const errorOf = (request: ReturnType<typeof aSalesforceRequest>, given = proof) =>
  thrownBy(() => verifySalesforceSecret(request, given))

it.each(['secret=right', 'secret=older%20%26%2B%C3%BC', 'a=1&secret=right'])(
  'accepts the query %s',
  (query) => {
    expect(errorOf(aSalesforceRequest(aMessage(), query))).toBeUndefined()
  },
)

it.each([
  ['', 'CREDENTIALS_MISSING'],
  ['secret=', 'CREDENTIALS_MISSING'],
  ['secret=wrong', 'CREDENTIALS_WRONG'],
  ['secret=rightx', 'CREDENTIALS_WRONG'],
  ['Secret=right', 'CREDENTIALS_MISSING'],
])('rejects the query "%s"', (query, code) => {
  expect(errorOf(aSalesforceRequest(aMessage(), query))).toMatchObject({ status: 401, code })
})

it('rejects everything while the secret or the organization is not configured', () => {
  for (const given of [
    { ...proof, secrets: [] },
    { ...proof, organizations: [' '] },
  ]) {
    expect(errorOf(aSalesforceRequest(aMessage()), given)).toMatchObject({ status: 401, code: 'NO_SECRET' })
  }
})

const laughs = `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>`
const external = '<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>'

it.each([
  ['billion laughs', aMessage({ before: laughs })],
  ['an external entity', aMessage({ before: external })],
  ['a document type in small letters', aMessage({ before: '<!doctype x>' })],
  ['UTF-16', Buffer.from(`\ufeff${aMessage({ before: external })}`, 'utf16le')],
  ['UTF-16 without a byte order mark', Buffer.from(aMessage({ before: external }), 'utf16le')],
  ['bytes that are not UTF-8', Buffer.from([0x3c, 0xc3, 0x28, 0x3e])],
])('answers %s with 400 before it is parsed, but only to those who know the secret', (_, body) => {
  expect(errorOf(aSalesforceRequest(body))).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
  expect(errorOf(aSalesforceRequest(body, 'secret=wrong'))).toMatchObject({ status: 401 })
})
