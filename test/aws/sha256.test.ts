import { createHash, createHmac } from 'node:crypto'
import { Sha256 } from '../../lib/aws/sha256.ts'

const data = Buffer.from('a request to sign')
const bytes = Uint8Array.from([1, 2, 3, 250])
const hex = (digest: Uint8Array) => Buffer.from(digest).toString('hex')

describe('Sha256', () => {
  it('is a hash without a secret', async () => {
    const hash = new Sha256()
    hash.update(data)
    expect(hex(await hash.digest())).toBe(createHash('sha256').update(data).digest('hex'))
  })

  it.each([
    ['text', 'schlüssel', 'schlüssel'],
    ['bytes', bytes, bytes],
    ['a part of a buffer', new Uint8Array(bytes.buffer, 1, 2), Uint8Array.from([2, 3])],
    ['a buffer', bytes.buffer, bytes],
  ])('is an HMAC under a secret: %s', async (_, secret, key) => {
    const hmac = new Sha256(secret)
    hmac.update(data)
    expect(hex(await hmac.digest())).toBe(createHmac('sha256', key).update(data).digest('hex'))
    hmac.reset()
    hmac.update(bytes)
    expect(hex(await hmac.digest())).toBe(createHmac('sha256', key).update(bytes).digest('hex'))
  })
})
