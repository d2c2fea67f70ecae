export type Task =
  | { readonly kind: 'load'; readonly file: string }
  | { readonly kind: 'invoke'; readonly events: readonly unknown[] }
export type Request = Task & { readonly id: number }

export type Usage = {
  /** Of the request. */
  readonly id: number
  readonly cpuMs: number
  readonly wallMs: number
  readonly rssMb: number
  readonly heapMb: number
  /** Of an invocation: what the function returned, one for each event. */
  readonly answer: unknown
}
