export type Repeated = {
  /** Throws what the work threw; it is not repeated after that. */
  check(): void
  /** Ends it, and waits for the work that is under way. */
  end(): Promise<void>
}

/** Does the work again and again in the background, the first time after `millis`, never twice at a time. */
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
