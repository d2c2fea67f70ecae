import { adapterVariables, secretScopes } from '../adapters.ts'
import { parameterOf } from '../offline/adapter-parameters.ts'
import { readSettings } from '../offline/environment.ts'
import { providers } from '../providers/registry.ts'
import { sources } from '../sources/registry.ts'
import type { VariableEntry } from '../support/doc-entries.ts'
import { defineSyncConfig } from '../sync-config.ts'
import { code, replacePart, table } from './markdown.ts'
import { parameters } from './parameters.ts'
import type { ServerlessFile } from './serverless-file.ts'
import { settings } from './settings.ts'
import { variables } from './variables.ts'

/** The vendor's own address, by variable; undefined where there is none. */
const apiUrls: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  [...Object.values(providers), ...Object.values(sources)].flatMap((adapter) =>
    Object.entries(adapter.apiUrls).map(([name, url]) => [name, url.default]),
  ),
)
const scopes = ['webhook', 'api'] as const
const secretNames: readonly string[] = scopes.flatMap((scope) => secretScopes[scope])

/** docs/configuration.md with its four tables made anew. Throws when a marker is missing in the page. */
export function configurationPage(page: string, file: ServerlessFile): string {
  const parts = {
    variables: variablesTable(file),
    secrets: secretsTable(),
    parameters: parametersTable(file),
    settings: settingsTable(),
  }
  return Object.entries(parts).reduce((text, [part, content]) => replacePart(text, part, content), page)
}

/** The default of a variable on the local stack, in Markdown. */
export function offlineDefault(name: string, { offline }: VariableEntry): string {
  if (offline !== undefined) return offline
  const { port, variables: defaults } = readSettings({})
  return code(name === 'PORT' ? String(port) : (defaults[name] ?? ''))
}

function variablesTable({ environment }: ServerlessFile): string {
  const shown = Object.entries(variables).filter(([name]) => !secretNames.includes(name))
  return table(
    ['Variable', 'Meaning', 'Local default', 'Deployed'],
    shown.map(([name, entry]) => [
      code(name),
      entry.meaning,
      offlineDefault(name, entry),
      deployedValue(name, environment),
    ]),
  )
}

function deployedValue(name: string, environment: ServerlessFile['environment']): string {
  if (adapterVariables.includes(name)) return `parameter ${code(parameterOf(name))}`
  const value = environment[name]
  if (value === undefined) return '–'
  const parameter = value.match(/^\$\{param:(\w+)\}$/)?.[1]
  return parameter ? `parameter ${code(parameter)}` : code(value)
}

function secretsTable(): string {
  return table(
    ['Secret', 'Path under `/crm-pay-sync/<stage>/`', 'Meaning'],
    [...new Set(secretNames)].map((name) => [
      code(name),
      scopes
        .filter((scope) => secretScopes[scope].includes(name))
        .map((scope) => code(`${scope}/${name}`))
        .join(' and '),
      variables[name]?.meaning ?? '',
    ]),
  )
}

function parametersTable({ parameters: defaults, protectedParameters }: ServerlessFile): string {
  return table(
    ['Parameter', 'Meaning', 'Default', 'On `prod`, `production`, `live`'],
    [
      ...Object.entries(defaults).map(([name, value]) => [
        code(name),
        parameters[name] ?? '',
        name === 'webhookPublicUrl' ? "API Gateway's URL" : value === '' ? 'none' : code(value),
        name in protectedParameters ? code(protectedParameters[name] ?? '') : 'the same',
      ]),
      ...adapterVariables.map((name) => [
        code(parameterOf(name)),
        `${code(name)}: ${variables[name]?.meaning ?? ''}`,
        apiUrls[name] ? code(apiUrls[name]) : 'none',
        'the same',
      ]),
    ],
  )
}

function settingsTable(): string {
  return table(
    ['Setting', 'Values', 'Default', 'Meaning'],
    Object.entries(settings).map(([path, { values, meaning, unset }]) => [
      code(path),
      values,
      unset ?? code(defaultOf(path)),
      meaning,
    ]),
  )
}

/** What the schema makes of a policy that is not set. */
function defaultOf(path: string): string {
  const { policies } = defineSyncConfig({
    sources: {},
    providers: ['notchpay'],
    routes: [{ to: 'notchpay' }],
  })
  const value = Object.entries(policies).find(([name]) => path === `policies.${name}`)?.[1]
  return value === undefined ? '{}' : JSON.stringify(value).replaceAll('"', "'")
}
