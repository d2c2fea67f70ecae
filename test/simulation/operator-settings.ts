import type { SourceName } from '../../lib/core/model/change.ts'
import { sourceNames } from '../../lib/sources/registry.ts'
import { defineSyncConfig, type SyncConfigInput } from '../../lib/sync-config.ts'
import { routes, type Settings } from './settings.ts'

const config = defineSyncConfig({
  sources: {
    ...(Object.fromEntries(sourceNames.map((name) => [name, {}])) as SyncConfigInput['sources']),
    intercom: {
      fields: {
        contact: { 'address.city': 'custom_attributes.city', 'address.country': 'custom_attributes.country' },
      },
    },
  },
  providers: ['notchpay', 'wooshpay'],
  routes,
})
const everySource = { ...config.sources }

/** Takes the place of sync.config.ts: its policies and sources are the run's. */
export default config

export function setPolicies(policies: Settings['policies']): void {
  Object.assign(config.policies, policies)
}

/** The sources of the first runs, and those that the CRMs of this run come by. */
export function setSources(names: readonly SourceName[]): void {
  const isOn = new Set<SourceName>(['hubspot', 'standard-webhooks', ...names])
  const sources: Record<string, unknown> = config.sources
  for (const [name, part] of Object.entries(everySource)) {
    if (isOn.has(name)) sources[name] = part
    else delete sources[name]
  }
}
