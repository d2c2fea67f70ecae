import type { Sample } from '../../lib/cli/replay/samples.ts'
import type { SourceName } from '../../lib/core/model/change.ts'
import { aSample } from './function-world.ts'

type Told = { readonly text: string; readonly email: string; readonly country: string; readonly id: number }

/** How each source tells of a customer that has this text in every text field. */
export const told: Record<SourceName, (customer: Told) => Sample> = {
  'standard-webhooks': ({ text, email, country, id }) => {
    const address = { line1: text, line2: text, city: text, state: text, postalCode: text, country }
    const metadata = { [`key ${text}`]: text, note: text }
    const few = { id: `told-${id}`, email, name: text, address: { line1: text, country }, metadata }
    const many = {
      ...few,
      name: { given: text, family: text, full: text },
      phone: text,
      companyName: text,
      description: text,
      address,
      billing: address,
      shipping: { name: text, phone: text, address },
    }
    // The longest texts in every field would be too large to travel.
    const data = text.length > 2_000 ? few : many
    return theSample('standard-webhooks/contact.updated', { type: 'contact.updated', timestamp: now(), data })
  },
  hubspot: ({ text, email, country, id }) => {
    const names = ['firstname', 'lastname', 'phone', 'mobilephone', 'company', 'address', 'city', 'state']
    const properties = {
      ...Object.fromEntries([...names, 'zip', 'country'].map((name) => [name, text])),
      email,
      hs_country_region_code: country,
    }
    const event = {
      portalId: 48213377,
      subscriptionType: 'contact.propertyChange',
      objectId: id,
      eventId: text,
      occurredAt: Date.now(),
      propertyName: text,
      propertyValue: text,
    }
    const record = { object: 'contacts', id: String(id), properties }
    return theSample('hubspot/contact.propertyChange', [event], [record])
  },
  pipedrive: ({ text, email, country, id }) => {
    const data = {
      id,
      name: text,
      first_name: text,
      last_name: text,
      emails: [{ value: email, primary: true, label: text }],
      phones: [{ value: text, primary: true, label: text }],
      postal_address: { value: text, route: text, locality: text, postal_code: text, country },
      custom_fields: { [text]: text },
      update_time: now(),
    }
    const ids = { company_id: '9120457', entity_id: String(id), id: `told-${id}` }
    const meta = { ...ids, entity: 'person', action: 'change' }
    return theSample('pipedrive/person.change', { meta, data }, [{ ...data, object: 'persons' }])
  },
}

const now = () => new Date().toISOString()

function theSample(file: string, body: unknown, records: readonly unknown[] = []): Sample {
  return { ...aSample(file), body: Buffer.from(JSON.stringify(body)), records }
}
