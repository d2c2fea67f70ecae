import { Misconfigured, RetryLater, SyncError } from '../model/errors.ts'

/**
 * What one call says about the provider. `refused`: the provider does not accept our key. `suspect`: it does not, or a
 * firewall blocks what this one record contains.
 */
export type Verdict = 'healthy' | 'failing' | 'refused' | 'suspect' | 'inconclusive'

/**
 * Judges the provider by the error of one call (null for a success). A provider that rejects one customer is healthy.
 * Throttling is inconclusive.
 */
export function judgeCall(error: unknown): Verdict {
  if (error instanceof Misconfigured) return error.isCertain ? 'refused' : 'suspect'
  if (error instanceof RetryLater) return error.code === 'THROTTLED' ? 'inconclusive' : 'failing'
  return error === null || error instanceof SyncError ? 'healthy' : 'inconclusive'
}
