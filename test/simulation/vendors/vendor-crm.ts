import type { RecordRef } from '../../../lib/core/model/change.ts'
import type { SandboxRequest } from '../../../lib/offline/sandbox/sandbox.ts'
import { jsonBody } from '../../../lib/sources/body-encoding.ts'
import type { Crm, CrmEvent, RecordState } from '../crm.ts'
import type { DoorRequest } from '../functions.ts'
import type { ApiRequest, ApiResponse } from '../provider-api.ts'
import { theRun } from '../run.ts'
import type { Sent, Told, Vendor } from './vendor.ts'
import { vendors } from './vendors.ts'

export const vendorNamed = new Map(vendors.map((vendor) => [vendor.source as string, vendor]))

/** Records are numbered; each vendor writes the numbers in its own way. */
const numberOf = (crm: Crm, id: string) => firstNumber + [...crm.records.keys()].indexOf(id)
export const nextNumber = (crm: Crm) => firstNumber + crm.records.size
const firstNumber = 1001

export function vendorRef({ source, account }: Vendor): Crm['refOf'] {
  return (recordId): RecordRef => ({ source, account, recordType: 'contact', recordId })
}

/** Made-up secrets of the vendors, which both their webhooks and their sandboxes take. */
const secretOf = ({ offline }: Vendor, name: string) => {
  const value = offline.secrets[name]
  if (value === undefined) throw new Error(`no secret ${name}`)
  return value
}

/** The addresses of the vendors' APIs, for the functions' environment: each at a port of its own. */
export const vendorAddresses: Readonly<Record<string, string>> = Object.fromEntries(
  vendors
    .flatMap(({ offline }) => Object.entries(offline.sandboxes))
    .filter(([, { isDefault }]) => isDefault)
    .map(([variable], index) => [variable, `http://127.0.0.1:${9100 + index}`]),
)

/** The webhooks, or events, as the vendor sends them: one, or one more for a part that changed as well. */
export function vendorRequests(vendor: Vendor, crm: Crm, event: CrmEvent, id: string): DoorRequest[] {
  const told = toldOf(crm, event, id)
  const { kind } = event
  const hasPart = vendor.sendPart && (kind === 'created' || kind === 'updated')
  const sent = [vendor.send(told), ...(hasPart && vendor.sendPart ? [vendor.sendPart(told)] : [])]
  return sent.map((one, index) => signed(vendor, crm, one, `${id}${'p'.repeat(index)}`))
}

function toldOf(crm: Crm, event: CrmEvent, id: string): Told {
  const whole = event.state.version.endsWith('0Z') || event.kind !== 'updated'
  return {
    kind: event.kind,
    number: numberOf(crm, event.recordId),
    losers: event.losers.map((loser) => numberOf(crm, loser)),
    person: event.state.person,
    version: new Date(event.state.version),
    occurredAt: new Date(event.occurredAt),
    eventId: id.replace('webhook', ''),
    whole,
  }
}

/** The same bytes at every attempt, except for signed times. */
function signed(vendor: Vendor, crm: Crm, sent: Sent, id: string): DoorRequest {
  const { scheduler } = theRun()
  if (sent.to === 'event bus') return { event: sent.event }
  const { encoding = jsonBody } = vendor.offline
  const path = `/webhooks/${vendor.source}`
  const body = encoding.encode(sent.body)
  const url = `https://door.example${path}`
  const sentAt = new Date(scheduler.now() + crm.skew)
  const proof = vendor.offline.sign({ url, body, sentAt, delivery: id }, (name) => secretOf(vendor, name))
  return {
    path,
    query: [proof.query, sent.query].filter(Boolean).join('&'),
    headers: { 'content-type': encoding.mediaType, ...proof.headers },
    body: proof.body ?? body,
  }
}

/** What an API of the vendor answers: its sandbox, with the records as the replica shows them that is asked. */
export function answerVendor(
  vendor: Vendor,
  variable: string,
  crm: Crm,
  visible: (id: string) => RecordState | undefined,
  request: ApiRequest,
): ApiResponse {
  const api = vendor.offline.sandboxes[variable]?.create(vendor.offline.secrets)
  if (!api) throw new Error(`${vendor.source} has no API ${variable}`)
  for (const id of crm.records.keys()) {
    const state = visible(id)
    if (state) for (const record of recordsOf(vendor, crm, id, state)) api.putRecord?.(record)
  }
  const { method, url, text } = request
  const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value])
  const asked: SandboxRequest = {
    ...{ method, path: url.pathname, query: url.searchParams, body: text },
    headers: Object.fromEntries(headers),
  }
  const { status, headers: answered = {}, body = '' } = api.handle(asked)
  return { status, headers: answered, body }
}

function recordsOf(vendor: Vendor, crm: Crm, id: string, state: RecordState): readonly unknown[] {
  const [number, version] = [numberOf(crm, id), new Date(state.version)]
  if (state.status === 'alive') return vendor.alive(number, state.person, version)
  if (state.status === 'merged' && state.into) {
    return vendor.merged(number, numberOf(crm, state.into), version)
  }
  // It had to be there to be deleted.
  return [...vendor.alive(number, state.person, version), ...vendor.deleted(number, version)]
}
