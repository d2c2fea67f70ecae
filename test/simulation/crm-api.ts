import type { Crm, RecordState } from './crm.ts'
import type { ApiRequest, ApiResponse } from './provider-api.ts'
import { theRun } from './run.ts'

/** What HubSpot answers to reads: the token says of which portal. */
export function answerHubspot(portals: readonly Crm[], request: ApiRequest): ApiResponse {
  const token = request.headers['authorization'] ?? ''
  const portal = portals.find((crm) => token === `Bearer ${tokenOf(crm.refOf('').account)}`)
  return portal
    ? answerRead(portal, request)
    : { status: 401, body: { status: 'error', category: 'INVALID_AUTHENTICATION' } }
}

/** The token of a portal, as its operator has it. */
export const tokenOf = (portal: string) => `pat-simulated-${portal}`

/** What a CRM answers to reads. */
export function answerRead(crm: Crm, { url, method, body }: ApiRequest): ApiResponse {
  if (url.pathname === '/account-info/v3/details') {
    return { status: 200, body: { portalId: Number(crm.refOf('').account) } }
  }
  if (method === 'POST') {
    const inputs = body['inputs'] as readonly { readonly id: string }[]
    // HubSpot leaves out of a batch what is deleted or merged away.
    const results = inputs.flatMap(({ id }) => {
      const state = visible(crm, id)
      return state?.status === 'alive' ? [hubspotRecord(id, state)] : []
    })
    return { status: 200, body: { status: 'COMPLETE', results } }
  }
  const id = decodeURIComponent(url.pathname.split('/').at(-1) ?? '')
  return answerOne(crm, id, visible(crm, id))
}

function answerOne(crm: Crm, id: string, state: RecordState | undefined): ApiResponse {
  if (state?.status === 'merged' && state.into) return answerOne(crm, state.into, visible(crm, state.into))
  if (state?.status !== 'alive') return { status: 404, body: { status: 'error', message: 'not found' } }
  const body = crm.kind === 'hubspot' ? hubspotRecord(id, state) : { data: senderRecord(id, state) }
  return { status: 200, body }
}

/** What the replica shows that is asked: the record as it was a moment ago. */
export function visible(crm: Crm, id: string): RecordState | undefined {
  const { scheduler, settings, random } = theRun()
  const lags = settings.readLag > 0 && crm.vendor?.lags !== false
  const seenUntil = scheduler.now() - (lags ? random.between(0, settings.readLag) : 0)
  return crm.records.get(id)?.findLast(({ from, committedAfter }) => from + committedAfter <= seenUntil)
}

function hubspotRecord(id: string, { person, version, mergedIds }: RecordState) {
  return {
    id,
    archived: false,
    updatedAt: version,
    properties: {
      firstname: person.given,
      lastname: person.family,
      email: person.email,
      phone: person.phone,
      city: person.city,
      hs_country_region_code: person.country,
      lastmodifieddate: version,
      hs_merged_object_ids: mergedIds.join(';') || null,
    },
  }
}

export function senderRecord(id: string, { person, version }: RecordState) {
  const { given, family, email, phone, city, country } = person
  return { id, updatedAt: version, name: { given, family }, email, phone, address: { city, country } }
}
