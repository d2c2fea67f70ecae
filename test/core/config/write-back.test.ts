import { defineSyncConfig } from '../../../lib/sync-config.ts'

/** The problems of a config whose source is configured like this. */
function problemsOf(source: string, part: object): string[] {
  const rest = { providers: ['wooshpay'], routes: [{ to: 'wooshpay' }] }
  try {
    defineSyncConfig({ sources: { [source]: part }, ...rest } as never)
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.replace('sync.config.ts: ', ''))
  }
  return []
}

const key = 'd4de1c1518b4531717c676029a45911c340390a6'

describe('sources.<name>.writeBack', () => {
  it.each([
    ['hubspot', { contact: { notchpay: 'notchpay_customer_id', wooshpay: 'wooshpay_customer_id' } }],
    ['hubspot', { contact: { notchpay: 'payments_id' }, company: { notchpay: 'payments_id' } }],
    ['pipedrive', { contact: { notchpay: key }, company: { wooshpay: key } }],
    ['salesforce', { contact: { notchpay: 'Pay_Id__c' }, company: { notchpay: 'Pay_Id__pc' }, lead: {} }],
    ['salesforce', { lead: { wooshpay: 'acme__Pay_Id__c' } }],
    ['hubspot', {}],
  ])('takes a property for each provider and type of record: %s', (source, writeBack) => {
    expect(problemsOf(source, { writeBack })).toEqual([])
  })

  it.each([
    [
      'hubspot',
      { contact: { notchpay: 'Notch Pay id' } },
      'sources.hubspot.writeBack.contact.notchpay: expected the internal name of a property of your own, such as "notchpay_customer_id", got "Notch Pay id"',
    ],
    [
      'hubspot',
      { contact: { notchpay: 'hs_object_id' } },
      'sources.hubspot.writeBack.contact.notchpay: expected the internal name of a property of your own, such as "notchpay_customer_id", got "hs_object_id"',
    ],
    [
      'hubspot',
      { contact: { notchpay: 'phone' } },
      'sources.hubspot.writeBack.contact.notchpay: expected a property of its own, from which no field of the customer is read, got "phone"',
    ],
    [
      'pipedrive',
      { contact: { notchpay: 'name' } },
      'sources.pipedrive.writeBack.contact.notchpay: expected the key of a custom field: 40 characters, 0 to 9 and a to f, got "name"',
    ],
    [
      'salesforce',
      { contact: { notchpay: 'Email' } },
      'sources.salesforce.writeBack.contact.notchpay: expected the API name of a custom field, such as "NotchPay_Customer_Id__c", got "Email"',
    ],
    [
      'hubspot',
      { contact: { notchpay: 'same', wooshpay: 'same' } },
      'sources.hubspot.writeBack.contact: expected another property for each provider, got {"notchpay":"same","wooshpay":"same"}',
    ],
    [
      'hubspot',
      { contact: { stripe: 'stripe_id' } },
      'sources.hubspot.writeBack.contact.stripe: unknown provider, expected notchpay or wooshpay',
    ],
  ])('refuses what cannot work: %s %j', (source, writeBack, problem) => {
    expect(problemsOf(source, { writeBack })).toEqual([problem])
  })

  it('knows the types of records that the CRM has', () => {
    expect(problemsOf('hubspot', { writeBack: { lead: { notchpay: 'payments_id' } } })).toHaveLength(1)
    expect(problemsOf('attio', { writeBack: {} })).toEqual([
      'sources.attio.writeBack: unknown setting, expected fields',
    ])
  })

  it('refuses a property that `fields` reads, however it is named there', () => {
    const fields = { contact: { 'metadata.pay': `custom_fields.${key}` } }
    expect(problemsOf('pipedrive', { fields, writeBack: { contact: { notchpay: key } } })).toHaveLength(1)
    expect(problemsOf('pipedrive', { fields, writeBack: { company: { notchpay: key } } })).toEqual([])
  })
})
