import { toEventId } from '../../core/model/change.ts'
import { WebhookRejected } from '../../core/model/errors.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { followedType, readCustomerEvent, readTime } from '../generic/read-event.ts'
import { type CloudEvent, eventsIn } from './events-in.ts'

/** A sender with an entirely wrong format does not need to be quoted in full. */
const mostUnknownFields = 20

/**
 * The changes in a request with CloudEvents. The type ends in `contact.created` and so on, whatever stands before it; `data` is
 * the customer document. Throws WebhookRejected 400 that names the field, for the whole batch when one of its events is wrong.
 * `canFetch`: whether a customer that cannot become a snapshot can be read back.
 */
export function readCloudEvents(request: WebhookRequest, canFetch: boolean): ReadChanges {
  const events = eventsIn(request)
  const read = events.map((event, index) =>
    named(events.length > 1 ? `event ${index + 1}` : '', () => readOne(event, canFetch)),
  )
  const unknown = read.flatMap(({ unknownFields }) => unknownFields)
  return {
    changes: read.flatMap(({ changes }) => changes),
    ignored: read.reduce((sum, { ignored }) => sum + ignored, 0),
    unknownFields: [...new Set(unknown)].slice(0, mostUnknownFields),
  }
}

function readOne({ id, source, type, time, data }: CloudEvent, canFetch: boolean): ReadChanges {
  const followed = followedType(type.split('.').slice(-2).join('.'))
  if (!followed) return { changes: [], ignored: 1, unknownFields: [] }
  const event = {
    source: 'cloudevents',
    ...followed,
    // Equal for the same event only (CloudEvents 1.0.2, section 3.1.1); a source holds no white space.
    eventId: toEventId(`${source} ${id}`),
    occurredAt: time ? readTime(time, 'time') : undefined,
    data,
  }
  return readCustomerEvent(event, canFetch)
}

/** Says which event of a batch was rejected. */
function named<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (name === '' || !(error instanceof WebhookRejected)) throw error
    throw new WebhookRejected(error.status, error.code, `${name}: ${error.message}`)
  }
}
