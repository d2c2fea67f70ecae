import { createHash, createHmac, createSecretKey, type Hash, type Hmac } from 'node:crypto'
import type { Checksum, SourceData } from '@smithy/types'
import { toBuffer } from './bytes.ts'

/**
 * The hashes of request signatures. Node.js 24 needs a quarter of the time for an HMAC whose key is a key object, which the
 * SDK's own class does not make of it.
 */
export class Sha256 implements Checksum {
  readonly #start: () => Hash | Hmac
  #hash: Hash | Hmac

  constructor(secret?: SourceData) {
    if (secret === undefined) {
      this.#start = () => createHash('sha256')
    } else {
      const key = createSecretKey(toBuffer(secret))
      this.#start = () => createHmac('sha256', key)
    }
    this.#hash = this.#start()
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    this.#hash = this.#start()
  }
}
