import type { RecordType } from '../../core/model/change.ts'
import { Misconfigured } from '../../core/model/errors.ts'
import type { ListedRecords } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { readAnswer } from '../crm-answer.ts'
import { nextCursor, readCursor } from '../list-cursor.ts'
import { accessTokenFor, type HubspotAccessTokens } from './access-tokens.ts'
import { callHubspot } from './call.ts'
import { hubspotObject } from './objects.ts'
import type { PortalOf } from './portal.ts'
import { searchSchema } from './schemas.ts'

type Settings = { readonly origin: string; readonly accessTokens: HubspotAccessTokens; readonly clock: Clock }

/** HubSpot's limit for one page of a search. */
const pageSize = 200
/** The search index lags by "a few moments" (CRM search guide); a minute is a guess. */
const indexLagSeconds = 60
const recordTypes = ['contact', 'company'] as const satisfies readonly RecordType[]

/**
 * One page of the contacts and companies of all portals that changed since a time (CRM search API). Pages are continued by
 * the last id instead of `after`, because HubSpot refuses to go beyond 10,000 results of one search.
 */
export async function listHubspotChanges(
  since: string,
  from: string | null,
  portalOf: PortalOf,
  { origin, accessTokens, clock }: Settings,
): Promise<ListedRecords> {
  const cursor = readCursor(from, clock.now(), indexLagSeconds)
  const parts = (await portals(accessTokens, portalOf)).flatMap((account) =>
    recordTypes.map((recordType) => ({ account, recordType })),
  )
  const { account, recordType } = parts[cursor.part] ?? {}
  const object = recordType && hubspotObject(recordType)
  if (!account || !object) return { refs: [], cursor: null, completeUntil: cursor.completeUntil }
  const changed = { propertyName: object.changedAt, operator: 'GTE', value: String(Date.parse(since)) }
  const beyond = { propertyName: 'hs_object_id', operator: 'GT', value: cursor.after }
  const response = await callHubspot({
    origin,
    token: accessTokenFor(accessTokens, account),
    method: 'POST',
    path: `/crm/v3/objects/${object.path}/search`,
    body: {
      filterGroups: [{ filters: cursor.after === null ? [changed] : [changed, beyond] }],
      sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
      properties: ['hs_object_id'],
      limit: pageSize,
    },
  })
  const { results, total, paging } = readAnswer('HubSpot', searchSchema, response, clock.now())
  const refs = results.map(({ id }) => ({ source: 'hubspot', account, recordType, recordId: id }))
  const after = paging?.next ? (refs.at(-1)?.recordId ?? null) : null
  return {
    refs,
    cursor: nextCursor(cursor, after, parts.length),
    completeUntil: cursor.completeUntil,
    // Each page is a search of its own, for what follows the page before.
    left: total === undefined ? undefined : total - refs.length,
  }
}

/** The portals of all tokens. */
async function portals(
  { byAccount, default: token }: HubspotAccessTokens,
  portalOf: PortalOf,
): Promise<readonly string[]> {
  const named = Object.keys(byAccount)
  if (token === undefined) {
    if (named.length > 0) return named
    throw new Misconfigured('NO_ACCESS_TOKEN', 'HUBSPOT_ACCESS_TOKEN is not set')
  }
  const own = await portalOf('')
  if (own !== undefined) return [...new Set([...named, own])]
  throw new Misconfigured(
    'CRM_NOT_THERE',
    'HubSpot does not say which portal HUBSPOT_ACCESS_TOKEN belongs to: write it as portalId=token',
  )
}
