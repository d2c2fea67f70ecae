/** Customer data is sealed wherever it is stored: in the queues, the table and the dead letters. */
export interface Sealer {
  /** A JSON value as one line of ASCII. Throws Misconfigured when there is no key to seal with. */
  seal(value: unknown): Promise<string>
  /**
   * Throws RetryLater (`SEALING_KEY_MISSING`) when the key it was sealed with is not known (any more), and Rejected
   * (`SEALED_DATA_DAMAGED`) for anything that was not sealed by us.
   */
  open(sealed: string): Promise<unknown>
}
