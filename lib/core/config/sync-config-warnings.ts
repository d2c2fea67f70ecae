import type { ClearableField, ProviderAbilities, ProviderName } from '../model/provider.ts'
import type { Route, SyncConfig } from './sync-config.ts'

/** The features of a provider that policies may need. */
export type ProviderFeatures = {
  readonly abilities: ProviderAbilities
  readonly canClear: (field: ClearableField) => boolean
}

/** Settings that are allowed but probably not intended: one line each, with the setting and its effect. */
export function findWarnings(
  config: SyncConfig,
  features: Readonly<Record<ProviderName, ProviderFeatures>>,
): string[] {
  return [
    ...sourceWarnings(config),
    ...routeWarnings(config),
    ...providerWarnings(config),
    ...policyWarnings(config, features),
  ]
}

function sourceWarnings({ sources }: SyncConfig): string[] {
  const isOn = Object.values(sources).some((source) => source !== undefined)
  return isOn ? [] : ['sources: none is switched on: every webhook is answered with 404']
}

function routeWarnings({ routes, sources }: SyncConfig): string[] {
  const warnings = routes.flatMap((route, index) => {
    if (route.source && !sources[route.source]) {
      return `routes[${index}]: never matches: sources.${route.source} is not switched on`
    }
    const first = routes.findIndex((earlier) => covers(earlier, route))
    return first < index
      ? `routes[${index}]: never matches: routes[${first}] takes the same customers first`
      : []
  })
  if (routes.some((route) => covers(route, {}))) return warnings
  const end = 'end with { to: "nowhere" } if that is intended'
  return [...warnings, `routes: a customer that no route matches is created nowhere: ${end}`]
}

/** Whether every customer that the later route matches is matched by the earlier one. */
function covers(earlier: Omit<Route, 'to'>, later: Omit<Route, 'to'>): boolean {
  return (
    (['source', 'account', 'recordType'] as const).every(
      (key) => earlier[key] === undefined || earlier[key] === later[key],
    ) &&
    (!earlier.countries || (later.countries?.every((code) => earlier.countries?.includes(code)) ?? false))
  )
}

function providerWarnings({ providers, routes }: SyncConfig): string[] {
  const routed = new Set(routes.map(({ to }) => to))
  return providers
    .filter((name) => !routed.has(name))
    .map(
      (name) => `providers: no route leads to ${name}: customers linked there are updated, none is created`,
    )
}

function policyWarnings(
  { policies, routes }: SyncConfig,
  features: Readonly<Record<ProviderName, ProviderFeatures>>,
): string[] {
  const routed = [...new Set(routes.map(({ to }) => to))].filter((name) => name !== 'nowhere')
  const unlessSome = (can: (provider: ProviderFeatures) => boolean, setting: string, what: string) =>
    routed.length === 0 || routed.some((name) => features[name] && can(features[name]))
      ? []
      : [`policies.${setting} has no effect: ${routed.join(' and ')} cannot ${what}`]
  const { onDelete, firstSight, clear } = policies
  return [
    ...(onDelete === 'keep'
      ? []
      : unlessSome(
          ({ abilities }) => abilities[onDelete],
          `onDelete: "${onDelete}"`,
          `${onDelete} customers`,
        )),
    ...(firstSight === 'create'
      ? []
      : unlessSome(({ abilities }) => abilities.search, `firstSight: "${firstSight}"`, 'be searched')),
    ...clear.flatMap((field) =>
      unlessSome(({ canClear }) => canClear(field), `clear: "${field}"`, `clear ${field}`),
    ),
  ]
}
