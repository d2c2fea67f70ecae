import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { customerSchema } from '../../lib/core/model/customer.ts'
import { sources } from '../../lib/sources/registry.ts'
import { aRequest, bytes } from '../sources/requests.ts'
import { aSource } from '../support/a-source.ts'
import { root } from './read-pages.ts'

const time = '2026-03-02T09:30:00Z'
const person = {
  first_name: 'Wanjiru',
  last_name: 'Kamau',
  email: 'wanjiru.kamau@example.ke',
  phone: '0712 345 678',
  line1: 'Kenyatta Avenue 12',
  city: 'Nairobi',
  state: 'Nairobi County',
  zip: '00100',
  country: 'Kenya',
}
const name = `${person.first_name} ${person.last_name}`

/** What the CRM or the automation service puts in place of each placeholder. */
const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  freshsales: {
    'contact.id': '70001',
    'contact.updated_at': time,
    'contact.first_name': person.first_name,
    'contact.last_name': person.last_name,
    'contact.email': person.email,
    'contact.mobile_number': person.phone,
    'contact.address': person.line1,
    'contact.city': person.city,
    'contact.state': person.state,
    'contact.zipcode': person.zip,
    'contact.country': person.country,
  },
  'salesforce-flow': {
    '$Record.Id': '003xx000004TmiQAAS',
    '$Record.SystemModstamp': time,
    '$Organization.Id': '00Dxx0000001gEREAY',
    '$Record.FirstName': person.first_name,
    '$Record.LastName': person.last_name,
    '$Record.Email': person.email,
    '$Record.MobilePhone': person.phone,
    '$Record.Account.Name': 'Savane Logistics',
    '$Record.MailingStreet': person.line1,
    '$Record.MailingCity': person.city,
    '$Record.MailingState': person.state,
    '$Record.MailingPostalCode': person.zip,
    '$Record.MailingCountry': person.country,
  },
  copper: {
    id: '27140359',
    'now as ISO 8601': time,
    'person.id': '27140359',
    'person.date_modified as ISO 8601': time,
    'person.name': name,
    'person.first_name': person.first_name,
    'person.last_name': person.last_name,
    'person.emails[0].email': person.email,
    'person.phone_numbers[0].number': person.phone,
    'person.company_name': 'Savane Logistics',
    'person.address.street': person.line1,
    'person.address.city': person.city,
    'person.address.state': person.state,
    'person.address.postal_code': person.zip,
    'person.address.country': person.country,
  },
  kommo: {
    'contact.id': '17611273',
    'account.id': '32720107',
    'contact.updated_at as ISO 8601': time,
    'now as ISO 8601': time,
    'contact.name': name,
    'contact.first_name': person.first_name,
    'contact.last_name': person.last_name,
    'first value of the field EMAIL': person.email,
    'first value of the field PHONE': person.phone,
  },
  leadsquared: {
    'lead.ProspectID': 'a311900c-0e56-4601-b580-f931645e7b32',
    'lead.ModifiedOn': '2026-03-02 09:30:00',
    'lead.FirstName': person.first_name,
    'lead.LastName': person.last_name,
    'lead.EmailAddress': person.email,
    'lead.Mobile': person.phone,
    'lead.mx_Street1': person.line1,
    'lead.mx_Street2': 'Second floor',
    'lead.mx_City': person.city,
    'lead.mx_State': person.state,
    'lead.mx_Zip': person.zip,
    'lead.mx_Country': person.country,
  },
}

const placeholder = /\{\{([^{}]+)\}\}|\{!([^{}]+)\}/g

function templatesOf(page: string): string[] {
  const text = readFileSync(join(root, 'docs/connect', `${page}.md`), 'utf8')
  return [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(([, template = '']) => template)
}

/** The template as it is sent. Throws for a placeholder without a value. */
function fill(template: string, given: Readonly<Record<string, string>>): string {
  return template.replace(placeholder, (whole, braces?: string, exclaimed?: string) => {
    const value = given[(braces ?? exclaimed ?? '').trim()]
    if (value === undefined) throw new Error(`what stands in place of ${whole}?`)
    return value
  })
}

/** The changes in an event: the CloudEvents endpoint's, or those of the same document in the other envelope. */
async function read(event: string) {
  const { type, time: timestamp, data } = JSON.parse(event)
  const isThere = sources['cloudevents'] !== undefined
  const body = bytes(isThere ? event : { type, timestamp, data })
  const { door } = aSource(isThere ? 'cloudevents' : 'standard-webhooks')
  if (!door) throw new Error('there is no endpoint')
  return door.readChanges(aRequest({ headers: { 'content-type': 'application/json' }, body }))
}

const templates = Object.entries(values).flatMap(([page, given]) =>
  templatesOf(page).map((template, index) => ({ page, index, template, given })),
)

describe('the templates for CRMs that are connected through the CloudEvents endpoint', () => {
  it('are there, those for a deletion included', () => {
    const counts = Object.keys(values).map((page) => [page, templatesOf(page).length])
    expect(Object.fromEntries(counts)).toEqual({
      freshsales: 1,
      'salesforce-flow': 1,
      copper: 2,
      kommo: 2,
      leadsquared: 1,
    })
  })

  it.each(templates)('$page, template $index, is an event about one record', async ({ template, given }) => {
    const event = JSON.parse(fill(template, given))
    expect(event).toMatchObject({ specversion: '1.0', source: expect.stringMatching(/^\/\S+$/) })
    expect(Object.values(given).some((value) => String(event.id).startsWith(`${value}/`))).toBe(true)
    const { changes, ignored, unknownFields } = await read(fill(template, given))
    expect([changes.length, ignored, unknownFields]).toEqual([1, 0, []])
    expect(changes[0]?.occurredAt).toBe('2026-03-02T09:30:00.000Z')
    if (event.type.endsWith('.deleted')) return expect(changes).toMatchObject([{ kind: 'deleted' }])
    const customer = changes[0]?.snapshot?.customer
    expect(customerSchema.safeParse(customer).success).toBe(true)
    expect(customer).toMatchObject({
      name: { given: person.first_name, family: person.last_name },
      email: person.email,
      phone: '+254712345678',
      address: { country: 'KE' },
    })
    expect(customer).not.toHaveProperty('unreadable')
  })

  const ofCustomers = templates.filter(({ template }) => !template.includes('.deleted'))
  it.each(ofCustomers)('$page, template $index, says what is empty', async ({ template, given }) => {
    const emptied = Object.entries(given).map(([key, value]) => [
      key,
      /id\b|Id\b|ID$|ISO|updated_at|SystemModstamp|ModifiedOn/.test(key) ? value : '',
    ])
    const { changes } = await read(fill(template, Object.fromEntries(emptied)))
    expect(changes[0]?.snapshot?.customer).toMatchObject({ email: null, phone: null })
  })

  it('fail for a placeholder that nothing is put in place of', () => {
    expect(() => fill('{"id": "{{contact.uid}}"}', values['freshsales'] ?? {})).toThrow('{{contact.uid}}')
  })
})
