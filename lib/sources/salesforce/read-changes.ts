import { randomUUID } from 'node:crypto'
import { type RecordChange, toEventId } from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { badFormat } from '../bad-format.ts'
import { toIsoTime } from '../iso-time.ts'
import { recordTypeOf } from './object-names.ts'
import { isSalesforceId, toLongId } from './record-id.ts'
import { checkOrganization } from './signature.ts'
import { onlyChild, outbound, parseXml, soap, textOf, type XmlElement } from './xml.ts'

/** Salesforce's limit for one message. */
const mostNotifications = 100

/**
 * The changes in an Outbound Message (SOAP API Developer Guide, "Outbound Messaging"). Which fields a message has is the
 * administrator's choice and empty ones are left out, so it cannot be told what is empty: every record is read from the API.
 * Throws WebhookRejected: 401 for another organization, 400 when it is no Outbound Message.
 */
export async function readSalesforceMessage(
  { body }: WebhookRequest,
  organizations: readonly string[],
): Promise<ReadChanges> {
  const envelope = await parseXml(
    Buffer.from(body)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
  )
  if (envelope.namespace !== soap || envelope.name !== 'Envelope') {
    throw badFormat('the body', 'expected a SOAP envelope')
  }
  const message = onlyChild(onlyChild(envelope, soap, 'Body'), outbound, 'notifications')
  const account = checkOrganization(onlyChild(message, outbound, 'OrganizationId').text, organizations)
  const notifications = message.children.filter(({ name }) => name === 'Notification')
  if (notifications.length === 0 || notifications.length > mostNotifications) {
    throw badFormat('notifications', `expected 1 to ${mostNotifications} Notification`)
  }
  const changes = notifications.flatMap((notification) => readNotification(notification, account) ?? [])
  return { changes, ignored: notifications.length - changes.length, unknownFields: [] }
}

/** The change of one record; undefined for an object that is not followed, and for a record that was deleted meanwhile. */
function readNotification(notification: XmlElement, account: string): RecordChange | undefined {
  const record = notification.children.find(({ name }) => name === 'sObject')
  const id = record && textOf(record, 'Id')
  const recordType = recordTypeOf(record?.type)
  if (!record || !id || !recordType) return undefined
  if (!isSalesforceId(id)) throw badFormat('sObject.Id', 'expected the id of a record')
  return {
    source: 'salesforce',
    account,
    recordType,
    recordId: toLongId(id),
    kind: textOf(record, 'IsDeleted') === 'true' ? 'deleted' : 'changed',
    eventId: toEventId(textOf(notification, 'Id') ?? randomUUID()),
    occurredAt: toIsoTime(textOf(record, 'SystemModstamp') ?? textOf(record, 'LastModifiedDate')),
  }
}
