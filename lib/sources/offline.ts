import { createRequire } from 'node:module'
import type { SourceName } from '../core/model/change.ts'
import type { OfflineSource } from './offline-definition.ts'
import { sourceNames } from './registry.ts'

const load = createRequire(import.meta.url)

/** The offline half of a source: `offline.ts` in its folder, which `defineSource` type-checks. */
export function offlineSource(name: SourceName): OfflineSource {
  const { offline }: { offline: OfflineSource } = load(`./${name}/offline.ts`)
  return offline
}

/** The offline half of every source, by name. */
export const offlineSources: Readonly<Record<SourceName, OfflineSource>> = Object.fromEntries(
  sourceNames.map((name) => [name, offlineSource(name)]),
)
