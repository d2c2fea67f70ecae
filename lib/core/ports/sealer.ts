/** Encrypts customer data wherever it is stored: in the queues, the table and the dead letters. */
export interface Sealer {
  /** Seals a JSON value as one line of ASCII. Throws Misconfigured when there is no key. */
  seal(value: unknown): Promise<string>
  /**
   * Throws RetryLater (`SEALING_KEY_MISSING`) when the key is not, or no longer, configured, and Rejected
   * (`SEALED_DATA_DAMAGED`) for anything that was not sealed by us.
   */
  open(sealed: string): Promise<unknown>
}
