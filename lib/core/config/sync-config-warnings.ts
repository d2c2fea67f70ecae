import type { ClearableField, ProviderAbilities, ProviderName } from '../model/provider.ts'
import type { Policies, Route, SyncConfig } from './sync-config.ts'

/** The features of a provider that policies may need. */
export type ProviderFeatures = {
  readonly abilities: ProviderAbilities
  readonly canClear: (field: ClearableField) => boolean
}

/** Settings that are allowed but probably not intended: one line each, with the setting and its effect. */
export function findWarnings(config: SyncConfig, features: Features): string[] {
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

type Features = Readonly<Record<ProviderName, ProviderFeatures>>

/** Policies that no listed provider can follow: one line each. Such a configuration must not be used. */
export function findImpossiblePolicies({ policies, providers }: SyncConfig, features: Features): string[] {
  return demandsOf(policies)
    .filter((demand) => !canFollow(demand, providers, features))
    .map(
      ({ setting, what }) =>
        `policies.${setting} cannot be followed: ${providers.join(' and ')} cannot ${what}`,
    )
}

/** Policies that only a provider can follow to which no route leads. */
function policyWarnings({ policies, providers, routes }: SyncConfig, features: Features): string[] {
  const routed = [...new Set(routes.map(({ to }) => to))].filter((name) => name !== 'nowhere')
  if (routed.length === 0) return []
  return demandsOf(policies)
    .filter((demand) => canFollow(demand, providers, features) && !canFollow(demand, routed, features))
    .map(({ setting, what }) => `policies.${setting} has no effect: ${routed.join(' and ')} cannot ${what}`)
}

/** What a policy demands of a provider. */
type Demand = {
  readonly setting: string
  readonly what: string
  readonly isMetBy: (provider: ProviderFeatures) => boolean
}

function canFollow({ isMetBy }: Demand, names: readonly ProviderName[], features: Features): boolean {
  return names.some((name) => features[name] && isMetBy(features[name]))
}

function demandsOf({ onDelete, firstSight, clear }: Policies): readonly Demand[] {
  const deletion = (ability: 'block' | 'delete'): Demand => ({
    setting: `onDelete: "${ability}"`,
    what: `${ability} customers`,
    isMetBy: ({ abilities }) => abilities[ability],
  })
  const adoption: Demand = {
    setting: `firstSight: "${firstSight}"`,
    what: 'be searched',
    isMetBy: ({ abilities }) => abilities.search,
  }
  return [
    ...(onDelete === 'keep' ? [] : [deletion(onDelete)]),
    ...(firstSight === 'create' ? [] : [adoption]),
    ...clear.map((field) => ({
      setting: `clear: "${field}"`,
      what: `clear ${field}`,
      isMetBy: ({ canClear }: ProviderFeatures) => canClear(field),
    })),
  ]
}
