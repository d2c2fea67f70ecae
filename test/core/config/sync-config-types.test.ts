import { defineSyncConfig } from '../../../lib/sync-config.ts'

/** `tsc` checks this file too: each line after `@ts-expect-error` must be a type error, and no other line may be. */
const providers: ['notchpay'] = ['notchpay']
const routes: [{ to: 'notchpay' }] = [{ to: 'notchpay' }]

describe('the types of sync.config.ts', () => {
  it('accept country codes only', () => {
    const define = (...countries: Countries) =>
      defineSyncConfig({ sources: {}, providers, routes: [{ to: 'notchpay', countries }] })
    define('CM', 'GB', 'XK')
    const mistakes = [
      // @ts-expect-error
      () => define('UK'),
      // @ts-expect-error
      () => define('XX'),
      // @ts-expect-error
      () => define('cm'),
    ]
    for (const mistake of mistakes) expect(mistake).toThrow('country code')
  })

  it('accept customer fields only', () => {
    const define = (contact: NonNullable<ContactFields>) =>
      defineSyncConfig({ sources: { hubspot: { fields: { contact } } }, providers, routes })
    define({ email: 'mail', phone: ['whatsapp', 'phone'], 'name.given': 'first' })
    define({ 'address.postalCode': 'zip', 'billing.country': 'land', 'metadata.tier': 'customer_tier' })
    const mistakes = [
      // @ts-expect-error
      () => define({ fax: 'fax' }),
      // @ts-expect-error
      () => define({ 'address.zip': 'zip' }),
      // @ts-expect-error
      () => define({ name: 'name' }),
      // @ts-expect-error
      () => define({ metadata: 'tier' }),
      // @ts-expect-error
      () => define({ phone: 5 }),
    ]
    for (const mistake of mistakes) expect(mistake).toThrow('sources.hubspot.fields.contact')
  })

  it('accept existing record types, sources and providers only', () => {
    const mistakes = [
      // @ts-expect-error
      () => defineSyncConfig({ sources: { shopify: {} }, providers, routes }),
      // @ts-expect-error
      () => defineSyncConfig({ sources: { pipedrive: { fields: { person: {} } } }, providers, routes }),
      // @ts-expect-error
      () => defineSyncConfig({ sources: {}, providers: ['notchpay', 'stripe'], routes }),
      // @ts-expect-error
      () => defineSyncConfig({ sources: {}, providers, routes: [{ to: 'stripe' }] }),
    ]
    for (const mistake of mistakes) expect(mistake).toThrow('sync.config.ts: ')
  })
})

type Input = Parameters<typeof defineSyncConfig>[0]
type Countries = NonNullable<Input['routes'][number]['countries']>
type ContactFields = NonNullable<NonNullable<Input['sources']['hubspot']>['fields']>['contact']
