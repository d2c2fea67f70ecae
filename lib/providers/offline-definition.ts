import type { SandboxOfApi } from '../offline/sandbox/sandbox.ts'
import type { VariableEntry } from '../support/doc-entries.ts'

/** The offline half of a provider: what the local stack, the demo and the tests need. Never deployed. */
export type OfflineProvider = {
  /** Invented keys, of test mode: they open nothing but the sandbox. */
  readonly secrets: Readonly<Record<string, string>>
  /** A stand-in for its API, as strict as the vendor's documentation, by the variable of the address. */
  readonly sandboxes: Readonly<Record<string, SandboxOfApi>>
  /** What the generated pages in docs/ say of it. */
  readonly docs: { readonly variables: Readonly<Record<string, VariableEntry>> }
}
