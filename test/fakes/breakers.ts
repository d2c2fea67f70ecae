import type { BreakerRecord, BreakerStore } from '../../lib/core/ports/breaker.ts'

/** In-memory breaker store. */
export function fakeBreakers(): BreakerStore & { readonly records: Map<string, BreakerRecord> } {
  const records = new Map<string, BreakerRecord>()
  return {
    records,
    findBreaker: async (provider, mode) => records.get(`${provider}#${mode}`) ?? null,
    saveBreaker: async (record) => {
      const key = `${record.provider}#${record.mode}`
      if ((records.get(key)?.revision ?? 0) !== record.revision) return null
      const saved = { ...record, revision: record.revision + 1 }
      records.set(key, saved)
      return saved
    },
  }
}
