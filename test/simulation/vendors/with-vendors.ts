import { seededRandom } from '../random.ts'
import type { CrmKind, Settings } from '../settings.ts'
import { vendors } from './vendors.ts'

/** Every second run has one to three of the other vendors, beside what else there is or instead of it. */
export function withVendors(settings: Settings, seed: number): Settings {
  if (seed % 2 === 0 || settings.sick === 'a CRM') return settings
  // The run's own numbers stay as they are without vendors.
  const random = seededRandom(seed + 1_000_003)
  const kinds = vendors.map(({ source }): CrmKind => `vendor ${source}`)
  const count = random.pick([1, 1, 2, 3])
  const first = random.between(0, kinds.length - 1)
  const step = random.pick([1, 3, 7])
  const picked = Array.from({ length: count }, (_, index) => kinds[(first + index * step) % kinds.length])
  const others = random.chance(0.3) ? settings.crms : []
  return { ...settings, crms: [...others, ...picked.filter((kind) => kind !== undefined)] }
}
