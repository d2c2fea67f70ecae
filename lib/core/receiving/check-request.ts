import { WebhookRejected } from '../model/errors.ts'
import type { WebhookDoor, WebhookRequest } from '../ports/crm-source.ts'
import { refusals } from '../ports/webhook-answers.ts'

/** 1 MiB. */
const maxBodyBytes = 1024 * 1024

/** What can be checked before the body is read. Throws WebhookRejected: 405, 413 or 415. */
export function checkRequest({ mediaTypes }: WebhookDoor, { method, body, headers }: WebhookRequest): void {
  if (method !== 'POST') {
    throw new WebhookRejected(refusals.wrongMethod, 'METHOD_NOT_ALLOWED', 'webhooks are sent by POST')
  }
  if (body.byteLength > maxBodyBytes) {
    throw new WebhookRejected(refusals.tooLarge, 'BODY_TOO_LARGE', 'the body is larger than 1 MiB')
  }
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType && !mediaTypes.includes(mediaType)) {
    throw new WebhookRejected(
      refusals.wrongMediaType,
      'MEDIA_TYPE',
      `expected content-type ${mediaTypes.join(' or ')}`,
    )
  }
}
