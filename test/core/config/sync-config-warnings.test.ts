import { findImpossiblePolicies, findWarnings } from '../../../lib/core/config/sync-config-warnings.ts'
import { providerFeatures } from '../../../lib/offline/check-service.ts'
import { defineSyncConfig, type SyncConfigInput } from '../../../lib/sync-config.ts'
import syncConfig from '../../../sync.config.ts'

/** The warnings for a config with these settings, according to the abilities of the real adapters. */
function warningsFor(changes: Partial<SyncConfigInput>): string[] {
  return findWarnings(withChanges(changes), providerFeatures)
}

function impossibleIn(changes: Partial<SyncConfigInput>): string[] {
  return findImpossiblePolicies(withChanges(changes), providerFeatures)
}

function withChanges(changes: Partial<SyncConfigInput>) {
  const sources = { hubspot: {}, pipedrive: {} }
  const config: SyncConfigInput = {
    sources,
    providers: ['notchpay', 'wooshpay'],
    routes: [{ countries: ['CM'], to: 'notchpay' }, { to: 'wooshpay' }],
    ...changes,
  }
  return defineSyncConfig(config)
}
const wooshpayAlone = {
  providers: ['wooshpay'],
  routes: [{ to: 'wooshpay' }],
} satisfies Partial<SyncConfigInput>
const notchpayAlone = {
  providers: ['notchpay'],
  routes: [{ to: 'notchpay' }],
} satisfies Partial<SyncConfigInput>

describe('findWarnings', () => {
  it('has no warnings for the shipped sync.config.ts', () => {
    expect(findWarnings(syncConfig, providerFeatures)).toEqual([])
  })

  it.each([
    [
      'a catch-all route that is not the last',
      [{ to: 'wooshpay' }, { countries: ['CM'], to: 'notchpay' }, { source: 'hubspot', to: 'nowhere' }],
      [1, 2].map((index) => `routes[${index}]: never matches: routes[0] takes the same customers first`),
    ],
    [
      'a route for countries that an earlier route covers',
      [
        { countries: ['CM', 'SN'], to: 'notchpay' },
        { source: 'hubspot', countries: ['SN'], to: 'wooshpay' },
        { to: 'wooshpay' },
      ],
      ['routes[1]: never matches: routes[0] takes the same customers first'],
    ],
    [
      'a route for a disabled source',
      [{ source: 'standard-webhooks', to: 'notchpay' }, { to: 'wooshpay' }],
      ['routes[0]: never matches: sources.standard-webhooks is not switched on'],
    ],
    [
      'a missing catch-all route',
      [
        { countries: ['CM'], to: 'notchpay' },
        { source: 'hubspot', to: 'wooshpay' },
      ],
      [
        'routes: a customer that no route matches is created nowhere: end with { to: "nowhere" } if that is intended',
      ],
    ],
  ] as [string, SyncConfigInput['routes'], string[]][])('warns of %s', (_, routes, expected) => {
    expect(warningsFor({ routes })).toEqual(expected)
  })

  it.each([
    [
      'overlapping routes',
      [
        { countries: ['CM', 'SN'], to: 'notchpay' },
        { countries: ['SN', 'GA'], to: 'wooshpay' },
        { to: 'nowhere' },
      ],
    ],
    [
      'a narrower route before a wider one',
      [
        { source: 'hubspot', recordType: 'company', to: 'notchpay' },
        { source: 'hubspot', to: 'wooshpay' },
        { to: 'nowhere' },
      ],
    ],
  ] as [string, SyncConfigInput['routes']][])('accepts %s', (_, routes) => {
    expect(warningsFor({ routes })).toEqual([])
  })

  it('warns of a provider that no route leads to', () => {
    expect(warningsFor({ routes: [{ to: 'notchpay' }] })).toEqual([
      'providers: no route leads to wooshpay: customers linked there are updated, none is created',
    ])
  })

  it('warns when no source is enabled', () => {
    expect(warningsFor({ sources: {} })).toEqual([
      'sources: none is switched on: every webhook is answered with 404',
    ])
  })

  it.each([
    ['onDelete: "block"', { onDelete: 'block' }, 'block customers'],
    ['onDelete: "delete"', { onDelete: 'delete' }, 'delete customers'],
    ['firstSight: "adopt-or-create"', { firstSight: 'adopt-or-create' }, 'be searched'],
    ['clear: "billing"', { clear: ['billing', 'address'] }, 'clear billing'],
  ] as const)(
    'rejects policies.%s when no provider supports it, and warns when no route leads to one that does',
    (setting, policies, what) => {
      const copy = { ...policies, ...('clear' in policies && { clear: [...policies.clear] }) }
      expect(impossibleIn({ ...wooshpayAlone, policies: copy })).toEqual([
        `policies.${setting} cannot be followed: wooshpay cannot ${what}`,
      ])
      expect(warningsFor({ ...wooshpayAlone, policies: copy })).toEqual([])
      expect(warningsFor({ routes: [{ to: 'wooshpay' }], policies: copy })).toContain(
        `policies.${setting} has no effect: wooshpay cannot ${what}`,
      )
      for (const find of [impossibleIn, warningsFor]) expect(find({ policies: copy })).toEqual([])
    },
  )

  it('refuses to clear fields that Notch Pay does not store', () => {
    expect(
      impossibleIn({
        ...notchpayAlone,
        policies: { clear: ['name', 'companyName', 'description', 'shipping'] },
      }),
    ).toEqual(
      ['description', 'shipping'].map(
        (field) => `policies.clear: "${field}" cannot be followed: notchpay cannot clear ${field}`,
      ),
    )
  })
})
