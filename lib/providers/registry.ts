import { byName } from '../support/by-name.ts'
import type { ProviderDefinition } from './definition.ts'
import * as listed from './index.ts'

type Listed = (typeof listed)[keyof typeof listed]
type ListedProviderName = Listed['name']

/** The deployed half of each provider, by name. Throws at start when two providers share a name. */
export const providers: Readonly<Record<string, ProviderDefinition>> = byName(
  Object.values<ProviderDefinition>(listed),
  'lib/providers/index.ts',
)

export const providerNames = Object.keys(providers) as [ListedProviderName, ...ListedProviderName[]]
