import type { RecordRef } from '../model/change.ts'

/** A walk through the records that a CRM lists as changed, page by page. */
export type RunningWalk = {
  /** Distinguishes its messages from those of other walks. */
  readonly id: string
  /** Lists what changed since then; ISO 8601, the CRM's time. */
  readonly since: string
  /** The next page; null for the first one. */
  readonly cursor: string | null
  /** Complete up to here once it has ended; ISO 8601, null before the first page. */
  readonly until: string | null
  /** How many records the pages so far contained. */
  readonly listed: number
  /** How often it began again because the CRM refused its cursor. */
  readonly restarts: number
}

/** How far the walks of one CRM have come. Holds no personal data. */
export type WalkRecord = {
  /** Which walks: `hubspot`, or `hubspot/resync` for those that an operator started. */
  readonly name: string
  /** Everything that changed before this time has been queued; ISO 8601, null before the first walk has ended. */
  readonly watermark: string | null
  /** Null between two walks. */
  readonly running: RunningWalk | null
  readonly revision: number
}

export interface WalkStore {
  findWalk(name: string): Promise<WalkRecord | null>
  /** Saves the record if the stored one still has `revision` (0: none). Null when another worker was first. */
  saveWalk(record: WalkRecord): Promise<WalkRecord | null>
}

/** A comparison of the linked records with the CRM's, a few at a time. */
export type RunningComparison = {
  /** Distinguishes its messages from those of others. */
  readonly id: string
  /** The next page of links; null for the first one. */
  readonly cursor: string | null
  readonly compared: number
  /** Records that the CRM does not have any more. Nothing is done about them before the comparison has ended. */
  readonly missing: readonly RecordRef[]
}

/** The comparisons of one CRM. Holds no personal data. */
export type ComparisonRecord = {
  readonly name: string
  /** When the last one ended or was stopped; ISO 8601, null before the first one. */
  readonly endedAt: string | null
  /** Null between two comparisons. */
  readonly running: RunningComparison | null
  readonly revision: number
}

export interface ComparisonStore {
  findComparison(name: string): Promise<ComparisonRecord | null>
  /** As `saveWalk`. */
  saveComparison(record: ComparisonRecord): Promise<ComparisonRecord | null>
}
