import { RetryLater } from '../model/errors.ts'
import { type PaymentProvider, wrapCalls } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/** A provider call takes ten seconds at most, and its result must still be saved. */
const millisForOneCall = 13_000

/** The same dependencies, whose providers refuse a call when the function has too little time left for it. */
export function withinTime(deps: SyncDeps, remainingMillis: () => number): SyncDeps {
  const timed = (provider: PaymentProvider) =>
    wrapCalls(provider, (call) => async (...args) => {
      if (remainingMillis() < millisForOneCall) {
        throw new RetryLater('OUT_OF_TIME', 'the function has too little time left for another call', {
          afterSeconds: 1,
          counts: false,
        })
      }
      return call(...args)
    })
  const { admit, watch } = deps.breaker
  return {
    ...deps,
    remainingMillis,
    breaker: { admit, watch: (provider, ref) => timed(watch(provider, ref)) },
  }
}
