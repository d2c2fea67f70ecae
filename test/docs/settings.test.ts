import { InvalidSyncConfig } from '../../lib/core/config/sync-config.ts'
import { settings } from '../../lib/docs/settings.ts'
import { sourceNames } from '../../lib/sources/registry.ts'
import { defineSyncConfig, type SyncConfigInput } from '../../lib/sync-config.ts'

const whole = { sources: {}, providers: ['notchpay'], routes: [{ to: 'notchpay' }] }

/** The names that the schema allows in the object at that path, as listed in its error for an unknown one. */
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
  ...Object.fromEntries(
    sourceNames.map((name) => [`sources.${name}`, { ...whole, sources: { [name]: { unknown: 1 } } }]),
  ),
  'routes[]': { ...whole, routes: [{ to: 'notchpay', unknown: 1 }] },
  policies: { ...whole, policies: { unknown: 1 } },
}

it('every setting of sync.config.ts is documented, and no other', () => {
  const known = Object.entries(probes).flatMap(([path, config]) =>
    namesAllowedIn(path, config).map((name) => (path === '' ? name : `${path}.${name}`)),
  )
  expect(Object.keys(settings).toSorted()).toEqual(known.toSorted())
})
