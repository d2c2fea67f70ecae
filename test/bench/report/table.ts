/** A section of the report as a table: texts, ready to print. */
export type Table = {
  readonly title: string
  /** What the figures mean. */
  readonly note: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}
