import codes from 'i18n-iso-countries/codes.json' with { type: 'json' }
import { countryCodes } from '../../../lib/core/model/country-code.ts'
import { sourceNames } from '../../../lib/sources/registry.ts'
import { defineSyncConfig } from '../../../lib/sync-config.ts'

const valid = {
  sources: {},
  providers: ['wooshpay' as const],
  routes: [{ to: 'wooshpay' as const }],
}

/** The validation messages for a config with these settings. */
function problemsOf(changes: object): string[] {
  try {
    defineSyncConfig({ ...valid, ...changes } as never)
  } catch (error) {
    return String((error as Error).message).split('\n')
  }
  return []
}

describe('defineSyncConfig', () => {
  it('fills in the conservative defaults', () => {
    expect(defineSyncConfig(valid).policies).toEqual({
      onDelete: 'keep',
      clear: [],
      firstSight: 'create',
      unreadablePhone: 'keep',
    })
  })

  it('accepts every part of the shipping for mapping, and metadata for clearing', () => {
    const parts = ['line1', 'line2', 'city', 'state', 'postalCode', 'country', 'name', 'phone']
    const shipping = Object.fromEntries(parts.map((part) => [`shipping.${part}`, `crm_${part}`]))
    const { sources } = defineSyncConfig({ ...valid, ...contact(shipping) } as never)
    expect(sources.hubspot?.fields?.contact).toEqual(shipping)
    const policies = { clear: ['shipping', 'metadata'], unreadablePhone: 'refuse' } as const
    expect(defineSyncConfig({ ...valid, policies }).policies).toMatchObject(policies)
  })

  const contact = (fields: object) => ({ sources: { hubspot: { fields: { contact: fields } } } })
  it.each([
    [
      'a provider that is not enabled',
      { routes: [{ to: 'notchpay' }] },
      'routes[0].to: expected "wooshpay" or "nowhere", as "providers" says, got "notchpay"',
    ],
    [
      'an unknown provider',
      { routes: [{ to: 'stripe' }] },
      'routes[0].to: expected "notchpay", "wooshpay" or "nowhere", got "stripe"',
    ],
    ...['UK', 'XX', 'EU', 'cm', 'Cameroon', ''].map((code) => [
      `the country code ${JSON.stringify(code)}`,
      { routes: [{ to: 'wooshpay', countries: ['CM', code] }] },
      `routes[0].countries[1]: expected an ISO 3166-1 alpha-2 country code in upper case, such as "CM", got "${code}"`,
    ]),
    [
      'a route for no country',
      { routes: [{ to: 'wooshpay', countries: [] }] },
      'routes[0].countries: expected at least one entry, got []',
    ],
    [
      'an unknown setting',
      { policy: {} },
      'policy: unknown setting, expected sources, providers, routes or policies',
    ],
    [
      'an unknown setting of a route',
      { routes: [{ to: 'wooshpay', country: 'CM' }] },
      'routes[0].country: unknown setting, expected source, account, recordType, countries or to',
    ],
    [
      'an unknown source',
      { sources: { shopify: {} } },
      `sources.shopify: unknown setting, expected ${sourceNames.slice(0, -1).join(', ')} or ${sourceNames.at(-1)}`,
    ],
    [
      'a setting where none is allowed',
      { sources: { 'standard-webhooks': { fields: {} } } },
      'sources["standard-webhooks"].fields: unknown setting, expected none',
    ],
    [
      'clearing e-mails',
      { policies: { clear: ['email'] } },
      'policies.clear[0]: expected "name", "companyName", "description", "address", "billing", "shipping" or "metadata", got "email"',
    ],
    [
      'a field that does not exist',
      contact({ fax: 'fax' }),
      /^sources\.hubspot\.fields\.contact\.fax: expected a customer field: email, .*, shipping\.phone or metadata\.<key>, got "fax"$/,
    ],
    [
      'a metadata key that no provider accepts',
      contact({ 'metadata.a b': 'tier' }),
      /^sources\.hubspot\.fields\.contact\["metadata\.a b"\]: expected a customer field: /,
    ],
    [
      'a field that is filled from a number',
      contact({ phone: 5 }),
      'sources.hubspot.fields.contact.phone: expected the name of a CRM property, or a list of names, got 5',
    ],
    [
      'a record type that does not exist',
      { sources: { pipedrive: { fields: { person: {} } } } },
      'sources.pipedrive.fields.person: unknown setting, expected contact, company or lead',
    ],
    ['what is missing', { routes: undefined }, 'routes: expected an array, got nothing'],
    [
      'a very long value',
      { providers: 'notchpay '.repeat(20) },
      /^providers: expected an array, got "notchpay .*…$/,
    ],
  ] as [string, object, string | RegExp][])(
    'rejects %s with a single line that states what is allowed',
    (_, changes, expected) => {
      const line = typeof expected === 'string' ? `sync.config.ts: ${expected}` : expect.any(String)
      const problems = problemsOf(changes)
      expect(problems).toEqual([line])
      if (expected instanceof RegExp) expect(problems[0]?.replace('sync.config.ts: ', '')).toMatch(expected)
    },
  )

  it('reports all errors at once, one line each', () => {
    const problems = problemsOf({
      sources: { hubspot: { fields: { contact: { fax: 'fax' }, person: {} } } },
      routes: [{ to: 'stripe', countries: ['UK', 'CM', 'XX'] }, { to: 'notchpay' }],
      policies: { onDelete: 'erase', onMerge: 'keep', onErase: 'keep' },
    })
    expect(problems.map((line) => line.split(': ')[1]).toSorted()).toEqual([
      'policies.onDelete',
      'policies.onErase',
      'policies.onMerge',
      'routes[0].countries[0]',
      'routes[0].countries[2]',
      'routes[0].to',
      'routes[1].to',
      'sources.hubspot.fields.contact.fax',
      'sources.hubspot.fields.person',
    ])
  })

  it.each([undefined, null, 5, []])('rejects %j with a single line', (input) => {
    expect(() => defineSyncConfig(input as never)).toThrow(
      /^sync\.config\.ts: expected an object, got [^\n]+$/,
    )
  })

  it('throws without a stack trace, because the error is in the file', () => {
    const define = () => defineSyncConfig({ ...valid, providers: [] })
    expect(define).toThrow(expect.objectContaining({ stack: expect.not.stringContaining('    at ') }))
  })
})

describe('country codes', () => {
  it('are exactly those that customers’ countries are normalised to', () => {
    expect([...countryCodes]).toEqual(codes.map(([alpha2]) => alpha2).toSorted())
  })
})
