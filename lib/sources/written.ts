import type { RecordRef } from '../core/model/change.ts'
import { Misconfigured, Rejected, RetryLater } from '../core/model/errors.ts'
import type { Written } from '../core/ports/customer-id-writer.ts'
import type { HttpResponse } from '../support/http.ts'
import { refusalOf } from './crm-answer.ts'

/** Conflicts with another write of the record: 409, and HubSpot's 423. */
const conflicts = new Set([409, 423])

/**
 * What became of a write. `fixOf` says what an operator must do where the CRM would refuse every such write, and null where
 * it refuses this record only. Throws as `CustomerIdWriter.write` does. Errors never quote the response.
 */
export function readWritten(
  crm: string,
  response: HttpResponse,
  now: Date,
  fixOf: (response: HttpResponse) => string | null,
): 'written' | 'gone' {
  const { status, headers } = response
  const isPage = headers['content-type']?.includes('text/html')
  if ((status === 404 || status === 410) && !isPage) return 'gone'
  const refusal = refusalOf(crm, response, now)
  if (!refusal) return 'written'
  if (refusal instanceof RetryLater) throw refusal
  if (conflicts.has(status)) {
    throw new RetryLater('CRM_BUSY', `${crm} was busy with the record (${status}); it will be retried`, {
      status,
    })
  }
  // The record has just been read with the same token. The next try reads it again, and says what is wrong with the token.
  if (status === 401) throw new RetryLater('CRM_DENIED', `${crm} answered 401`, { status, counts: false })
  const fix = fixOf(response)
  if (fix === null) {
    const reason = `${crm} refuses to write the customer's id into this record (${status})`
    throw new Rejected('WRITE_BACK_REFUSED', reason, { status })
  }
  throw new Misconfigured('WRITE_BACK_REFUSED', `${crm} answered ${status} to the customer's id: ${fix}`, {
    status,
  })
}

/** What became of a write by the id of the record that the CRM answered with: another one is what the record was merged into. */
export function mergedOr(written: 'written', { recordId }: RecordRef, answered: string | undefined): Written {
  return answered === undefined || answered === recordId ? written : { mergedInto: answered }
}
