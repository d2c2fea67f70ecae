import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { badFormat } from '../bad-format.ts'
import { type Attributes, attributesSchema } from './schemas.ts'

const names = Object.keys(attributesSchema.shape) as (keyof Attributes)[]

/**
 * The attributes of an event in the binary mode, `ce-id` and so on; undefined when the request has none of them. Throws
 * WebhookRejected 400 that names the header.
 */
export function readAttributes({ headers }: WebhookRequest): Attributes | undefined {
  const given = names.flatMap((name) => {
    const value = headers[`ce-${name}`]
    return value === undefined ? [] : [[name, decodeValue(`ce-${name}`, value)] as const]
  })
  if (given.length === 0) return undefined
  const { data, error } = attributesSchema.safeParse(Object.fromEntries(given))
  if (data) return data
  throw badFormat(`ce-${String(error.issues[0]?.path[0])}`, 'missing or not as expected')
}

/**
 * A header value as text: without the quotes of older senders, then percent-decoded once (HTTP Protocol Binding 1.0.2, section
 * 3.1.3.2).
 */
function decodeValue(name: string, value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1]
  const plain = quoted === undefined ? value : quoted.replace(/\\(.)/g, '$1')
  try {
    return decodeURIComponent(plain)
  } catch {
    throw badFormat(name, 'expected percent-encoded UTF-8')
  }
}
