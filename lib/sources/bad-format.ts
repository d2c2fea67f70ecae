import type * as z from 'zod'
import { WebhookRejected } from '../core/model/errors.ts'
import { refusals } from '../core/ports/webhook-answers.ts'

/** Rejects an authentic body in an unexpected format. Names the position, never the value. */
export function badFormat(place: string, expected: string): WebhookRejected {
  return new WebhookRejected(refusals.unreadable, 'BAD_FORMAT', `${place}: ${expected}`)
}

/**
 * The position of a schema error, such as `data.address.city`; empty for the whole body. The path ends at `metadata`
 * and `properties`, because the names below them are the CRM's own and may be anything.
 */
export function placeOf({ issues: [issue] }: z.ZodError): string {
  const parts = (issue?.path ?? []).map(String)
  const end = parts.findIndex((part) => part === 'metadata' || part === 'properties')
  return (end < 0 ? parts : parts.slice(0, end + 1)).join('.')
}

/** Rejects a body for its first schema error. zod's messages name types, not values. */
export function badShape(error: z.ZodError, place = 'the body'): WebhookRejected {
  const [issue] = error.issues
  return badFormat(
    placeOf(error) || place,
    issue?.code === 'invalid_type' ? `expected ${issue.expected}` : 'not as expected',
  )
}
