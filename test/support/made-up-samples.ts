import type { Sample } from '../../lib/operator/samples/samples.ts'

/** A webhook with this body, as JSON, to be signed. `records` are those that the sandbox CRM needs for it. */
export function sampleOf(source: string, body: unknown, records: readonly unknown[] = []): Sample {
  return {
    file: '',
    source,
    body: Buffer.from(JSON.stringify(body)),
    mediaType: 'application/json',
    headers: {},
    query: '',
    records,
    description: undefined,
    eventFunction: null,
  }
}

/** HubSpot's event of a change of this contact, and the contact as its API returns it. */
export function hubspotChange(id: number, properties: Readonly<Record<string, string>>, at = new Date()) {
  const event = {
    eventId: Math.trunc(Math.random() * 1e12),
    subscriptionId: 1,
    portalId: 48213377,
    appId: 1,
    occurredAt: at.getTime(),
    subscriptionType: 'contact.propertyChange',
    attemptNumber: 0,
    objectId: id,
    propertyName: 'phone',
    propertyValue: 'x',
  }
  const record = {
    object: 'contacts',
    id: String(id),
    properties: {
      firstname: 'Adaeze',
      lastname: 'Okonkwo',
      email: `adaeze.${id}@example.ng`,
      lastmodifieddate: at.toISOString(),
      ...properties,
    },
  }
  return { event, record }
}

/** A storm: 100 events in one webhook about the 20 contacts from this id, one of each country in turn. */
export function hubspotStorm(first: number, countries: readonly string[]): Sample {
  // No event is later than its record.
  const at = new Date()
  const changes = Array.from({ length: 100 }, (_, index) => {
    const country = countries[(index % 20) % countries.length] ?? ''
    return hubspotChange(first + (index % 20), { hs_country_region_code: country }, at)
  })
  return sampleOf(
    'hubspot',
    changes.map(({ event }) => event),
    changes.slice(0, 20).map(({ record }) => record),
  )
}
