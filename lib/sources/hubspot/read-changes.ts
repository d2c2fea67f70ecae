import { randomUUID } from 'node:crypto'
import type { WriteBack } from '../../core/config/write-back.ts'
import {
  type ChangeKind,
  inParts,
  type RecordChange,
  type RecordType,
  toEventId,
} from '../../core/model/change.ts'
import type { WebhookRejected } from '../../core/model/errors.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { parseJson } from '../../support/json.ts'
import { badFormat, badShape } from '../bad-format.ts'
import { toIsoTime } from '../iso-time.ts'
import { isOwnChange } from '../write-back.ts'
import { eventHeadSchema, eventSchema, type HubspotEvent } from './schemas.ts'

/** HubSpot sends up to 100. */
const maxEvents = 1000

/** `contact.*` and `company.*`, and the generic `object.*` with an object type id. */
const recordTypes: ReadonlyMap<string, RecordType> = new Map([
  ['contact', 'contact'],
  ['company', 'company'],
  ['0-1', 'contact'],
  ['0-2', 'company'],
])

/** An association with another record. Its time is that of the association; the record's own last change may be older. */
const association = 'associationChange'
const propertyChange = 'propertyChange'

const kinds: ReadonlyMap<string, ChangeKind> = new Map([
  ['creation', 'changed'],
  [propertyChange, 'changed'],
  [association, 'changed'],
  ['restore', 'restored'],
  ['deletion', 'deleted'],
  ['privacyDeletion', 'erased'],
  ['merge', 'merged'],
])

/**
 * The changes in a batch of HubSpot events. One unreadable event does not affect the others; it is counted as
 * ignored, and so is a change of a property that we write ids into. Throws WebhookRejected 400 when the body is not a batch, or when none of its events can be read.
 */
export function readHubspotChanges(request: WebhookRequest, writeBack?: WriteBack): ReadChanges {
  const events = parseJson(request.body)
  if (!Array.isArray(events)) throw badFormat('the body', 'expected an array of events')
  if (events.length > maxEvents) throw badFormat('the body', `expected at most ${maxEvents} events`)
  const changes: RecordChange[] = []
  let firstBad: WebhookRejected | undefined
  for (const [index, event] of events.entries()) {
    const change = readEvent(event, `event ${index}`, writeBack)
    if (change instanceof Error) firstBad ??= change
    else if (change) changes.push(change)
  }
  if (firstBad && changes.length === 0) throw firstBad
  return {
    changes: changes.flatMap(inParts),
    ignored: events.length - changes.length,
    unknownFields: [],
  }
}

/** The change; undefined for an event that is not followed; a text when it cannot be read. */
function readEvent(
  raw: unknown,
  place: string,
  writeBack: WriteBack | undefined,
): RecordChange | WebhookRejected | undefined {
  const head = eventHeadSchema.safeParse(raw)
  if (!head.success) return badFormat(place, 'expected an object')
  const type = head.data.subscriptionType ?? head.data.eventType
  if (type === undefined) return badFormat(place, 'has no subscriptionType')
  const [object = '', action = ''] = type.split('.')
  const objectType = head.data.objectTypeId ?? head.data.fromObjectTypeId ?? ''
  const recordType = recordTypes.get(object === 'object' ? objectType : object)
  const kind = kinds.get(action)
  if (!recordType || !kind || type.split('.').length !== 2) return undefined
  const event = eventSchema.safeParse(raw)
  if (!event.success) return badShape(event.error, place)
  const { propertyName } = event.data
  // An event is of one property: nothing else has changed with it.
  if (action === propertyChange && isOwnChange(propertyName ? [propertyName] : [], writeBack, recordType)) {
    return undefined
  }
  return toChange(event.data, type, recordType, kind) ?? badFormat(place, 'has no objectId')
}

function toChange(
  event: HubspotEvent,
  type: string,
  recordType: RecordType,
  kind: ChangeKind,
): RecordChange | undefined {
  const objectId = event.objectId ?? event.primaryObjectId ?? event.fromObjectId
  if (!objectId) return undefined
  const target = kind === 'merged' ? mergeOf(event, objectId) : { recordId: objectId, mergedIds: [] }
  const merged = target.mergedIds.length > 0
  return {
    source: 'hubspot',
    account: event.portalId,
    recordType,
    recordId: target.recordId,
    // A merge that names no other record only means that the record changed.
    kind: kind === 'merged' && !merged ? 'changed' : kind,
    eventId: eventIdOf(event, type, objectId),
    ...(type.endsWith(`.${association}`) ? {} : { occurredAt: toIsoTime(event.occurredAt) }),
    ...(merged && { mergedIds: target.mergedIds }),
  }
}

/** Merging creates a new record. Older merges, and some accounts, keep the primary record instead. */
function mergeOf(event: HubspotEvent, objectId: string): { recordId: string; mergedIds: string[] } {
  const primary = event.primaryObjectId ?? objectId
  const survivor = event.newObjectId ?? primary
  const merged = new Set([...(event.mergedObjectIds ?? []), primary])
  merged.delete(survivor)
  return { recordId: survivor, mergedIds: [...merged] }
}

/**
 * HubSpot's `eventId` alone is "not guaranteed to be unique". `attemptNumber` is left out, so that a retry is the
 * same event. An event with neither id nor time cannot be identified, so each delivery counts as a separate event.
 */
function eventIdOf(
  { portalId, eventId, occurredAt, propertyName }: HubspotEvent,
  type: string,
  objectId: string,
) {
  const own = `${eventId ?? ''}:${occurredAt ?? ''}`
  const parts = [
    portalId,
    type,
    objectId,
    own === ':' ? randomUUID() : own,
    ...(propertyName ? [propertyName] : []),
  ]
  return toEventId(parts.join(':'))
}
