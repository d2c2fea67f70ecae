import { Misconfigured } from '../../lib/core/model/errors.ts'
import { checkedOrigin } from '../../lib/support/origin.ts'

const hosts = ['api.notchpay.co', '.pipedrive.com']

it.each([
  ['https://api.notchpay.co', 'https://api.notchpay.co'],
  ['https://api.notchpay.co/', 'https://api.notchpay.co'],
  ['https://acme.pipedrive.com', 'https://acme.pipedrive.com'],
  ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
  ['http://localhost:4010', 'http://localhost:4010'],
  ['http://[::1]:4010', 'http://[::1]:4010'],
  ['https://127.0.0.1:4010', 'https://127.0.0.1:4010'],
])('accepts %s', (url, origin) => {
  expect(checkedOrigin(url, hosts)).toBe(origin)
})

it.each([
  'api.notchpay.co',
  'http://api.notchpay.co',
  'https://api.notchpay.co.evil.example',
  'https://evil.example',
  'https://evilpipedrive.com',
  'https://pipedrive.com',
  'https://api.notchpay.co:8443',
  'https://api.notchpay.co/v1',
  'https://api.notchpay.co?x=1',
  'https://api.notchpay.co#x',
  'https://user:secret@api.notchpay.co',
  'https://127.0.0.1.evil.example',
  'ftp://127.0.0.1',
  'file:///etc/passwd',
  '',
])('rejects %p in a single line that names the setting and not the value', (url) => {
  const check = () => checkedOrigin(url, hosts, 'NOTCHPAY_API_URL')
  expect(check).toThrow(Misconfigured)
  expect(check).toThrow(/^NOTCHPAY_API_URL: expected [^\n]+$/)
  expect(check).not.toThrow(/secret/)
})
