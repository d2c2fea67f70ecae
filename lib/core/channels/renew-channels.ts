import type { SourceName } from '../model/change.ts'
import { SyncError } from '../model/errors.ts'
import type { CrmSource } from '../ports/crm-source.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { Clock, Log } from '../ports/observers.ts'

export type RenewDeps = {
  /** The enabled sources whose webhooks are subscriptions that expire. */
  readonly sources: readonly SourceName[]
  source(name: SourceName): Promise<CrmSource>
  readonly clock: Clock
  readonly log: Log
}

export type RenewReport = { readonly renewed: readonly SourceName[] }

/** A subscription lasts a week at most (Zoho CRM), and a run follows every day: renewing each of them lets six runs fail. */
const aheadMillis = 7 * 86_400_000

/**
 * Renews the subscriptions of all CRMs that expire within a week, and creates those that are missing. A CRM that is not
 * connected is left out. A failure at one CRM does not affect the others. Throws at the end when there was one, with its code.
 */
export async function renewChannels({ sources, source, clock, log }: RenewDeps): Promise<RenewReport> {
  const until = new Date(clock.now().getTime() + aheadMillis)
  const renewed: SourceName[] = []
  const failed: string[] = []
  for (const name of sources) {
    try {
      const { channels } = await source(name)
      if (!channels) continue
      await channels.renew(until)
      renewed.push(name)
      log.info(logMessages.channelsRenewed, { source: name })
    } catch (error) {
      const code = error instanceof SyncError ? error.code : 'UNEXPECTED'
      failed.push(`${name} (${code})`)
      // The message of an unforeseen error may quote data.
      const reason = error instanceof SyncError ? error.message : undefined
      log.error(logMessages.channelsNotRenewed, { source: name, code, reason })
    }
  }
  if (failed.length > 0) throw new Error(`webhook subscriptions not renewed: ${failed.join(', ')}`)
  return { renewed }
}
