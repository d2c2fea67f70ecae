import type { Mode, ProviderCustomerId } from '../../../core/model/provider.ts'
import type { ProviderDefinition } from '../../../providers/definition.ts'
import { expectApiSecrets, openProvider, providersOn } from '../subject/adapters.ts'
import { explainCall } from '../subject/explain.ts'
import { CannotCheck, type Check, fine, type Outcome, wrong } from '../subject/finding.ts'
import { howToSet, type Subject } from '../subject/subject.ts'

/** Reading it changes nothing, and a provider that accepts the key answers that there is no such customer. */
const nobody = 'crm-pay-sync-doctor' as ProviderCustomerId

/** A check for each listed provider: is the key accepted, and in which mode? */
export function checkProviders(it: Subject): readonly Check[] {
  return providersOn(it).map((definition) => ({
    name: `provider ${definition.name}`,
    async examine(): Promise<Outcome> {
      const { secrets } = definition
      let found = ''
      try {
        expectApiSecrets(secrets, it)
        const provider = openProvider(definition, it)
        found = `accepts the key (${provider.mode} mode)`
        await provider.retrieveCustomer(nobody)
        return fine(found)
      } catch (error) {
        return explainCall(error, found, { ofCall: [...secrets, ...Object.keys(definition.apiUrls)] }, it)
      }
    },
  }))
}

/** The mode of each provider whose key can be used. */
export function modesOf(it: Subject): readonly (readonly [ProviderDefinition, Mode | null])[] {
  return providersOn(it).map((definition) => {
    try {
      return [definition, openProvider(definition, it).mode]
    } catch {
      // The check of the provider tells what is wrong with its key.
      return [definition, null]
    }
  })
}

/** All providers of a stage must be in one mode: links are kept per mode, and customers would be split over two. */
export function checkModes(it: Subject): Check {
  return {
    name: 'modes',
    async examine() {
      const known = modesOf(it).flatMap(([definition, mode]) => (mode ? [{ definition, mode }] : []))
      const [first] = known
      if (!first) throw new CannotCheck('no key could be read')
      if (known.some(({ mode }) => mode !== first.mode)) {
        const each = known.map(({ definition, mode }) => `${definition.title} in ${mode} mode`)
        const secrets = known.flatMap(({ definition }) => definition.secrets)
        const fixes = secrets.map((name) => howToSet(name, 'api', it))
        return wrong(each.join(', '), `Use keys of one mode. ${fixes.join(' ')}`)
      }
      const isReal = known.some(({ definition }) => Object.keys(definition.apiUrls).some(it.isGiven))
      const warning =
        it.isLocal && isReal && first.mode === 'live'
          ? '; warning: the local stack changes customers of live mode'
          : ''
      return fine(`every key is of ${first.mode} mode${warning}`)
    },
  }
}
