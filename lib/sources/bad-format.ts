import type * as z from 'zod'
import { WebhookRejected } from '../core/errors.ts'

/** The refusal of an authentic body; it names the place, never the value. */
export function badFormat(place: string, expected: string): WebhookRejected {
  return new WebhookRejected(400, 'BAD_FORMAT', `${place}: ${expected}`)
}

/** The same for what a schema found; zod's messages name types, not values. */
export function badShape(error: z.ZodError, place = 'the body'): WebhookRejected {
  const [issue] = error.issues
  const parts = issue?.path ?? []
  // Below `metadata` the names are the sender's own, and may be anything.
  const ours = parts.includes('metadata') ? parts.slice(0, parts.indexOf('metadata') + 1) : parts
  const path = ours.map(String).join('.')
  return badFormat(
    path || place,
    issue?.code === 'invalid_type' ? `expected ${issue.expected}` : 'not as expected',
  )
}
