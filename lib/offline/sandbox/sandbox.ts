/** A request as a sandbox API sees it; header names are lower-case, `path` has no query. */
export type SandboxRequest = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
export type SandboxResponse = {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A stand-in for a vendor's API that holds state and is as strict as the vendor's documents. */
export interface Sandbox {
  readonly name: string
  handle(request: SandboxRequest): SandboxResponse
  /** Everything it holds, for `GET /_sandbox/records` and for tests. */
  records(): readonly unknown[]
  /** The records as `putRecord` takes them, without what it sets itself (times). Default: `records`. */
  editableRecords?(): readonly unknown[]
  /** Puts a record there as a person would in the vendor's own screens (`PUT /_sandbox/records`). */
  putRecord?(record: unknown): void
}

/** How a sandbox is made for one address of an API. */
export type SandboxOfApi = {
  /** Whether the local stack starts it where the address is not set. */
  readonly isDefault: boolean
  /** Of the variables that the functions get. */
  create(variables: Readonly<Record<string, string | undefined>>): Sandbox
}

export type LedgerEntry = SandboxRequest & {
  /** When it came, ISO 8601. */
  readonly at: string
  readonly status: number | null
  readonly response: unknown
}
