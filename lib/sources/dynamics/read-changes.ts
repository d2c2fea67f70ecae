import { randomUUID } from 'node:crypto'
import { type ChangeKind, type RecordChange, type RecordType, toEventId } from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { parseJson } from '../../support/json.ts'
import { badFormat, badShape } from '../bad-format.ts'
import { contextSchema, emptyGuid, entitySchema, guidSchema, headSchema, type Parameters } from './schemas.ts'
import { toTime } from './time.ts'

const recordTypes: ReadonlyMap<string, RecordType> = new Map([
  ['contact', 'contact'],
  ['account', 'company'],
  ['lead', 'lead'],
])

/** The messages that are followed. What the webhook of a Restore contains is a guess. */
const kinds: ReadonlyMap<string, ChangeKind> = new Map([
  ['Create', 'changed'],
  ['Update', 'changed'],
  ['Delete', 'deleted'],
  ['Merge', 'merged'],
  ['Restore', 'restored'],
])

/**
 * The change in a webhook of Dataverse. Throws WebhookRejected 400 when the body is not a RemoteExecutionContext. The shapes
 * of Merge and Delete are those of the SDK's messages; that they look the same in a webhook is a guess.
 */
export function readDynamicsChanges({ body }: WebhookRequest): ReadChanges {
  const json = parseJson(body)
  const head = headSchema.safeParse(json)
  if (!head.success) throw badShape(head.error)
  const { messagename: message, primaryentityname: table } = head.data
  const recordType = recordTypes.get(table)
  const kind = kinds.get(message)
  if (!recordType || !kind) return { changes: [], ignored: 1, unknownFields: [] }
  const parsed = contextSchema.safeParse(json)
  if (!parsed.success) throw badShape(parsed.error)
  const context = parsed.data
  const target = entityOf(parameter(context.inputparameters, 'target'))
  const recordId = [
    context.primaryentityid,
    target?.id,
    guidSchema.safeParse(parameter(context.outputparameters, 'id')).data,
  ].find(isFilled)
  if (!recordId) throw badFormat('PrimaryEntityId', 'expected the id of a record')
  const { organizationid: account, operationid: operation } = context
  const loser = kind === 'merged' ? subordinateOf(context.inputparameters, recordId) : undefined
  const change: RecordChange = {
    source: 'dynamics',
    account,
    recordType,
    recordId,
    ...merge(kind, loser),
    // The id of the system job, which Dataverse runs again after a 503. Synchronous steps have none.
    eventId: toEventId(
      isFilled(operation) ? [account, operation, message, recordId].join(':') : randomUUID(),
    ),
    occurredAt: changedAt(target?.attributes, context.postentityimages),
  }
  return { changes: [change], ignored: 0, unknownFields: [] }
}

function isFilled<T extends string>(id: T | null | undefined): id is T {
  return Boolean(id) && id !== emptyGuid
}

/** Without its parameters, a merge only says that the record changed: the merged one tells when it is read. */
function merge(kind: ChangeKind, loser: string | undefined): Pick<RecordChange, 'kind' | 'mergedIds'> {
  if (kind !== 'merged') return { kind }
  return loser === undefined ? { kind: 'changed' } : { kind, mergedIds: [loser] }
}

function subordinateOf(parameters: Parameters, survivor: string): string | undefined {
  const { data: loser } = guidSchema.safeParse(parameter(parameters, 'subordinateid'))
  return isFilled(loser) && loser !== survivor ? loser : undefined
}

/**
 * The record's own time of the change. `OperationCreatedOn` is not used: in Microsoft's example it is off by its own time zone.
 */
function changedAt(attributes: Parameters, images: Parameters): string | undefined {
  const lists = [attributes, ...(images ?? []).map(({ value }) => entityOf(value)?.attributes)]
  return lists.flatMap((list) => toTime(parameter(list, 'modifiedon')) ?? [])[0]
}

function entityOf(value: unknown) {
  return entitySchema.safeParse(value).data
}

function parameter(parameters: Parameters, name: string): unknown {
  return parameters?.find(({ key }) => key === name)?.value
}
