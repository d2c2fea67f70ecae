import type { RecordRef } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import type { Mode, ProviderName } from '../../core/model/provider.ts'
import { forgetLinks } from '../../core/repairing/forget-links.ts'
import type { Stage } from '../stage/stage.ts'
import { nameOf, openLinks } from './open-links.ts'

export type ForgetOptions = {
  readonly provider?: ProviderName | undefined
  readonly mode?: Mode | undefined
  readonly force?: boolean | undefined
}

/** Removes links of a record, and returns them. Throws what `forgetLinks` throws when it may not be done. */
export function forgetRecordLinks(
  ref: RecordRef,
  { provider, mode, force = false }: ForgetOptions,
  stage: Stage,
): Promise<readonly Link[]> {
  const chosen = { ...(provider && { provider }), ...(mode && { mode }) }
  return forgetLinks(ref, openLinks(stage), { ...chosen, force, now: new Date() })
}

/** What was forgotten, and what is left behind at the provider. */
export function whatWasForgotten(link: Link): string {
  if (!link.provider) return `${nameOf(link)}: forgot its own line, state ${link.state}`
  const stays = link.providerCustomerId
    ? `; ${link.providerCustomerId} stays at ${link.provider}, and belongs to no record any more`
    : ''
  return `${nameOf(link)}: forgot ${link.provider} (${link.mode}), state ${link.state}${stays}`
}
