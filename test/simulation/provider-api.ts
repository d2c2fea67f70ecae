import type { Mode, ProviderName } from '../../lib/core/model/provider.ts'

/** The providers of the simulated world: one that is searched, and one with idempotency keys. */
export type SimulatedProvider = 'notchpay' | 'wooshpay'

/** What there is for a provider that a link names. */
export function at<T>(providers: Readonly<Record<SimulatedProvider, T>>, name: ProviderName): T {
  const found = new Map<string, T>(Object.entries(providers)).get(name)
  if (found === undefined) throw new Error(`the simulation has no provider ${name}`)
  return found
}

export type ApiRequest = {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Record<string, unknown>
  /** The body as it was sent. */
  readonly text: string
  /** Which invocation sent it, and when. */
  readonly sender: string
  readonly sentAt: number
}
export type ApiResponse = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

export type Fields = Readonly<Record<string, unknown>>

/** A customer as the provider holds it. */
export type Held = { readonly id: string; readonly mode: Mode; readonly createdAt: number; fields: Fields }

/** One thing that became of a customer at the provider. `crmRecord` is what its metadata says afterwards. */
export type Write = {
  readonly at: number
  readonly sentAt: number
  readonly sender: string
  readonly kind: 'create' | 'update' | 'delete'
  readonly id: string
  readonly crmRecord: string | null
  readonly fields: Fields
}

/** A provider's API over the customers it holds; wire-level, as its documents and its sandbox have it. */
export type ProviderApi = {
  readonly name: SimulatedProvider
  readonly hosts: readonly string[]
  handle(request: ApiRequest): ApiResponse
  /** What `fields` would make of a customer that holds `held`. */
  merge(held: Fields, fields: Fields): Fields
  readonly customers: Map<string, Held>
  readonly writes: Write[]
}

/** The record a customer was made for, as `source/account/type:id`; null when nothing we wrote is there. */
export function crmRecordOf(fields: Fields): string | null {
  const metadata = fields['metadata'] as Readonly<Record<string, string>> | undefined
  if (!metadata?.['crm_record']) return null
  return `${metadata['crm_source']}/${metadata['crm_account']}/${metadata['crm_record']}`
}

/** The key decides which customers there are. */
export function modeOf({ headers }: ApiRequest): Mode {
  const key = headers['authorization'] ?? ''
  const plain = key.startsWith('Basic ') ? Buffer.from(key.slice(6), 'base64').toString('utf8') : key
  return plain.includes('_live_') ? 'live' : 'test'
}

export function isPersonal({ name, email, phone, address }: Fields): boolean {
  const hasAddress = typeof address === 'object' && address !== null && Object.keys(address).length > 0
  return Boolean(name || email || phone || hasAddress)
}

export function holdings(): {
  readonly customers: Map<string, Held>
  readonly writes: Write[]
  readonly note: (
    kind: Write['kind'],
    held: Held,
    request: Pick<ApiRequest, 'sender' | 'sentAt'>,
    at: number,
  ) => void
} {
  const writes: Write[] = []
  return {
    customers: new Map(),
    writes,
    note: (kind, { id, fields }, { sender, sentAt }, at) =>
      void writes.push({ at, sentAt, sender, kind, id, crmRecord: crmRecordOf(fields), fields }),
  }
}
