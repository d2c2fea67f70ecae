import { type Command, Option } from 'commander'
import { type SourceName, sourceNames } from '../core/change.ts'
import { type ProviderName, providerNames } from '../core/ports.ts'
import type { DiagnosedLetter } from '../core/redrive.ts'
import { BadInput } from './program.ts'

/** What narrows dead letters down. */
export type FilterOptions = {
  readonly code?: string
  readonly provider?: ProviderName
  readonly source?: SourceName
}

/** The options of a command that can be narrowed down; `when` says where they apply only with another option. */
export function filtered(command: Command, when = ''): Command {
  return command
    .option('--code <code>', `those with this code alone${when}`)
    .addOption(new Option('--provider <name>', `those of this provider alone${when}`).choices(providerNames))
    .addOption(new Option('--source <name>', `those of this CRM alone${when}`).choices(sourceNames))
}

/** Throws BadInput unless either ids or --all are given, and filters with --all alone. */
export function requireChoice(
  ids: readonly string[],
  options: FilterOptions & { readonly all?: boolean },
): void {
  const { all = false } = options
  if (all === ids.length > 0) throw new BadInput('expected either ids or --all')
  if (!all && isNarrowed(options)) throw new BadInput('--code, --provider and --source go with --all')
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
