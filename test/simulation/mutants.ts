import type { Mutation } from './bundle.ts'
import type { Emphasis } from './simulate-run.ts'

/** The product without one of its guards, and the promises (by number) of which one must then break. */
export type Mutant = {
  readonly name: string
  readonly mutations: readonly Mutation[]
  readonly breaks: readonly number[]
  /** What its runs have more of, where any run would seldom need the guard. */
  readonly emphasis?: Emphasis
}

/** Each `text` is the guard as it stands in the source, once; when the source changes, the guard is to be named anew. */
export const mutants: readonly Mutant[] = [
  {
    name: 'the claim before a create',
    breaks: [1],
    mutations: [
      {
        file: 'lib/core/create-customer.ts',
        text: "  await advance(slot, { ...slot.link, state: 'creating', claim }, deps.links)\n",
        becomes: '',
      },
    ],
  },
  {
    name: 'the recheck of an unfinished create',
    breaks: [1],
    mutations: [
      {
        file: 'lib/core/create-customer.ts',
        text: 'await recheck(slot, unfinished, customer, provider, source, deps)',
        becomes: 'null',
      },
    ],
  },
  {
    name: 'the lease of a claim',
    breaks: [1],
    emphasis: { settings: { visibilitySeconds: 5 }, faults: { 'provider.commitsLate': 0.5 } },
    mutations: [
      {
        file: 'lib/core/refuse-held.ts',
        text: 'if (remaining <= 0) return',
        becomes: 'if (remaining <= 1e9) return',
      },
    ],
  },
  {
    name: 'the terms that a lost create can be found by',
    breaks: [1],
    emphasis: { faults: { 'provider.resetsAfterCommit': 0.5, 'provider.down': 1 } },
    mutations: [
      {
        file: 'lib/core/recheck-create.ts',
        text: 'recallTerms(unfinished?.sealedTerms ?? [], source)',
        becomes: '[]',
      },
    ],
  },
  {
    name: 'the second look at a search that lags',
    breaks: [1],
    emphasis: {
      settings: { searchLag: 85_000 },
      faults: { 'provider.resetsAfterCommit': 0.5, 'provider.down': 0 },
    },
    mutations: [
      {
        file: 'lib/core/recheck-create.ts',
        text: 'const emptyLooksNeeded = 2',
        becomes: 'const emptyLooksNeeded = 1',
      },
    ],
  },
  {
    name: 'the version guard',
    breaks: [3],
    mutations: [
      {
        file: 'lib/core/sync-record.ts',
        text: 'if (compareTimes(at, reached) >= 0) return false',
        becomes: 'return false',
      },
      {
        file: 'lib/core/sync-record.ts',
        text: 'return order > 0 || (order === 0 && !canFetch) ?',
        becomes: 'return order !== 0.5 ?',
      },
      {
        file: 'lib/core/sync-link.ts',
        text: "if (compareTimes(state.version, slot.link.crmVersion) < 0) return 'superseded'",
        becomes: '',
      },
    ],
  },
  {
    name: 'the tombstone',
    breaks: [4],
    mutations: [
      {
        file: 'lib/core/record-book.ts',
        text: "return line?.state === 'erased' || links.some(({ state }) => state === 'erased')",
        becomes: 'return false && links !== line',
      },
    ],
  },
  {
    name: 'what is known of a merge',
    breaks: [4],
    mutations: [
      {
        file: 'lib/core/record-book.ts',
        text: ".find(({ state }) => state === 'merged')?.mergedInto ?? null",
        becomes: ".find(({ state }) => state === 'never')?.mergedInto ?? null",
      },
    ],
  },
  {
    name: 'the tombstones that a create under way meets',
    breaks: [4],
    emphasis: { settings: { activeFor: 120_000, records: 3, actions: 12 }, faults: { 'table.slow': 0.3 } },
    mutations: [
      {
        file: 'lib/core/guarded-save.ts',
        text: 'for (const { provider, mode } of free) {',
        becomes: 'for (const { provider, mode } of free.slice(9)) {',
      },
    ],
  },
  {
    name: 'the rule that a record’s messages stop at its first failure',
    breaks: [2, 3],
    mutations: [
      {
        file: 'lib/core/sync-batch.ts',
        text: 'return messages.map(({ messageId }) => ({ messageId, afterSeconds }))',
        becomes: 'return messages.slice(0, 1).map(({ messageId }) => ({ messageId, afterSeconds }))',
      },
    ],
  },
  {
    name: 'the partial batch response',
    breaks: [2, 3],
    mutations: [
      {
        file: 'functions/sync-customer.ts',
        text: 'batchItemFailures: postponed.map',
        becomes: 'batchItemFailures: postponed.slice(9).map',
      },
    ],
  },
  {
    name: 'the success that is said only after the enqueue',
    breaks: [2, 3],
    mutations: [
      {
        file: 'lib/core/receive-changes.ts',
        text: 'if (changes.length > 0) await deps.queue.send(changes)',
        becomes: 'if (changes.length > 0) deps.queue.send(changes).catch(() => {})',
      },
    ],
  },
]
