import type { Clock } from '../core/ports/observers.ts'
import type { Payload } from '../core/ports/payment-provider.ts'
import type { HttpRequest } from '../support/http.ts'
import type { StatusTable } from '../support/http-status.ts'
import type { KnownWords } from './known-words.ts'

/** A provider's API: its origin, the headers of every call, and statuses that it uses in its own way. */
export type Api = {
  readonly title: string
  readonly origin: string
  readonly headers: Readonly<Record<string, string>>
  /** How the API expects bodies to be encoded. */
  readonly encoding: BodyEncoding
  readonly clock: Clock
  /** What its errors may be repeated of; anything else of an error is left out. */
  readonly errors: KnownWords
  readonly statuses?: StatusTable
}

export type BodyEncoding = { readonly mediaType: string; encode(body: Payload): string }
export const jsonBody: BodyEncoding = { mediaType: 'application/json', encode: JSON.stringify }

export type ApiCall = {
  readonly method: HttpRequest['method']
  readonly path: string
  readonly body?: Payload
  readonly headers?: Readonly<Record<string, string>>
}
