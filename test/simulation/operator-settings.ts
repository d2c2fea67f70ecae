import { defineSyncConfig } from '../../lib/sync-config.ts'
import { routes, type Settings } from './settings.ts'

const config = defineSyncConfig({
  sources: { hubspot: {}, 'standard-webhooks': {} },
  providers: ['notchpay', 'wooshpay'],
  routes,
})

/** Takes the place of sync.config.ts: its policies are the run's. */
export default config

export function setPolicies(policies: Settings['policies']): void {
  Object.assign(config.policies, policies)
}
