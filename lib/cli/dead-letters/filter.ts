import { type Command, Option } from 'commander'
import type { DiagnosedLetter } from '../../core/dead-letters/redrive.ts'
import type { SourceName } from '../../core/model/change.ts'
import type { ProviderName } from '../../core/model/provider.ts'
import { BadInput } from '../../operator/errors.ts'
import { providerNames } from '../../providers/registry.ts'
import { sourceNames } from '../../sources/registry.ts'

/** Only dead letters that match all of these. */
export type FilterOptions = {
  readonly code?: string
  readonly provider?: ProviderName
  readonly source?: SourceName
}

/** Adds the filter options to a command; `when` is appended to their descriptions. */
export function filtered(command: Command, when = ''): Command {
  return command
    .option('--code <code>', `only dead letters with this code${when}`)
    .addOption(
      new Option('--provider <name>', `only dead letters of this provider${when}`).choices(providerNames),
    )
    .addOption(new Option('--source <name>', `only dead letters of this CRM${when}`).choices(sourceNames))
}

/** Throws BadInput unless either ids or --all are given, and for filters without --all. */
export function requireChoice(
  ids: readonly string[],
  options: FilterOptions & { readonly all?: boolean },
): void {
  const { all = false } = options
  if (all === ids.length > 0) throw new BadInput('expected either ids or --all')
  if (!all && isNarrowed(options)) throw new BadInput('--code, --provider and --source require --all')
}

export function isNarrowed({ code, provider, source }: FilterOptions): boolean {
  return code !== undefined || provider !== undefined || source !== undefined
}

export function fits(
  { letter, diagnosis }: DiagnosedLetter,
  { code, provider, source }: FilterOptions,
): boolean {
  return (
    (code === undefined || diagnosis.code === code) &&
    (provider === undefined || diagnosis.provider === provider) &&
    (source === undefined || letter.change?.source === source)
  )
}
