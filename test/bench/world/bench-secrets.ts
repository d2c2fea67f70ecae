import { offlineProviders } from '../../../lib/providers/offline.ts'
import { offlineSources } from '../../../lib/sources/offline.ts'

/** Invented; the sandboxes accept them. */
export const benchSecrets: Readonly<Record<string, string>> = Object.assign(
  { SEALING_KEYS: Buffer.from('sealing key of the benchmarks 00').toString('base64') },
  ...[...Object.values(offlineProviders), ...Object.values(offlineSources)].map((half) => half.secrets),
)
