import { InvalidSyncConfig } from '../../lib/core/config/sync-config.ts'
import { settings } from '../../lib/docs/settings.ts'
import { defineSyncConfig, type SyncConfigInput } from '../../lib/sync-config.ts'

const whole = { sources: {}, providers: ['notchpay'], routes: [{ to: 'notchpay' }] }

/** The names that the schema allows in the object at that path, as its refusal of an unknown one lists them. */
function namesAllowedIn(path: string, config: object): readonly string[] {
  try {
    defineSyncConfig(config as SyncConfigInput)
  } catch (error) {
    if (!(error instanceof InvalidSyncConfig)) throw error
    const names = error.message.match(/unknown setting, expected (.*)$/m)?.[1] ?? ''
    return names.split(/, | or /).filter((name) => name !== 'none' && name !== '')
  }
  throw new Error(`${path} takes an unknown setting`)
}

/** An unknown setting in each object of the config. */
const probes: Readonly<Record<string, object>> = {
  '': { ...whole, unknown: 1 },
  sources: { ...whole, sources: { unknown: 1 } },
  'sources.hubspot': { ...whole, sources: { hubspot: { unknown: 1 } } },
  'sources.pipedrive': { ...whole, sources: { pipedrive: { unknown: 1 } } },
  'sources.standard-webhooks': { ...whole, sources: { 'standard-webhooks': { unknown: 1 } } },
  'routes[]': { ...whole, routes: [{ to: 'notchpay', unknown: 1 }] },
  policies: { ...whole, policies: { unknown: 1 } },
}

it('every setting of sync.config.ts is described, and no other', () => {
  const known = Object.entries(probes).flatMap(([path, config]) =>
    namesAllowedIn(path, config).map((name) => (path === '' ? name : `${path}.${name}`)),
  )
  expect(Object.keys(settings).toSorted()).toEqual(known.toSorted())
})

it('every source is probed', () => {
  const sources = Object.keys(settings).filter((path) => /^sources\.[a-z0-9-]+$/.test(path))
  expect(sources.filter((path) => !(path in probes))).toEqual([])
})
