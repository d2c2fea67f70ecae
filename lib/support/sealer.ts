import { Rejected, RetryLater } from '../core/model/errors.ts'
import type { Sealer } from '../core/ports/sealer.ts'
import { open, parseSealingKeys, type SealingKeys, seal } from './seal.ts'

/** Where `SEALING_KEYS` is read from; `readAgain` bypasses the cache. */
export type SealingKeyReader = {
  read(): Promise<string | undefined>
  readAgain(): Promise<string | undefined>
}

/**
 * Seals with the first of SEALING_KEYS and opens with any of them. Another function may have sealed with a newer key,
 * so on an unknown key the keys are read once more before opening fails.
 */
export function keySealer({ read, readAgain }: SealingKeyReader): Sealer {
  let known: { readonly text: string | undefined; readonly keys: SealingKeys } | undefined
  const parsed = (text: string | undefined): SealingKeys => {
    if (!known || known.text !== text) known = { text, keys: parseSealingKeys(text) }
    return known.keys
  }
  return {
    seal: async (value) => seal(value, parsed(await read())),
    async open(sealed) {
      const first = open(sealed, parsed(await read()))
      const opened = first.kind === 'unknown-key' ? open(sealed, parsed(await readAgain())) : first
      if (opened.kind === 'opened') return opened.value
      if (opened.kind === 'damaged') {
        throw new Rejected(
          'SEALED_DATA_DAMAGED',
          'the sealed customer data was modified or was not sealed by us: have the sender send the customer again',
        )
      }
      throw new RetryLater(
        'SEALING_KEY_MISSING',
        `the customer data is sealed with the key ${opened.keyId}, which is not among SEALING_KEYS: add that key again`,
      )
    },
  }
}
