import { sandboxOrganization } from '../../../lib/sources/close/sandbox.ts'
import { failureOf } from '../requests.ts'
import { contact, lead, startClose } from './api.ts'

let close: Awaited<ReturnType<typeof startClose>>
beforeAll(async () => {
  close = await startClose()
  close.putLead('l1', { name: 'Serwaa Foods', addresses: [{ label: 'business', country: 'GH' }] })
  close.put('c1', 'l1', { name: 'Ama', emails: [{ email: 'ama@example.gh' }] })
  close.put('c2', 'l1', { name: 'Kofi' })
  close.put('c3', 'l9', { name: 'Esi' })
  close.put('gone', 'l1', { deleted: true })
})
beforeEach(() => {
  close.api.setFaults([])
  close.api.ledger.length = 0
})
afterAll(() => close.api.close())

const fetched = async (...ids: string[]) => (await close.build().fetchCustomers?.(ids.map(contact))) ?? []

describe('reading Close contacts', () => {
  it('reads a contact and its lead, with the API key as the user', async () => {
    expect(await fetched('c1')).toMatchObject([
      {
        kind: 'found',
        customer: {
          name: { full: 'Ama' },
          email: 'ama@example.gh',
          phone: null,
          companyName: 'Serwaa Foods',
          address: { country: 'GH', city: null },
        },
      },
    ])
    expect(close.calls()).toEqual(['GET /api/v1/contact/c1/', 'GET /api/v1/lead/l1/'])
    const authorization = `Basic ${Buffer.from('api_key:').toString('base64')}`
    for (const { headers } of close.api.ledger) expect(headers).toMatchObject({ authorization })
  })

  it('reads a lead once for its contacts', async () => {
    expect(await fetched('c1', 'c2', 'gone')).toMatchObject([
      { kind: 'found', customer: { companyName: 'Serwaa Foods' } },
      { kind: 'found', customer: { companyName: 'Serwaa Foods' } },
      { kind: 'deleted' },
    ])
    expect(close.calls().filter((call) => call.includes('/lead/'))).toEqual(['GET /api/v1/lead/l1/'])
  })

  it('knows nothing of a lead that is gone', async () => {
    expect(await fetched('c3')).toMatchObject([
      { kind: 'found', customer: { name: { full: 'Esi' }, email: null, phone: null } },
    ])
    const [answer] = await fetched('c3')
    expect(answer?.kind === 'found' && Object.keys(answer.customer)).toEqual(['name', 'email', 'phone'])
  })

  it('does not sync a contact whose lead cannot be read', async () => {
    close.api.setFaults([{ path: '/lead/', effect: 'answer', status: 503 }])
    expect(await failureOf(fetched('c1'))).toMatchObject({ code: 'CRM_UNAVAILABLE' })
  })

  it('takes an answer with another id for a merge', async () => {
    close.api.setFaults([{ effect: 'answer', status: 200, body: { id: 'c9' } }])
    expect(await fetched('c1')).toEqual([{ kind: 'merged', intoId: 'c9' }])
  })

  it('supports contacts only', async () => {
    const company = { ...contact('l1'), recordType: 'company' } as const
    expect(await close.build().fetchCustomers?.([company, lead('l1')])).toMatchObject([
      { kind: 'failed', error: { code: 'UNKNOWN_RECORD_TYPE' } },
      { kind: 'failed', error: { code: 'UNKNOWN_RECORD_TYPE' } },
    ])
    expect(close.calls()).toEqual([])
  })

  it.each([
    [{}, { error: { rate_reset: 2.3, message: 'x' } }, 3],
    [{}, { rate_reset: 4 }, 4],
    [{ ratelimit: 'limit=160, remaining=0, reset=5.5' }, { error: 'x' }, 6],
    [{ 'retry-after': '7', ratelimit: 'limit=160, remaining=0, reset=5' }, { rate_reset: 4 }, 7],
    [{}, 'not JSON', undefined],
  ])('waits as long as Close asks: %j %j', async (headers, body, afterSeconds) => {
    close.api.setFaults([{ effect: 'answer', status: 429, headers, body }])
    expect(await failureOf(fetched('c1'))).toMatchObject({
      code: 'CRM_THROTTLED',
      afterSeconds,
      counts: false,
    })
  })

  it('names a missing API key', async () => {
    const source = close.build({ secrets: { CLOSE_ACCESS_TOKEN: undefined } })
    expect(await failureOf(source.fetchCustomers?.([contact('c1')]))).toMatchObject({
      code: 'NO_ACCESS_TOKEN',
    })
    expect(await source.ownsAccount('another')).toBe(true)
  })
})

describe('the contacts of a Close lead', () => {
  it('are found with one call', async () => {
    expect(await close.build().expand?.(lead('l1'))).toEqual([contact('c1'), contact('c2')])
    expect(close.calls()).toEqual(['GET /api/v1/lead/l1/'])
  })

  it.each([
    [{ contact_ids: ['c1', 'c2'], contacts: [{ id: 'c2' }, { id: 'c3' }] }, ['c1', 'c2', 'c3']],
    [{ contacts: [{ id: 'c1', name: 'Ama' }] }, ['c1']],
    [{ contact_ids: null }, []],
    [{}, []],
  ])('are read from %j', async (body, ids) => {
    close.api.setFaults([{ effect: 'answer', status: 200, body }])
    expect(await close.build().expand?.(lead('l1'))).toEqual(ids.map(contact))
  })

  it('are none when the lead is gone', async () => {
    expect(await close.build().expand?.(lead('unknown'))).toEqual([])
  })

  it('are asked for again after a failure', async () => {
    close.api.setFaults([{ effect: 'answer', status: 503 }])
    await expect(close.build().expand?.(lead('l1'))).rejects.toMatchObject({ code: 'CRM_UNAVAILABLE' })
  })
})

describe('the organization of a Close API key', () => {
  it.each([
    [{ organizations: [{ id: 'orga_1' }] }, false],
    [{ organization_id: sandboxOrganization, organizations: [{ id: 'orga_1' }] }, true],
    // Which of them is the key's is not said.
    [{ organizations: [{ id: 'orga_1' }, { id: 'orga_2' }] }, true],
    [{ organizations: 'none' }, true],
  ])('is read from %j', async (body, owns) => {
    close.api.setFaults([{ effect: 'answer', status: 200, body }])
    expect(await close.build().ownsAccount(sandboxOrganization)).toBe(owns)
  })
})
