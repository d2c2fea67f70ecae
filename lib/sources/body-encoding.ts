/** How a CRM writes the bodies of its webhooks: a JSON value to bytes and back, for samples and tests. Never deployed. */
export type BodyEncoding = {
  /** The media type that the CRM sends. */
  readonly mediaType: string
  /** Of the files in `events/`, with the dot. */
  readonly extension: string
  encode(value: unknown): Uint8Array
  /** Throws when the bytes are not in this format. */
  decode(body: Uint8Array): unknown
}

export const jsonBody: BodyEncoding = {
  mediaType: 'application/json',
  extension: '.json',
  encode: (value) => Buffer.from(JSON.stringify(value), 'utf8'),
  decode: (body) => JSON.parse(Buffer.from(body).toString('utf8')),
}
