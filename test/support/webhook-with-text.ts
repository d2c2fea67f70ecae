import type { SourceName } from '../../lib/core/model/change.ts'
import type { Sample } from '../../lib/operator/samples/samples.ts'
import { aChangeWebhook } from './a-change-webhook.ts'

type Given = { readonly text: string; readonly email: string; readonly country: string; readonly id: number }

/**
 * The webhook of a customer with this text in every text field. With the longest text in every field, it would be too
 * large for the queue.
 */
export function webhookWithText(source: SourceName, { text, email, country, id }: Given): Sample {
  const other = text.length > 2_000 ? '' : text
  const person = {
    id,
    given: text,
    family: other,
    email,
    phone: other,
    company: other,
    note: other,
    line1: other,
    city: other,
    state: other,
    postalCode: other,
    country,
  }
  return aChangeWebhook(source, person, { eventId: text, at: new Date(), whole: true })
}
