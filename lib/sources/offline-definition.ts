import type { SandboxOfApi } from '../offline/sandbox/sandbox.ts'
import type { SettingEntry, VariableEntry } from '../support/doc-entries.ts'

/** A webhook that is about to be sent. */
type OutgoingWebhook = {
  /** As the CRM was given it, query included. */
  readonly url: string
  readonly body: Uint8Array
  readonly sentAt: Date
  /** An id of this delivery, for CRMs that send one. */
  readonly delivery: string
}

/** A person with something in every field that some CRM has. */
export type Person = {
  readonly id: number
  readonly given: string
  readonly family: string
  readonly email: string
  readonly phone: string
  readonly company: string
  readonly note: string
  readonly line1: string
  readonly city: string
  readonly state: string
  readonly postalCode: string
  readonly country: string
}

export type Telling = {
  readonly eventId: string
  readonly at: Date
  /** Whether the webhook brings the whole record along, where the CRM can do both. */
  readonly whole: boolean
}

/** What the contract suite (test/contracts/crm-source.ts) needs to know of a CRM beside its two halves. */
type CrmSourceCase = {
  /** Secrets that differ from the invented ones. */
  readonly secrets?: Readonly<Record<string, string>>
  /** The records of the sandbox; among them those named below. */
  readonly records: readonly unknown[]
  readonly account: string
  /** Another account, in which the same ids are other customers; null where accounts are the sender's own. */
  readonly foreignAccount: string | null
  /** Where the API tells which account a token belongs to; null where it does not. */
  readonly accountPath: string | null
  /** Ids of contacts. */
  readonly found: string
  readonly deleted: string
  readonly merged: string
  readonly mergedInto: string
  /** A sample in events/<source>/ that is followed. */
  readonly followed: string
  /** A followed event that is thin and whose body holds neither an id nor a time of its own. */
  readonly nameless: unknown
  readonly unfollowed: unknown
}

/** The offline half of a source: what the local stack, `replay`, the demo and the tests need. Never deployed. */
export type OfflineSource = {
  /** Invented values for its secrets: they open nothing but the sandbox. */
  readonly secrets: Readonly<Record<string, string>>
  /** Values in the right format that verify nothing, for its webhook secrets. */
  readonly wrongSecrets: Readonly<Record<string, string>>
  /** The headers with which the CRM would prove that it sent this now; the twin of the source's `verify`. */
  sign(webhook: OutgoingWebhook, secret: (name: string) => string): Readonly<Record<string, string>>
  /** Stand-ins for its API, as strict as the vendor's documentation, by the variables of the addresses. */
  readonly sandboxes: Readonly<Record<string, SandboxOfApi>>
  /** How the CRM tells that this contact changed: the body of its webhook, and the records its API then shows. */
  tell(person: Person, telling: Telling): { readonly body: unknown; readonly records: readonly unknown[] }
  /** What the generated pages in docs/ say of it. */
  readonly docs: {
    /** What the CRM calls the records that are followed. */
    readonly records: string
    readonly variables: Readonly<Record<string, VariableEntry>>
    /** The settings of its part of `sync.config.ts`. */
    readonly settings: Readonly<Record<string, SettingEntry>>
    /** How its webhooks are authenticated: an OpenAPI security scheme. */
    readonly proof: Readonly<Record<string, string>>
  }
  readonly contract: CrmSourceCase
}
