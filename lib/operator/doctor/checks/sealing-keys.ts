import type { SecretScope } from '../../../adapters.ts'
import { Misconfigured } from '../../../core/model/errors.ts'
import { parseSealingKeys } from '../../../support/seal.ts'
import { commandLine } from '../../advice/advice.ts'
import { type Check, fine, orCannotCheck, wrong } from '../subject/finding.ts'
import { howToSet, type Subject } from '../subject/subject.ts'

const scopes: readonly SecretScope[] = ['webhook', 'api']

/** Both functions must have the same keys in the same order: the first one seals, all of them open. */
export function checkSealingKeys(it: Subject): Check {
  return {
    name: 'sealing-keys',
    async examine() {
      const texts = scopes.map(
        (scope) => orCannotCheck(it.secrets[scope], 'the secrets could not be read')['SEALING_KEYS'],
      )
      const missing = scopes.filter((_, index) => !texts[index]?.trim())
      if (missing.length > 0) return wrong(`SEALING_KEYS is not set for ${missing.join(' and ')}`, make(it))
      try {
        const [first = '', second = ''] = texts.map((text) => idsOf(text))
        if (first === second) return fine(`${first.split(' ').length} in use, the same for both functions`)
      } catch (error) {
        if (!(error instanceof Misconfigured)) throw error
        return wrong(error.message, howToSetBoth(it))
      }
      return wrong(
        'SEALING_KEYS of webhook and api differ, so changes are sealed that cannot be opened',
        `Put the same value in both, with every key of the two. ${howToSetBoth(it)}`,
      )
    },
  }
}

function idsOf(text = ''): string {
  return parseSealingKeys(text)
    .map(({ id }) => id)
    .join(' ')
}

function make(it: Subject): string {
  return it.isLocal ? howToSetBoth(it) : `Run: ${commandLine('deploy', [], it.flags)}, which makes the key.`
}

function howToSetBoth(it: Subject): string {
  const [webhook, api] = scopes.map((scope) => howToSet('SEALING_KEYS', scope, it))
  return it.isLocal ? `${webhook}` : `${api} ${webhook}`
}
