import type { Link, ParkedFailure } from '../model/link.ts'

/** A failure that has been counted in its link. `cause` is the error. */
export class LinkFailed extends Error {
  readonly failure: ParkedFailure
  readonly link: Link
  /** The provider must not be called for this link before this time; ISO 8601. */
  readonly heldUntil: string | null
  /** The failures of the record's other links, where several failed at once. */
  readonly others: readonly LinkFailed[]
  constructor(
    failure: ParkedFailure,
    link: Link,
    heldUntil: string | null,
    cause: unknown,
    others: readonly LinkFailed[] = [],
  ) {
    super(failure.reason, { cause })
    this.failure = failure
    this.link = link
    this.heldUntil = heldUntil
    this.others = others
  }
}
