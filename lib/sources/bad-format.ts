import type * as z from 'zod'
import { WebhookRejected } from '../core/model/errors.ts'

/** The refusal of an authentic body; it names the place, never the value. */
export function badFormat(place: string, expected: string): WebhookRejected {
  return new WebhookRejected(400, 'BAD_FORMAT', `${place}: ${expected}`)
}

/**
 * Where a schema found something else than expected, such as `data.address.city`; empty for the whole. Below `metadata`
 * and `properties` the names are the CRM's own and may be anything, so that the path ends there.
 */
export function placeOf({ issues: [issue] }: z.ZodError): string {
  const parts = (issue?.path ?? []).map(String)
  const end = parts.findIndex((part) => part === 'metadata' || part === 'properties')
  return (end < 0 ? parts : parts.slice(0, end + 1)).join('.')
}

/** The same for what a schema found; zod's messages name types, not values. */
export function badShape(error: z.ZodError, place = 'the body'): WebhookRejected {
  const [issue] = error.issues
  return badFormat(
    placeOf(error) || place,
    issue?.code === 'invalid_type' ? `expected ${issue.expected}` : 'not as expected',
  )
}
