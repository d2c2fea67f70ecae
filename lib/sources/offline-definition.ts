import type { WriteBack } from '../core/config/write-back.ts'
import type { Clock } from '../core/ports/observers.ts'
import type { TokenStore } from '../core/ports/token-store.ts'
import type { SandboxOfApi } from '../offline/sandbox/sandbox.ts'
import type { SettingEntry, VariableEntry } from '../support/doc-entries.ts'
import type { BodyEncoding } from './body-encoding.ts'

/** A webhook to be sent. */
type OutgoingWebhook = {
  /** The URL as configured in the CRM, without a query. */
  readonly url: string
  readonly body: Uint8Array
  readonly sentAt: Date
  /** An id of this delivery, for CRMs that send one. */
  readonly delivery: string
}

/** What proves that the CRM sent a webhook. */
type WebhookProof = {
  readonly headers?: Readonly<Record<string, string>>
  /** The query of the URL, where the CRM is given a URL with a secret in it; without `?`. */
  readonly query?: string
  /** The body, where the CRM writes a secret into it. */
  readonly body?: Uint8Array
}

/** A person with a value for every field that any CRM has. */
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
  /** Whether the webhook contains the whole record, where the CRM supports both. */
  readonly whole: boolean
}

/** What the contract suite (test/contracts/crm-source.ts) needs of a CRM besides its two halves. */
export type CrmSourceCase = {
  /** Secrets that differ from the made-up ones. */
  readonly secrets?: Readonly<Record<string, string>>
  /** The records of the sandbox, including those named below. */
  readonly records: readonly unknown[]
  readonly account: string
  /** Another account, where the same ids are other customers; null where the sender defines the accounts. */
  readonly foreignAccount: string | null
  /** The API path that returns the account of a token; null where there is none. */
  readonly accountPath: string | null
  /** The path of the same API that issues access tokens; absent where there is none. */
  readonly tokenPath?: string
  /** `listChanged` lists all records whatever the time is, because the CRM does not say when a record last changed. */
  readonly listsEverything?: boolean
  /** Ids of contacts. */
  readonly found: string
  readonly deleted: string
  /** Null where the CRM does not say which record another one was merged into. */
  readonly merged: string | null
  readonly mergedInto: string | null
  /** A sample in events/<source>/ that is followed. */
  readonly followed: string
  /** A followed, thin event whose body has neither an id nor a time of its own; null where every event has an id. */
  readonly nameless: unknown
  readonly unfollowed: unknown
  /** Absent where ids cannot be written back. */
  readonly writeBack?: WriteBackCase
}

/** What the contract suite (test/contracts/write-back.ts) needs of a CRM whose records can be written. */
export type WriteBackCase = {
  /** The source's part of `sync.config.ts`: both providers, for contacts. */
  readonly config: { readonly writeBack: { readonly contact: Readonly<Record<string, string>> } }
  /** What the CRM tells of our write, and of one with which another field changed; the bodies of webhooks or, `byEvent`, events. */
  readonly echo: unknown
  readonly mixed: unknown
  readonly byEvent?: true
}

/** What `npm run doctor` asks a CRM with. */
export type CrmConnection = {
  /** The API secrets and the origins of the API, by variable. */
  readonly secrets: Readonly<Record<string, string | undefined>>
  readonly origins: Readonly<Record<string, string | undefined>>
  /** The source's other settings, by variable. */
  readonly variables?: Readonly<Record<string, string | undefined>>
  /** The URL that the CRM should have; null when it is not known. */
  readonly webhookUrl: string | null
  /** The page of docs/ about this CRM. */
  readonly guide: string
  /** For CRMs whose access tokens expire. */
  readonly tokens: TokenStore
  readonly clock: Clock
}

/** What was found. `fix` is what an operator does about it, null when nothing is wrong. */
export type Told = { readonly ok: boolean; readonly finding: string; readonly fix: string | null }

/** What a CRM tells about its side of the connection. Reads only. Each throws as `fetchCustomers` does. */
export type CrmDiagnosis = {
  /** The accounts that the token is checked with, where there are several tokens. */
  accounts?(connection: CrmConnection): readonly string[]
  /** Whether the token has the scopes that reading records needs. */
  scopes?(connection: CrmConnection): Promise<Told>
  /** Whether each followed event is sent to `webhookUrl` exactly once. */
  webhook?(connection: CrmConnection): Promise<Told>
  /** Whether ids of customers can be written into these properties. Asked only where that is switched on. */
  writeBack?(writeBack: WriteBack, connection: CrmConnection): Promise<Told>
}

/** The offline half of a source, for the local stack, `replay`, `doctor`, the demo and the tests. Never deployed. */
export type OfflineSource = {
  /** Made-up values for its secrets that only the sandbox accepts. */
  readonly secrets: Readonly<Record<string, string>>
  /** Values for its webhook secrets in the right format that verify nothing. */
  readonly wrongSecrets: Readonly<Record<string, string>>
  /** How the CRM would sign this webhook now. Counterpart of the source's `verify`. Does not throw, whatever the body is. */
  sign(webhook: OutgoingWebhook, secret: (name: string) => string): WebhookProof
  /** Default: JSON. */
  readonly encoding?: BodyEncoding
  /** The function, by its name in serverless.yml, that EventBridge invokes with its events. Absent where it sends webhooks only. */
  readonly eventFunction?: string
  /** Sandboxes of its API, as strict as the vendor's documentation, by the variables of the addresses. */
  readonly sandboxes: Readonly<Record<string, SandboxOfApi>>
  /** How the CRM reports a change of this contact: the body of its webhook, and the records its API then returns. */
  tell(person: Person, telling: Telling): { readonly body: unknown; readonly records: readonly unknown[] }
  /** Absent where the CRM tells nothing. */
  readonly diagnosis?: CrmDiagnosis
  /** Texts for the generated pages in docs/. */
  readonly docs: {
    /** The CRM's names of the record types that are followed. */
    readonly records: string
    readonly variables: Readonly<Record<string, VariableEntry>>
    /** The settings of the source's part of `sync.config.ts`. */
    readonly settings: Readonly<Record<string, SettingEntry>>
    /** How its webhooks are authenticated: an OpenAPI security scheme. */
    readonly proof: Readonly<Record<string, string>>
  }
  readonly contract: CrmSourceCase
}
