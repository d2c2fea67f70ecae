import { byName } from '../support/by-name.ts'
import type { SourceDefinition } from './definition.ts'
import * as listed from './index.ts'

type Listed = (typeof listed)[keyof typeof listed]
export type ListedSourceName = Listed['name']

/** The deployed half of each source, by name. Throws at start when two sources share a name. */
export const sources: Readonly<Record<string, SourceDefinition>> = byName(
  Object.values<SourceDefinition>(listed),
  'lib/sources/index.ts',
)

export const sourceNames = Object.keys(sources) as [ListedSourceName, ...ListedSourceName[]]

/** Each source's part of `sync.config.ts`. */
export const sourceConfigs = Object.fromEntries(
  Object.values(sources).map(({ name, config }) => [name, config]),
) as { readonly [Source in Listed as Source['name']]: Source['config'] }
