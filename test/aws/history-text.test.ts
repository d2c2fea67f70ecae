import { marshall } from '@aws-sdk/util-dynamodb'
import * as fc from 'fast-check'
import { decodeHistory, encodeHistory } from '../../lib/aws/history-text.ts'
import { toItem } from '../../lib/aws/link-item.ts'
import { markFields } from '../../lib/core/links/changed-fields.ts'
import { fingerprint } from '../../lib/core/model/fingerprint.ts'
import { newLink } from '../../lib/core/model/link.ts'
import { type LinkHistoryEntry, linkEvents } from '../../lib/core/model/link-history.ts'
import type { ProviderCustomerId } from '../../lib/core/model/provider.ts'
import { aHistoryEntry } from '../fakes/history.ts'

const entries: fc.Arbitrary<LinkHistoryEntry> = fc.record({
  at: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000).toISOString()),
  event: fc.constantFrom(...linkEvents),
  eventId: fc.option(
    fc.oneof(
      fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 8 }),
      fc.constantFrom('é', '😀', '48:a:b:1'),
    ),
  ),
  code: fc.option(fc.constantFrom('PROVIDER_PAUSED', 'KEY_REFUSED', 'TIMEOUT')),
  status: fc.option(fc.integer({ min: 100, max: 599 })),
  fields: fc.uniqueArray(fc.constantFrom('phone', 'email', 'address.city', 'metadata.a|b,c;d'), {
    maxLength: 3,
  }),
  tries: fc.integer({ min: 1, max: 1000 }),
})

it('a history is read as it was written', () => {
  fc.assert(
    fc.property(fc.array(entries, { maxLength: 4 }), (history) => {
      const text = encodeHistory(history)
      expect(decodeHistory(text)).toEqual(history)
    }),
  )
})

it('a history of long event ids keeps every entry, and loses the oldest ids first', () => {
  const history = Array.from({ length: 8 }, (_, index) =>
    aHistoryEntry({ eventId: `${index}`.repeat(60), fields: ['phone', 'email'], tries: index + 1 }),
  )
  const stored = decodeHistory(encodeHistory(history))
  expect(stored.map(({ tries, fields }) => [tries, fields])).toEqual(
    history.map(({ tries, fields }) => [tries, fields]),
  )
  expect(stored.map(({ eventId }) => eventId !== null)).toEqual([
    ...Array.from({ length: 5 }, () => false),
    true,
    true,
    true,
  ])
})

it('a text of another release, or a damaged one, is no history', () => {
  for (const text of [undefined, '', '2|a|b|c', '1|||', '1|||zz', 7]) expect(decodeHistory(text)).toEqual([])
})

/** As DynamoDB counts: the bytes of names and values, and three for a list or a map. */
function sizeOf(item: ReturnType<typeof toItem>): number {
  const stored = marshall({ ...item, writeId: 'abcdefgh' })
  return Object.entries(stored).reduce((sum, [name, value]) => {
    const [type, content] = Object.entries(value)[0] ?? []
    const bytes =
      type === 'S'
        ? Buffer.byteLength(String(content))
        : type === 'N'
          ? 21
          : Buffer.byteLength(JSON.stringify(content)) + 3
    return sum + Buffer.byteLength(name) + bytes
  }, 0)
}

describe('a link of ordinary size with a full history fits into one write unit', () => {
  const payload = {
    name: 'Amina Ngo Bassa',
    email: 'amina@example.cm',
    phone: '+237677000001',
    description: 'Customer since 2024',
    address: { line1: 'Rue 1', line2: '', city: 'Douala', state: 'LT', postal_code: '00237', country: 'CM' },
    metadata: {
      crm_record: 'hubspot:8675309:contact:701000000103',
      source: 'hubspot',
      company_name: 'Bassa SARL',
    },
  }
  it.each([
    [
      'HubSpot',
      { source: 'hubspot', account: '48213377', recordId: '701000000103' },
      '48213377:contact.propertyChange:701000000103:3816281102:1772442061383:phone',
    ],
    [
      'Pipedrive',
      { source: 'pipedrive', account: '13572468', recordId: '51230' },
      '8f2c1e0a-5f0b-4c39-9a52-0f4be1c2d3e4',
    ],
    [
      'Standard Webhooks',
      { source: 'standard-webhooks', account: 'default', recordId: 'cust-000123' },
      'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
    ],
  ])('of %s', (_, names, eventId) => {
    const ref = { ...names, recordType: 'contact' } as const
    const at = '2026-03-01T08:00:00.000Z'
    const failed = { event: 'failed', code: 'PROVIDER_UNAVAILABLE', status: 503 } as const
    const history = Array.from({ length: 8 }, (_, index) =>
      aHistoryEntry({
        at,
        eventId,
        ...(index % 2 === 0 ? failed : { fields: ['phone', 'address.city', 'email'] }),
      }),
    )
    const link = {
      ...newLink(ref, 'wooshpay', 'live'),
      state: 'linked',
      providerCustomerId: 'cus_1826544893301784576' as ProviderCustomerId,
      fingerprint: fingerprint(payload),
      fieldMarks: markFields(payload, ref),
      crmVersion: at,
      syncedAt: at,
      lastOutcome: 'updated',
      history,
      revision: 12,
    } as const
    expect(sizeOf(toItem(link))).toBeLessThanOrEqual(1024)
  })
})
