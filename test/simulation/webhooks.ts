import { signHubspotRequest } from '../../lib/sources/hubspot/signature.ts'
import { signStandardWebhook } from '../../lib/sources/standard-webhooks/signature.ts'
import type { Crm, CrmEvent } from './crm.ts'
import { senderRecord } from './crm-api.ts'
import { type DoorRequest, knock } from './functions.ts'
import { theRun } from './run.ts'
import { day, hour, minute } from './settings.ts'
import { vendorRequests } from './vendors/vendor-crm.ts'

/** One webhook: the CRM sends it until somebody answers 2xx, and gives up after a while. */
type Webhook = { readonly id: string; readonly crm: Crm; readonly events: readonly CrmEvent[] }

/**
 * An event that the door answered with 2xx. `at` is when it first knocked: it may have been queued then already, and what
 * comes again within five minutes adds nothing.
 */
export type Acceptance = { readonly crm: Crm; readonly event: CrmEvent; readonly at: number }

const triesBeforeGivingUp = 10

/** Takes an event to the door, some time, some times; HubSpot puts what happens together into one webhook. */
export function send(crm: Crm, event: CrmEvent): void {
  const run = theRun()
  const { random, weather, scheduler, pendingEvents } = run
  if (weather.strikes('webhook.lost')) {
    run.history.tell('crm', `${crm.name} ${event.recordId} ${event.kind}: its webhook is lost for good`)
    return
  }
  const waiting = pendingEvents.get(crm)
  if (waiting) {
    waiting.push(event)
    return
  }
  const events = [event]
  if (crm.kind === 'hubspot' && random.chance(0.4)) pendingEvents.set(crm, events)
  run.webhooksUnderWay += 1
  const late = weather.strikes('webhook.late')
  const delay = late
    ? random.pick([random.between(0, 10 * minute), random.between(0, 3 * day)])
    : random.between(50, 3000)
  scheduler.after(delay, () => {
    if (pendingEvents.get(crm) === events) pendingEvents.delete(crm)
    run.webhookCount += 1
    void deliver({ id: `webhook${run.webhookCount}`, crm, events })
  })
}

async function deliver(webhook: Webhook): Promise<void> {
  const run = theRun()
  const arrivedAt = run.scheduler.now()
  const parts = toRequests(webhook, 0).length
  const accepted = new Set<number>()
  const accept = (part: number) => {
    if (accepted.add(part).size < parts) return
    for (const event of webhook.events) run.acceptances.push({ crm: webhook.crm, event, at: arrivedAt })
    run.count(`webhook of ${webhook.crm.name}`)
  }
  for (let part = 0; part < parts; part += 1) await deliverPart(webhook, part, () => accept(part))
  run.webhooksUnderWay -= 1
}

/** Sends one request of a webhook until it is accepted; `accept` is called once for each time. */
async function deliverPart(webhook: Webhook, part: number, accept: () => void): Promise<void> {
  const run = theRun()
  const { random, scheduler, weather } = run
  for (let attempt = 0; attempt < triesBeforeGivingUp; attempt += 1) {
    const request = toRequests(webhook, attempt)[part]
    if (!request) return
    const status = await knock(request, `door.${webhook.id.slice(7)}`)
    if (status !== null && status >= 200 && status < 300) {
      accept()
      if (attempt > 0) run.count('webhook accepted late')
      if (!weather.strikes('webhook.doubled')) break
      await scheduler.sleep(
        random.pick([random.between(10, 1000), random.between(0, hour), random.between(0, 3 * day)]),
      )
    } else {
      await scheduler.sleep(random.between(10_000, 30_000) * 2 ** attempt)
    }
  }
}

function toRequests(webhook: Webhook, attempt: number): DoorRequest[] {
  const { crm, events, id } = webhook
  const [event] = events
  return crm.vendor && event ? vendorRequests(crm.vendor, crm, event, id) : [toRequest(webhook, attempt)]
}

function toRequest(webhook: Webhook, attempt: number): DoorRequest {
  const { crm, events, id } = webhook
  const { scheduler, webhookSecrets: secrets } = theRun()
  const sentAt = new Date(scheduler.now() + crm.skew)
  const isHubspot = crm.kind === 'hubspot'
  const body = JSON.stringify(
    isHubspot
      ? events.map((event, index) => hubspotEvent(webhook, event, index, attempt))
      : senderEvent(crm, events[0]),
  )
  const bytes = Buffer.from(body)
  const path = isHubspot ? '/webhooks/hubspot' : '/webhooks/standard-webhooks'
  const headers = isHubspot
    ? signHubspotRequest({
        method: 'POST',
        url: `https://door.example${path}`,
        body: bytes,
        clientSecret: secrets.HUBSPOT_CLIENT_SECRET,
        sentAt,
      })
    : signStandardWebhook({ secret: secrets.STANDARD_WEBHOOKS_SECRET, id, body: bytes, sentAt })
  return { path, query: '', headers: { 'content-type': 'application/json', ...headers }, body: bytes }
}

const hubspotTypes: Record<CrmEvent['kind'], string> = {
  created: 'contact.creation',
  updated: 'contact.propertyChange',
  deleted: 'contact.deletion',
  restored: 'contact.restore',
  merged: 'contact.merge',
  erased: 'contact.privacyDeletion',
}

function hubspotEvent({ id, crm }: Webhook, event: CrmEvent, index: number, attemptNumber: number) {
  const { kind, recordId, occurredAt, losers, isNew, isUntimed } = event
  const [primary = recordId, ...others] = isNew ? losers : [recordId, ...losers]
  return {
    eventId: Number(id.slice(7)) * 100 + index,
    portalId: Number(crm.refOf(recordId).account),
    subscriptionType: hubspotTypes[kind],
    ...(!isUntimed && { occurredAt: Date.parse(occurredAt) }),
    attemptNumber,
    objectId: Number(kind === 'merged' ? primary : recordId),
    ...(kind === 'updated' && { propertyName: 'lastname', propertyValue: event.state.person.family }),
    ...(kind === 'merged' && {
      primaryObjectId: Number(primary),
      mergedObjectIds: others.map(Number),
      ...(isNew && { newObjectId: Number(recordId) }),
    }),
  }
}

function senderEvent(crm: Crm, event: CrmEvent | undefined) {
  if (!event) return {}
  const { kind, recordId, occurredAt, state, losers } = event
  const isWhole = kind !== 'deleted' && kind !== 'erased' && !(crm.canFetch && state.version.endsWith('0Z'))
  const data = isWhole ? senderRecord(recordId, state) : { id: recordId }
  return {
    type: `contact.${kind}`,
    timestamp: occurredAt,
    data: { ...data, ...(kind === 'merged' && { mergedIds: losers }) },
  }
}
