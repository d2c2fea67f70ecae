import type { Sample } from '../../lib/cli/replay/samples.ts'
import type { SourceName } from '../../lib/core/model/change.ts'
import { aTelling } from './a-telling.ts'

type Told = { readonly text: string; readonly email: string; readonly country: string; readonly id: number }

/** The webhook of a customer that has this text in every text field. The longest ones in every field would be too large to travel. */
export function told(source: SourceName, { text, email, country, id }: Told): Sample {
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
  return aTelling(source, person, { eventId: text, at: new Date(), whole: true })
}
