import type { ParkedFailure } from '../model/link.ts'

/** A failure that has been counted in its link. `cause` is the error. */
export class LinkFailed extends Error {
  readonly failure: ParkedFailure
  /** The provider must not be called for this link before this time; ISO 8601. */
  readonly heldUntil: string | null
  constructor(failure: ParkedFailure, heldUntil: string | null, cause: unknown) {
    super(failure.reason, { cause })
    this.failure = failure
    this.heldUntil = heldUntil
  }
}
