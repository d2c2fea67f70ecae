export type Repeated = {
  /** Throws the error of the work, after which it is not repeated. */
  check(): void
  /** Stops repeating and waits for the call in progress. */
  end(): Promise<void>
}

/** Calls `work` every `millis` milliseconds in the background; skips a call while the previous one is in progress. */
export function repeat(millis: number, work: () => Promise<void>): Repeated {
  let underWay: Promise<void> | undefined
  let failure: { readonly error: unknown } | undefined
  const timer = setInterval(() => {
    underWay ??= work()
      .catch((error: unknown) => {
        failure = { error }
        clearInterval(timer)
      })
      .finally(() => {
        underWay = undefined
      })
  }, millis)
  timer.unref()
  return {
    check: () => {
      if (failure) throw failure.error
    },
    end: async () => {
      clearInterval(timer)
      await underWay
    },
  }
}
