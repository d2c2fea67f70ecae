import type { SandboxOfApi } from '../offline/sandbox/sandbox.ts'
import type { VariableEntry } from '../support/doc-entries.ts'

/** The offline half of a provider, for the local stack, the demo and the tests. Never deployed. */
export type OfflineProvider = {
  /** Made-up test mode keys that only the sandbox accepts. */
  readonly secrets: Readonly<Record<string, string>>
  /** A sandbox of its API, as strict as the vendor's documentation, by the variable of the address. */
  readonly sandboxes: Readonly<Record<string, SandboxOfApi>>
  /** The path that customers are created at by POST. The demo counts these calls. */
  readonly createPath: string
  /** Texts for the generated pages in docs/. */
  readonly docs: { readonly variables: Readonly<Record<string, VariableEntry>> }
}
