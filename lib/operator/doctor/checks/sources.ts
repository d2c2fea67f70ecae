import type { WriteBack } from '../../../core/config/write-back.ts'
import { Misconfigured } from '../../../core/model/errors.ts'
import type { CrmSource } from '../../../core/ports/crm-source.ts'
import { webhookPath } from '../../../sources/build-source.ts'
import type { SourceDefinition } from '../../../sources/definition.ts'
import { offlineSource } from '../../../sources/offline.ts'
import type { CrmConnection } from '../../../sources/offline-definition.ts'
import {
  clock,
  expectApiSecrets,
  isConnected,
  openSource,
  publicUrlOf,
  settingsOf,
  sourcesOn,
  tokensOf,
} from '../subject/adapters.ts'
import { explainCall } from '../subject/explain.ts'
import {
  CannotCheck,
  type Check,
  fine,
  notChecked,
  type Outcome,
  orCannotCheck,
  wrong,
} from '../subject/finding.ts'
import { howToSet, type Subject } from '../subject/subject.ts'

/** No CRM has a record with this id, and every kind of id can be written so. */
const nobody = '2147483647'

/** For each source that is switched on: does the CRM accept the token, and what does it tell of its side? */
export function checkSources(it: Subject): readonly Check[] {
  const sources = sourcesOn(it)
  const noneConnected = sources.every((source) => !isConnected(source, it))
  return sources.flatMap((source): Check[] => {
    if (!isConnected(source, it)) return [notConnected(source, noneConnected, it)]
    const { scopes, webhook, writeBack } = offlineSource(source.name).diagnosis ?? {}
    const written = writtenBy(source, it)
    return [
      { name: `source ${source.name}`, examine: () => examineToken(source, it) },
      ...(scopes ? [{ name: `scopes ${source.name}`, examine: () => ask(scopes, source, it) }] : []),
      {
        name: `webhook ${source.name}`,
        examine: async () => (webhook ? ask(webhook, source, it) : notListed(source)),
      },
      ...(writeBack && written
        ? [
            {
              name: `write-back ${source.name}`,
              examine: () => ask((connection) => writeBack(written, connection), source, it),
            },
          ]
        : []),
    ]
  })
}

/** What `sync.config.ts` says about writing ids into this CRM's records; undefined where that is off. */
function writtenBy({ name }: SourceDefinition, { syncConfig }: Subject): WriteBack | undefined {
  const sources: Readonly<Record<string, unknown>> = 'value' in syncConfig ? syncConfig.value.sources : {}
  const part = sources[name] as { readonly writeBack?: WriteBack } | undefined
  const isNamed = Object.values(part?.writeBack ?? {}).some((names) => Object.keys(names).length > 0)
  return isNamed ? part?.writeBack : undefined
}

type Question = (connection: CrmConnection) => Promise<Outcome>

const notListed = (source: SourceDefinition): Outcome =>
  fine(`${notChecked}${source.title} does not list its webhooks; see ${guide(source)}`)

/** Throws CannotCheck where the token cannot be used: the check of the source reports that. */
async function ask(question: Question, source: SourceDefinition, it: Subject): Promise<Outcome> {
  expectApiSecrets(source.apiSecrets, it)
  try {
    return await question(connectionOf(source, it))
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error
    throw new CannotCheck(`the token or the address cannot be used: see the check source ${source.name}`)
  }
}

const guide = ({ name }: SourceDefinition) => `docs/connect/${name}.md`

/** As shipped every source is on, so one without any secret is in use only where no other is. */
function notConnected(source: SourceDefinition, noneConnected: boolean, it: Subject): Check {
  const finding = `not connected: none of its secrets is set, so its webhooks are answered 401`
  const fixes = source.webhookSecrets.map((name) => howToSet(name, 'webhook', it))
  const fix = [`Connect a CRM, for example as ${guide(source)} says.`, ...fixes].join(' ')
  return {
    name: `source ${source.name}`,
    examine: async () => (noneConnected ? wrong(finding, fix) : fine(finding)),
  }
}

async function examineToken(definition: SourceDefinition, it: Subject): Promise<Outcome> {
  const found = `${definition.title} accepts the token`
  const { apiSecrets: secrets, apiUrls, webhookSecrets } = definition
  try {
    const source = openSource(definition, it)
    if (!source.fetchCustomers) return fine('no API address is set: records come with the webhooks')
    expectApiSecrets(secrets, it)
    const accounts = offlineSource(definition.name).diagnosis?.accounts?.(connectionOf(definition, it))
    for (const account of accounts ?? ['default']) await readNobody(source, account)
    return fine(found)
  } catch (error) {
    return explainCall(
      error,
      found,
      { ofCall: [...secrets, ...Object.keys(apiUrls)], others: webhookSecrets },
      it,
    )
  }
}

/** Reads a record that does not exist. Throws when that fails for another reason. */
async function readNobody(source: CrmSource, account: string): Promise<void> {
  await source.ownsAccount(account)
  const ref = { source: source.name, account, recordType: 'contact', recordId: nobody } as const
  const [answer] = (await source.fetchCustomers?.([ref])) ?? []
  if (answer?.kind === 'failed') throw answer.error
}

function connectionOf(definition: SourceDefinition, it: Subject): CrmConnection {
  const { apiSecrets, apiUrls, variables } = definition
  const publicUrl = publicUrlOf(it)
  const settings = settingsOf(it)
  const secrets = orCannotCheck(it.secrets.api, 'the secrets could not be read')
  const read = <T>(names: readonly string[], of: (name: string) => T) =>
    Object.fromEntries(names.map((key) => [key, of(key)]))
  return {
    secrets: read(apiSecrets, (key) => secrets[key]),
    origins: read(Object.keys(apiUrls), (key) => settings[key] ?? apiUrls[key]?.default),
    variables: read(variables, (key) => settings[key]),
    webhookUrl: publicUrl && `${publicUrl}${webhookPath(definition.name)}`,
    guide: guide(definition),
    tokens: tokensOf(it),
    clock,
  }
}
