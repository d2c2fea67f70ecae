import { distance } from 'fastest-levenshtein'
import { adapterVariables } from '../adapters.ts'
import type { Serverless } from './serverless.ts'

/**
 * The settings of sources and providers that a deployment was given as parameters: `PIPEDRIVE_API_URL` is `pipedriveApiUrl`, by
 * `--param` or in `params` of serverless.yml. So serverless.yml names no CRM.
 */
export function adapterEnvironment(serverless: Serverless): Record<string, unknown> {
  const given = givenParameters(serverless)
  return Object.fromEntries(
    adapterVariables
      .map((variable) => [variable, given[parameterOf(variable)]])
      .filter(([, value]) => value !== undefined && value !== ''),
  )
}

/** A name with more typing errors than this is not suggested. */
const mostTypos = 3

/** Parameters of the command line that nothing reads, one line each; the framework would ignore them. */
export function findUnknownParameters(serverless: Serverless): string[] {
  const known = [...Object.keys(declaredParameters(serverless)), ...adapterVariables.map(parameterOf)]
  return Object.keys(commandLineParameters(serverless))
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = known.find((other) => distance(other.toLowerCase(), name.toLowerCase()) <= mostTypos)
      return `--param ${name}: there is no such parameter${meant ? `; did you mean ${meant}?` : ''}`
    })
}

/** `PIPEDRIVE_API_URL` → `pipedriveApiUrl`. */
export function parameterOf(variable: string): string {
  return variable.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

export type Parameters = Readonly<Record<string, unknown>>

/** The parameters of a deployment: of the command line, of the stage, or the defaults. */
export function givenParameters(serverless: Serverless): Parameters {
  return { ...declaredParameters(serverless), ...commandLineParameters(serverless) }
}

function declaredParameters({ configurationInput, service }: Serverless): Parameters {
  const { params = {} } = configurationInput
  return { ...params['default'], ...params[service.provider.stage] }
}

function commandLineParameters({ processedInput }: Serverless): Record<string, string> {
  const { param = [] } = processedInput.options
  return Object.fromEntries([param].flat().map((text) => [text.split('=')[0], text.replace(/^[^=]*=/, '')]))
}
