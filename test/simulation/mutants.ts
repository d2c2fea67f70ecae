import type { Mutation } from './bundle.ts'
import type { Emphasis } from './simulate-run.ts'

/** The product without one of its guards, and the promises (by number) of which one must then break. */
export type Mutant = {
  readonly name: string
  readonly mutations: readonly Mutation[]
  readonly breaks: readonly number[]
  /** The first seed that needs the guard. */
  readonly firstSeed?: number
  /** What its runs have more of, where any run would seldom need the guard. */
  readonly emphasis?: Emphasis
}

const blocking = { onDelete: 'block', clear: [], firstSight: 'create', unreadablePhone: 'keep' } as const

/** Each `text` is the guard as it stands in the source, once; when the source changes, the guard is to be named anew. */
export const mutants: readonly Mutant[] = [
  {
    name: 'the claim before a create',
    firstSeed: 7,
    breaks: [1],
    mutations: [
      {
        file: 'lib/core/creating/claim-create.ts',
        text: "  await advance(slot, { ...slot.link, state: 'creating', claim }, deps.links)\n",
        becomes: '',
      },
    ],
  },
  {
    name: 'the recheck of an unfinished create',
    firstSeed: 7,
    breaks: [1],
    mutations: [
      {
        file: 'lib/core/creating/create-customer.ts',
        text: 'await recheck(slot, unfinished, customer, provider, deps)',
        becomes: 'null',
      },
    ],
  },
  {
    name: 'the lease of a claim',
    firstSeed: 24,
    breaks: [1],
    emphasis: { settings: { visibilitySeconds: 5 }, faults: { 'provider.commitsLate': 0.5 } },
    mutations: [
      {
        file: 'lib/core/links/in-flight.ts',
        text: 'claimLeaseSeconds * 1000',
        becomes: 'claimLeaseSeconds * 0',
      },
    ],
  },
  {
    name: 'the patience with a lost create while a payment’s customer looks alike',
    firstSeed: 436,
    breaks: [1],
    emphasis: {
      settings: { searchLag: 20_000 },
      faults: { 'provider.resetsAfterCommit': 0.6, 'provider.customersByPayments': 1 },
    },
    mutations: [
      {
        file: 'lib/core/creating/recheck-create.ts',
        text: 'ours.length > 0 || mayAppear ? ours',
        becomes: 'ours.length > 0 ? ours',
      },
    ],
  },
  {
    name: 'the lease of a create that a gateway gave up on',
    firstSeed: 327,
    breaks: [1],
    emphasis: { faults: { 'provider.commitsLate': 0.5 } },
    mutations: [
      {
        file: 'lib/core/links/in-flight.ts',
        text: 'finalStatuses.has(error.status)',
        becomes: 'true',
      },
    ],
  },
  {
    name: 'the terms that a lost create can be found by',
    firstSeed: 213,
    breaks: [1],
    emphasis: { faults: { 'provider.resetsAfterCommit': 0.5, 'provider.down': 1 } },
    mutations: [
      {
        file: 'lib/core/creating/recheck-create.ts',
        text: 'await recallTerms(unfinished?.sealedTerms ?? [], deps.sealer)',
        becomes: '[]',
      },
    ],
  },
  {
    name: 'the last look at a search that lags',
    firstSeed: 254,
    breaks: [1],
    emphasis: {
      settings: { searchLag: 85_000 },
      faults: { 'provider.resetsAfterCommit': 0.5, 'provider.down': 0 },
    },
    mutations: [
      {
        file: 'lib/core/creating/recheck-create.ts',
        text: "Date.parse(claim?.leaseUntil ?? '') + lagMillis",
        becomes: "Date.parse(claim?.leaseUntil ?? '')",
      },
    ],
  },
  {
    name: 'the version guard',
    firstSeed: 17,
    breaks: [3],
    mutations: [
      {
        file: 'lib/core/reading/freshness.ts',
        text: 'if (compareTimes(at, reached) >= 0) return false',
        becomes: 'return false',
      },
      {
        file: 'lib/core/reading/freshness.ts',
        text: 'return order > 0 || (order === 0 && !canFetch) ?',
        becomes: 'return order !== 0.5 ?',
      },
      {
        file: 'lib/core/syncing/sync-link.ts',
        text: "if (isOlder(state, slot.link)) return 'superseded'",
        becomes: '',
      },
    ],
  },
  {
    name: 'the tombstone',
    firstSeed: 4,
    breaks: [4],
    mutations: [
      {
        file: 'lib/core/model/record-book.ts',
        text: "return line?.state === 'erased' || links.some(({ state }) => state === 'erased')",
        becomes: 'return false && links !== line',
      },
    ],
  },
  {
    name: 'what is known of a merge',
    firstSeed: 120,
    breaks: [4],
    mutations: [
      {
        file: 'lib/core/model/record-book.ts',
        text: ".find(({ state }) => state === 'merged')?.mergedInto ?? null",
        becomes: ".find(({ state }) => state === 'never')?.mergedInto ?? null",
      },
    ],
  },
  {
    name: 'the tombstones that a create under way meets',
    firstSeed: 522,
    breaks: [3, 4],
    emphasis: {
      settings: {
        crms: ['sender'],
        favours: 'merges',
        activeFor: 60_000,
        records: 5,
        actions: 30,
        concurrency: 4,
        sick: 'nothing',
      },
      faults: { 'table.slow': 0.5, 'provider.slow': 0.5 },
    },
    mutations: [
      {
        file: 'lib/core/links/guarded-save.ts',
        text: 'for (const { provider, mode } of free) {',
        becomes: 'for (const { provider, mode } of free.slice(9)) {',
      },
    ],
  },
  {
    name: 'the tombstones that a record looks for after it took over others',
    firstSeed: 4518,
    breaks: [2],
    mutations: [
      {
        file: 'lib/core/syncing/upsert-customer.ts',
        text: 'if (!isErased(next) && mergedInto(next) === null) return next',
        becomes: 'if (!isErased(next) || mergedInto(next) !== null) return next',
      },
    ],
  },
  {
    name: 'the rule that a record’s messages stop at its first failure',
    firstSeed: 8,
    breaks: [2, 3],
    mutations: [
      {
        file: 'lib/core/failures/handle-failure.ts',
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
    firstSeed: 17,
    breaks: [2, 3],
    mutations: [
      {
        file: 'lib/core/receiving/receive-changes.ts',
        text: 'if (messages.length > 0) await deps.queue.send(messages)',
        becomes: 'if (messages.length > 0) deps.queue.send(messages).catch(() => {})',
      },
    ],
  },
  {
    name: 'the wait after an update that nobody answered',
    firstSeed: 75,
    breaks: [3],
    emphasis: { settings: { activeFor: 120_000, actions: 12 }, faults: { 'provider.commitsLate': 0.4 } },
    mutations: [
      {
        file: 'lib/core/links/send-update.ts',
        text: 'if (isUnanswered(error)) slot.link = unsettled(slot.link, fingerprint(payload), deps)',
        becomes: '',
      },
    ],
  },
  {
    name: 'the wait after an update whose connection was cut',
    firstSeed: 223,
    breaks: [3],
    emphasis: { settings: { activeFor: 120_000, actions: 12 }, faults: { 'provider.commitsLate': 0.4 } },
    mutations: [
      {
        file: 'lib/core/links/in-flight.ts',
        text: 'error.ambiguous && !hasAnswered(error)',
        becomes: "error.ambiguous && error.code === 'TIMEOUT'",
      },
    ],
  },
  {
    name: 'the update in flight that a link remembers after its retry was answered',
    firstSeed: 5,
    breaks: [3],
    emphasis: { settings: { activeFor: 120_000, actions: 12 }, faults: { 'provider.commitsLate': 0.4 } },
    mutations: [
      {
        file: 'lib/core/links/acknowledge.ts',
        text: '...stillUnsettled(link, deps),',
        becomes: 'unsettledUntil: null, unsettledPayload: null,',
      },
    ],
  },
  {
    name: 'the wait after an erasure that may come late',
    firstSeed: 238,
    breaks: [3],
    emphasis: { settings: { activeFor: 120_000, actions: 12 }, faults: { 'provider.commitsLate': 0.4 } },
    mutations: [
      {
        file: 'lib/core/links/log-link.ts',
        text: 'throw retriedWhenSettled(error, deps)',
        becomes: 'throw error',
      },
    ],
  },
  {
    name: 'the patience with a key that is refused',
    firstSeed: 5,
    breaks: [2],
    emphasis: { faults: { 'provider.keyRefused': 1 } },
    mutations: [
      {
        file: 'lib/core/failures/retry.ts',
        text: 'if (error instanceof Misconfigured) return !error.isCertain',
        becomes: 'if (error instanceof Misconfigured) return true',
      },
    ],
  },
  {
    name: 'the suspicion of records that pause a provider',
    firstSeed: 331,
    breaks: [5],
    emphasis: {
      settings: {
        sick: 'a customer',
        portals: 'one',
        crms: ['hubspot', 'sender'],
        records: 5,
        actions: 20,
        activeFor: 3_600_000,
      },
    },
    mutations: [
      {
        file: 'lib/core/failures/suspects.ts',
        text: 'return suspects.size > mostSuspects ? [] : [...suspects]',
        becomes: 'return suspects.size > 0 ? [] : [...suspects]',
      },
    ],
  },
  {
    name: 'the links of the other mode that an erasure looks at',
    firstSeed: 12,
    breaks: [4],
    emphasis: { settings: { rotates: 'provider keys', actions: 12 } },
    mutations: [
      {
        file: 'lib/core/links/admitted-provider.ts',
        text: 'if (provider.mode === link.mode) return',
        becomes: 'if (provider.mode !== null) return',
      },
    ],
  },
  {
    name: 'a second look at a CRM that lags',
    breaks: [3],
    emphasis: { settings: { readLag: 10_000 } },
    mutations: [
      {
        file: 'lib/core/reading/read-again.ts',
        text: 'return steps.find(',
        becomes: 'return [].find(',
      },
    ],
  },
  {
    name: 'the age of a read counted from when it was sent',
    firstSeed: 6,
    breaks: [3],
    emphasis: { settings: { readLag: 10_000 }, faults: { 'provider.slow': 0.9 } },
    mutations: [
      {
        file: 'lib/core/reading/assess-record.ts',
        text: 'mayBeStale ? secondsUntilNextRead(receivedAt, found.askedAt, steps)',
        becomes:
          'mayBeStale ? secondsUntilNextRead(receivedAt, new Date(found.askedAt.getTime() + 13_000), steps)',
      },
    ],
  },
  {
    name: 'the time of a restoration',
    firstSeed: 143,
    breaks: [3],
    emphasis: { settings: { actions: 12, readLag: 0 } },
    mutations: [
      {
        file: 'lib/core/reading/assess-record.ts',
        text: 'isRestored ? (occurredAt ??',
        becomes: 'false ? (occurredAt ??',
      },
    ],
  },
  {
    name: 'the doubt about times in the future',
    breaks: [3],
    emphasis: { faults: { 'crm.futureTime': 0.3 } },
    mutations: [
      {
        file: 'lib/core/model/believable-times.ts',
        text: '+ mostAheadMillis ? instead : time',
        becomes: '+ mostAheadMillis ? time : time',
      },
    ],
  },
  {
    name: 'the sealed snapshot that a dead letter keeps',
    firstSeed: 13,
    breaks: [2, 3],
    emphasis: { settings: { crms: ['sender'] } },
    mutations: [
      {
        file: 'lib/core/failures/changes-to-park.ts',
        text: '...(snapshot && !canFetch && { sealedSnapshot: snapshot.sealed }),',
        becomes: '',
      },
    ],
  },
  {
    name: 'the snapshot that cannot be opened yet',
    firstSeed: 11,
    breaks: [2, 3],
    emphasis: { settings: { crms: ['sender'], rotates: 'sealing keys' } },
    mutations: [
      {
        file: 'lib/core/reading/prepare-record.ts',
        text: 'if (lost && !canFetch) throw lost.error',
        becomes: '',
      },
    ],
  },
  {
    name: 'the id of a write that is repeated',
    firstSeed: 200,
    breaks: [1, 3, 4],
    mutations: [
      {
        file: 'lib/aws/guarded-table.ts',
        text: "?.['writeId']?.S === writeId",
        becomes: "?.['writeId']?.S !== undefined",
      },
    ],
  },
  {
    name: 'the survivor that is queued for a merged record’s events',
    firstSeed: 231,
    breaks: [3],
    emphasis: {
      settings: {
        crms: ['hubspot'],
        portals: 'one',
        records: 5,
        actions: 25,
        favours: 'merges',
        activeFor: 120_000,
        readLag: 10_000,
      },
      faults: { 'webhook.late': 0.5 },
    },
    mutations: [
      {
        file: 'lib/core/links/requeue-record.ts',
        text: 'if (survivor.recordId !== ref.recordId) await',
        becomes: 'if (survivor.recordId === null) await',
      },
    ],
  },
  {
    name: 'the time of a deletion that a closed link takes',
    firstSeed: 407,
    breaks: [3],
    emphasis: { settings: { crms: ['sender'], actions: 15 }, faults: { 'webhook.late': 0.4 } },
    mutations: [
      {
        file: 'lib/core/removing/close-record.ts',
        text: '(laterTime(link.crmVersion, deleted.at) !== link.crmVersion ||',
        becomes: '(false ||',
      },
    ],
  },
  {
    name: 'the policy that a half-closed link still waits for',
    firstSeed: 3,
    breaks: [3],
    emphasis: { settings: { policies: blocking, actions: 12 }, faults: { 'provider.unreachable': 0.4 } },
    mutations: [
      {
        file: 'lib/core/removing/close-record.ts',
        text: 'saveOrRetry({ ...link, lastOutcome: null }, deps.links)',
        becomes: 'saveOrRetry(link, deps.links)',
      },
    ],
  },
  {
    name: 'the end of a failure in the own line of a record',
    firstSeed: 4,
    breaks: [2],
    mutations: [
      {
        file: 'lib/core/syncing/report-outcomes.ts',
        text: '  await links.saveLink({ ...line, lastOutcome, failure: null })',
        becomes: '  void lastOutcome',
      },
    ],
  },
  {
    name: 'the change that tells of a restoration',
    firstSeed: 3,
    breaks: [3],
    emphasis: { settings: { crms: ['vendor zoho'], favours: 'deletions', actions: 15 } },
    mutations: [
      {
        file: 'lib/core/reading/assess-record.ts',
        text: 'isToldRestored || changedWhileClosed(change, shownVersion, book)',
        becomes: 'isToldRestored',
      },
    ],
  },
  {
    name: 'the doubt about a deletion that arrives after the restoration',
    firstSeed: 815,
    breaks: [3],
    emphasis: {
      settings: {
        crms: ['vendor intercom'],
        favours: 'deletions',
        actions: 15,
        readLag: 10_000,
        rotates: 'provider keys',
      },
    },
    mutations: [
      {
        file: 'lib/core/reading/assess-record.ts',
        text: 'const wasSeen = wasAliveAfter(change.occurredAt, book)',
        becomes: 'const wasSeen = false',
      },
    ],
  },
  {
    name: 'the second look at a record that is there after its deletion',
    firstSeed: 5,
    breaks: [4],
    emphasis: { settings: { crms: ['vendor salesforce'], favours: 'merges', actions: 15, readLag: 10_000 } },
    mutations: [
      {
        file: 'lib/core/reading/assess-record.ts',
        text: 'readAgain(isAlive ? null',
        becomes: 'readAgain(canCompare ? null',
      },
    ],
  },
]
