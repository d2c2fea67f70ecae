import type { ParkedFailure } from '../model/link.ts'

/** A failure that is counted in its link. `cause` says what went wrong. */
export class LinkFailed extends Error {
  readonly failure: ParkedFailure
  /** Nobody may call the provider for this link before. */
  readonly heldUntil: string | null
  constructor(failure: ParkedFailure, heldUntil: string | null, cause: unknown) {
    super(failure.reason, { cause })
    this.failure = failure
    this.heldUntil = heldUntil
  }
}
