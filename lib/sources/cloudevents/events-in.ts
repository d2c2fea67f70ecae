import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { decodeBase64 } from '../../support/hmac.ts'
import { parseJson } from '../../support/json.ts'
import { badFormat, badShape } from '../bad-format.ts'
import { readAttributes } from './headers.ts'
import { type Attributes, batchSchema, structuredSchema } from './schemas.ts'

export type CloudEvent = Attributes & { readonly data: unknown }

const structured = 'application/cloudevents+json'
const batch = 'application/cloudevents-batch+json'

/** Data is JSON in all modes. */
export const mediaTypes = [structured, batch, 'application/json'] as const

/**
 * The events in a request (HTTP Protocol Binding 1.0.2, section 3): one in the structured and the binary mode, any number in the
 * batched mode. Senders that post a structured event or a batch as `application/json` are understood, too. Throws
 * WebhookRejected 400 that names the attribute.
 */
export function eventsIn(request: WebhookRequest): readonly CloudEvent[] {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== structured && mediaType !== batch) {
    const attributes = readAttributes(request)
    if (attributes) return [{ ...attributes, data: parseJson(request.body) }]
  }
  const body = parseJson(request.body)
  const isBatch = mediaType === batch || (mediaType !== structured && Array.isArray(body))
  return isBatch ? parsed(batchSchema.safeParse(body)).map(toEvent) : [toEvent(structuredIn(body))]
}

type Structured = ReturnType<typeof structuredSchema.parse>

function structuredIn(body: unknown): Structured {
  return parsed(structuredSchema.safeParse(body))
}

function toEvent({ data, data_base64: encoded, ...attributes }: Structured): CloudEvent {
  if (typeof encoded !== 'string') return { ...attributes, data }
  if (data !== undefined) throw badFormat('data_base64', 'not expected together with data')
  const bytes = decodeBase64(encoded)
  if (!bytes) throw badFormat('data_base64', 'expected base64')
  return { ...attributes, data: parseJson(bytes) }
}

function parsed<T>(
  result: { success: true; data: T } | { success: false; error: Parameters<typeof badShape>[0] },
): T {
  if (result.success) return result.data
  throw badShape(result.error)
}
