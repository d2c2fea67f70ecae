import type { Sample } from '../../../lib/operator/samples/samples.ts'

export type Contact = {
  readonly index: number
  /** Another revision is another address. */
  readonly revision?: number
  readonly at?: Date
}

/** The webhook of one invented contact, with the whole record; every other one is routed to Notch Pay. */
export function contactSample({ index, revision = 0, at = new Date() }: Contact): Sample {
  const id = `bench-${index}`
  const country = index % 2 === 0 ? 'CM' : 'PH'
  const data = {
    id,
    name: 'Amina Diallo',
    email: `${id}@example.com`,
    address: { line1: `${id} Road ${revision}`, country },
  }
  return sampleOf('standard-webhooks', { type: 'contact.updated', timestamp: at.toISOString(), data })
}

/** 100 events of HubSpot about 20 contacts in one webhook, and the contacts. */
export function stormSample(first: number, revision: number): Sample {
  const events = Array.from({ length: 100 }, (_, index) => ({
    eventId: Math.trunc(Math.random() * 1e12),
    subscriptionId: 1,
    portalId: 48213377,
    appId: 1,
    occurredAt: Date.now(),
    subscriptionType: 'contact.propertyChange',
    attemptNumber: 0,
    objectId: first + (index % 20),
    propertyName: 'phone',
    propertyValue: 'x',
  }))
  const records = Array.from({ length: 20 }, (_, index) => ({
    object: 'contacts',
    id: String(first + index),
    properties: {
      firstname: 'Adaeze',
      lastname: `Okonkwo ${revision}`,
      email: `adaeze.${first + index}@example.com`,
      hs_country_region_code: index % 2 === 0 ? 'CM' : 'PH',
      lastmodifieddate: new Date().toISOString(),
    },
  }))
  return { ...sampleOf('hubspot', events), records }
}

function sampleOf(source: string, body: unknown): Sample {
  return {
    file: '',
    source,
    body: Buffer.from(JSON.stringify(body)),
    mediaType: 'application/json',
    headers: {},
    records: [],
    description: undefined,
  }
}
