import { RetryLater } from '../../lib/core/model/errors.ts'
import type { Sealer } from '../../lib/core/ports/sealer.ts'

export type FakeSealer = Sealer & {
  /** While set, nothing can be opened. */
  keyIsGone: boolean
}

/** Does not encrypt, so that tests can inspect sealed values. */
export function fakeSealer(): FakeSealer {
  const fake: FakeSealer = {
    keyIsGone: false,
    seal: async (value) => fakelySealed(value),
    async open(sealed) {
      if (fake.keyIsGone) throw new RetryLater('SEALING_KEY_MISSING', 'the key is missing')
      return JSON.parse(Buffer.from(sealed, 'base64url').toString())
    },
  }
  return fake
}

export function fakelySealed(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
