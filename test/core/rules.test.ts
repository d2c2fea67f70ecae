import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { compareTimes, laterTime } from '../../lib/core/crm-time.ts'
import { RetryLater } from '../../lib/core/errors.ts'
import { fingerprint } from '../../lib/core/fingerprint.ts'
import { retryWait } from '../../lib/core/retry.ts'
import { routeCustomer } from '../../lib/core/route.ts'
import { defineSyncConfig } from '../../lib/core/sync-config.ts'
import syncConfig from '../../sync.config.ts'
import { aCustomer, ref } from '../fakes/world.ts'

describe('fingerprint', () => {
  it('does not depend on the order of keys, nor on keys that are undefined', () => {
    expect(fingerprint({ a: 1, b: { c: [1, 2], d: undefined } })).toBe(
      fingerprint({ b: { c: [1, 2] }, a: 1 }),
    )
  })

  it('tells null, absent, empty and another order of a list apart', () => {
    const values = [{}, { a: null }, { a: '' }, { a: [] }, { a: [1, 2] }, { a: [2, 1] }, { a: '1,2' }]
    expect(new Set(values.map(fingerprint)).size).toBe(values.length)
  })

  it('is equal exactly for equal JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(fingerprint(a) === fingerprint(b)).toBe(isDeepStrictEqual(asSent(a), asSent(b)))
      }),
    )
  })
})

/** JSON knows no -0. */
function asSent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

describe('CRM times', () => {
  it('are compared as instants, whatever their precision', () => {
    expect(compareTimes('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z')).toBe(0)
    expect(compareTimes('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.001Z')).toBeLessThan(0)
    expect(compareTimes(null, '1970-01-01T00:00:00Z')).toBeLessThan(0)
    expect(laterTime(null, '2026-01-01T00:00:00Z')).toBe('2026-01-01T00:00:00Z')
  })
})

describe('retryWait', () => {
  const settings = { baseSeconds: 5, maxSeconds: 60, attempts: 8 }
  it('doubles with every try up to the longest wait, with full jitter', () => {
    const waits = [1, 2, 3, 4, 5, 99].map((tries) => retryWait(new Error(), tries, settings, () => 1))
    expect(waits).toEqual([5, 10, 20, 40, 60, 60])
    expect(retryWait(new Error(), 5, settings, () => 0)).toBe(1)
  })

  it('never waits less than the least, and grows from there to a quarter of an hour', () => {
    const patient = new RetryLater('PROVIDER_PAUSED', 'rests', { afterSeconds: 12, growing: true })
    const long = { ...settings, maxSeconds: 3600 }
    const waits = [1, 2, 3, 9, 99].map((tries) => retryWait(patient, tries, long, () => 1))
    expect(waits).toEqual([12, 12, 20, 900, 900])
  })

  it('lets the other side’s wish win', () => {
    const wish = new RetryLater('THROTTLED', 'slow down', {
      afterSeconds: 301.2,
    })
    expect(retryWait(wish, 1, settings, () => 1)).toBe(302)
  })
})

describe('routeCustomer, as shipped', () => {
  const route = (changes: Parameters<typeof aCustomer>[0], phoneCountry?: string) =>
    routeCustomer(aCustomer(changes), ref, syncConfig.routes, () => phoneCountry)

  it.each(['CM', 'CI', 'SN', 'GA', 'GH', 'NG', 'KE', 'UG'])(
    'sends a customer in %s to Notch Pay',
    (country) => {
      expect(route({ address: { country } })).toBe('notchpay')
    },
  )

  it.each(['IN', 'PH', 'ZA', 'FR'])('sends a customer in %s to WooshPay', (country) => {
    expect(route({ address: { country } })).toBe('wooshpay')
  })

  it('takes the phone’s country where there is no address, and the address’s where both are known', () => {
    expect(route({ address: null }, 'KE')).toBe('notchpay')
    expect(route({ address: { country: 'IN' } }, 'KE')).toBe('wooshpay')
    expect(route({ address: null })).toBe('wooshpay')
  })
})

describe('routes', () => {
  it('can ask for source, account and record type, and lead nowhere', () => {
    const routes = [
      { source: 'pipedrive', to: 'wooshpay' },
      { account: '33', recordType: 'company', to: 'wooshpay' },
      { account: '33', to: 'nowhere' },
    ] as const
    const none = () => undefined
    expect(routeCustomer(aCustomer(), ref, routes, none)).toBeNull()
    expect(routeCustomer(aCustomer(), { ...ref, recordType: 'company' }, routes, none)).toBe('wooshpay')
    expect(routeCustomer(aCustomer(), { ...ref, account: '34' }, routes, none)).toBeNull()
  })
})

describe('defineSyncConfig', () => {
  const valid = {
    sources: {},
    providers: ['wooshpay' as const],
    routes: [{ to: 'wooshpay' as const }],
  }

  it('fills in the gentle defaults', () => {
    expect(defineSyncConfig(valid).policies).toEqual({
      onDelete: 'keep',
      clear: [],
      firstSight: 'create',
      unreadablePhone: 'keep',
    })
  })

  it('takes every customer field for mapping and clearing but e-mail and phone for clearing', () => {
    const parts = ['line1', 'line2', 'city', 'state', 'postalCode', 'country', 'name', 'phone']
    const contact = Object.fromEntries(parts.map((part) => [`shipping.${part}`, `crm_${part}`]))
    const config = { sources: { hubspot: { fields: { contact } }, pipedrive: { fields: { contact } } } }
    expect(defineSyncConfig({ ...valid, ...config }).sources.hubspot?.fields?.contact).toEqual(contact)
    const policies = { clear: ['shipping', 'metadata'], unreadablePhone: 'refuse' } as const
    expect(defineSyncConfig({ ...valid, policies }).policies).toMatchObject(policies)
  })

  it.each([
    [
      'a provider that is not switched on',
      { routes: [{ to: 'notchpay' }] },
      'routes: "notchpay" is not among providers',
    ],
    ['an unknown provider', { routes: [{ to: 'stripe' }] }, 'routes.0.to'],
    [
      'a country that is no code',
      { routes: [{ to: 'wooshpay', countries: ['Cameroon'] }] },
      'routes.0.countries.0',
    ],
    ['an unknown setting', { policy: {} }, 'policy'],
    [
      'an unknown part of the shipping',
      { sources: { hubspot: { fields: { contact: { 'shipping.email': 'x' } } } } },
      'shipping.email',
    ],
    ['clearing e-mails', { policies: { clear: ['email'] } }, 'policies.clear.0'],
    ['a field that does not exist', { sources: { hubspot: { fields: { contact: { fax: 'fax' } } } } }, 'fax'],
  ])('answers %s with one line that names it', (_, changes, expected) => {
    const define = () => defineSyncConfig({ ...valid, ...changes } as never)
    expect(define).toThrow(/^sync\.config\.ts: [^\n]+$/)
    expect(define).toThrow(expected)
  })
})
