import type {
  ComparisonRecord,
  ComparisonStore,
  WalkRecord,
  WalkStore,
} from '../../lib/core/ports/walk-store.ts'

/** Walks and comparisons in memory, which fulfil the same contract as the table. */
export function fakeWalks(): WalkStore & ComparisonStore {
  const walks = records<WalkRecord>()
  const comparisons = records<ComparisonRecord>()
  return {
    findWalk: walks.find,
    saveWalk: walks.save,
    findComparison: comparisons.find,
    saveComparison: comparisons.save,
  }
}

function records<T extends { readonly name: string; readonly revision: number }>() {
  const stored = new Map<string, T>()
  return {
    find: async (name: string) => stored.get(name) ?? null,
    async save(record: T) {
      if ((stored.get(record.name)?.revision ?? 0) !== record.revision) return null
      const next = { ...record, revision: record.revision + 1 }
      stored.set(record.name, next)
      return next
    },
  }
}
