import type { SecretScope } from '../../../adapters.ts'
import { isConnected, providersOn, sourcesOn } from '../subject/adapters.ts'
import { type Check, fine, type Outcome, orCannotCheck, orThrow, wrong } from '../subject/finding.ts'
import { howToSet, type Subject } from '../subject/subject.ts'

type Wanted = { readonly name: string; readonly scope: SecretScope }

/** A check for each secret that a connected source or a listed provider needs. */
export function checkSecrets(it: Subject): readonly Check[] {
  const ofProviders = providersOn(it).flatMap(({ secrets }) => wantedIn('api', secrets))
  const ofSources = sourcesOn(it)
    .filter((source) => isConnected(source, it))
    .flatMap(({ webhookSecrets, apiSecrets, apiUrls }) => {
      const hasApi = Object.entries(apiUrls).some(([name, url]) => url.default || hasAddress(name, it))
      return [...wantedIn('webhook', webhookSecrets), ...(hasApi ? wantedIn('api', apiSecrets) : [])]
    })
  return [...ofProviders, ...ofSources].map((wanted) => checkSecret(wanted, it))
}

/** Whether the secrets of a deployed stage can be read. Locally they are in the environment. */
export function checkSecretStore(it: Subject): readonly Check[] {
  if (it.isLocal) return []
  return [
    {
      name: 'secrets',
      permission: `ssm:GetParameters on parameter/crm-pay-sync/${it.stage.name}/*`,
      async examine() {
        for (const scope of ['webhook', 'api'] as const) orThrow(it.secrets[scope])
        return fine('Parameter Store can be read')
      },
    },
  ]
}

const wantedIn = (scope: SecretScope, names: readonly string[]): Wanted[] =>
  names.map((name) => ({ name, scope }))

function hasAddress(variable: string, { environment }: Subject): boolean {
  return 'value' in environment && Boolean(environment.value[variable])
}

function checkSecret({ name, scope }: Wanted, it: Subject): Check {
  return {
    name: `secret ${name}`,
    async examine() {
      const value = orCannotCheck(it.secrets[scope], 'the secrets could not be read')[name]
      return judge(value, { name, scope }, it)
    },
  }
}

/** Never repeats the value. */
function judge(value: string | undefined, { name, scope }: Wanted, it: Subject): Outcome {
  const fix = howToSet(name, scope, it)
  if (value === undefined) return wrong('is not set', fix)
  if (value.trim() === '') return wrong('is set, but blank', fix)
  if (scope === 'webhook' && value.split(',').some((entry) => entry.trim() === '')) {
    return wrong('is a list with an empty entry', `${fix} Separate several values by one comma each.`)
  }
  if (scope === 'api' && value !== value.trim()) {
    return wrong('begins or ends with white space', `${fix} Leave out spaces and line breaks.`)
  }
  return fine('is set')
}
