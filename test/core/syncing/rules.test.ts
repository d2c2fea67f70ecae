import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { routeCustomer } from '../../../lib/core/config/route.ts'
import { retryWait } from '../../../lib/core/failures/retry.ts'
import { compareTimes, laterTime } from '../../../lib/core/model/crm-time.ts'
import { Misconfigured, RetryLater } from '../../../lib/core/model/errors.ts'
import { fingerprint } from '../../../lib/core/model/fingerprint.ts'
import syncConfig from '../../../sync.config.ts'
import { aCustomer, ref } from '../../fakes/world.ts'

describe('fingerprint', () => {
  it('does not depend on the order of keys, nor on undefined keys', () => {
    expect(fingerprint({ a: 1, b: { c: [1, 2], d: undefined } })).toBe(
      fingerprint({ b: { c: [1, 2] }, a: 1 }),
    )
  })

  it('distinguishes null, absent, empty and the order of a list', () => {
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

/** JSON has no -0. */
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
  const once = { failed: 1, received: 1, failingSeconds: 0, atProvider: false }
  it('honours Retry-After, but not so often that an outage uses up the receives of the queue', () => {
    const throttled = new RetryLater('THROTTLED', '429', { afterSeconds: 1, counts: false })
    const long = { baseSeconds: 5, maxSeconds: 3600, attempts: 8 }
    const wait = (received: number) => retryWait(throttled, { ...once, failed: 0, received }, long, () => 0)
    expect([wait(1), wait(60)]).toEqual([1, 1])
    expect([wait(61), wait(999)]).toEqual([150, 150])
    const days =
      Array.from({ length: 1000 }, (_, index) => wait(index + 1)).reduce((sum, it) => sum + it, 0) / 86_400
    expect(days).toBeGreaterThan(1.5)
  })

  const settings = { baseSeconds: 5, maxSeconds: 60, attempts: 8 }
  it('doubles with every attempt up to the longest wait, with full jitter', () => {
    const waits = [1, 2, 3, 4, 5, 99].map((failed) =>
      retryWait(new Error(), { ...once, failed }, settings, () => 1),
    )
    expect(waits).toEqual([5, 10, 20, 40, 60, 60])
    expect(retryWait(new Error(), { ...once, failed: 5 }, settings, () => 0)).toBe(1)
  })

  it('does not grow with deliveries that were not failures', () => {
    expect(retryWait(new Error(), { ...once, received: 200, failingSeconds: 900 }, settings, () => 1)).toBe(5)
  })

  const long = { ...settings, maxSeconds: 3600 }
  const outages = [
    new RetryLater('TABLE_UNAVAILABLE', 'the table is down', { counts: false }),
    new RetryLater('CRM_UNAVAILABLE', 'the CRM is down', { counts: false }),
    new Misconfigured('CRM_DENIED', 'the token is wrong'),
  ]
  it.each(outages)('waits at most five minutes for $code, and at least half of its step', (outage) => {
    const wait = (failingSeconds: number, random: number) =>
      retryWait(outage, { ...once, failed: 0, failingSeconds }, long, () => random)
    expect([0, 5, 15, 295, 86_400].map((seconds) => wait(seconds, 1))).toEqual([5, 10, 20, 300, 300])
    expect(wait(86_400, 0)).toBe(150)
  })

  it.each(outages)('does not wait longer for $code because of planned waits before it', (outage) => {
    expect(retryWait(outage, { ...once, received: 9, failingSeconds: 2 }, long, () => 1)).toBe(7)
  })

  it('stays short where a provider fails now and then, which is paused when it is down', () => {
    const fails = new RetryLater('PROVIDER_UNAVAILABLE', '503', { counts: false })
    const wait = (tries: object) => retryWait(fails, { ...once, failed: 0, ...tries }, long, () => 1)
    const waits = [0, 5, 600].map((failingSeconds) => wait({ failingSeconds, atProvider: true }))
    expect(waits).toEqual([5, 5, 5])
    expect(wait({ failingSeconds: 600, atProvider: false })).toBe(300)
    // Otherwise a single record could use up the receives of the queue.
    expect(wait({ failingSeconds: 600, atProvider: true, received: 61 })).toBe(300)
  })

  it('never waits less than the minimum, and grows to five minutes', () => {
    const patient = new RetryLater('PROVIDER_PAUSED', 'paused', {
      afterSeconds: 12,
      growing: true,
      counts: false,
    })
    const waits = [0, 5, 15, 295, 86_400].map((failingSeconds) =>
      retryWait(patient, { ...once, failed: 0, failingSeconds }, long, () => 1),
    )
    expect(waits).toEqual([12, 12, 20, 300, 300])
  })

  it('prefers the wait that the other side asks for', () => {
    const wish = new RetryLater('THROTTLED', 'slow down', {
      afterSeconds: 301.2,
    })
    expect(retryWait(wish, once, settings, () => 1)).toBe(302)
  })
})

describe('routeCustomer, as shipped', () => {
  const route = (changes: Parameters<typeof aCustomer>[0], phoneCountry?: string) =>
    routeCustomer(aCustomer(changes), ref, syncConfig.routes, () => phoneCountry)

  it.each(['CM', 'CI', 'SN', 'GA', 'GH', 'NG', 'KE', 'UG'])(
    'routes a customer in %s to Notch Pay',
    (country) => {
      expect(route({ address: { country } })).toBe('notchpay')
    },
  )

  it.each(['IN', 'PH', 'ZA', 'FR'])('routes a customer in %s to WooshPay', (country) => {
    expect(route({ address: { country } })).toBe('wooshpay')
  })

  it('uses the phone’s country without an address, and the address’s country when both are known', () => {
    expect(route({ address: null }, 'KE')).toBe('notchpay')
    expect(route({ address: { country: 'IN' } }, 'KE')).toBe('wooshpay')
    expect(route({ address: null })).toBe('wooshpay')
  })
})

describe('routes', () => {
  it('can match source, account and record type, and lead nowhere', () => {
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
