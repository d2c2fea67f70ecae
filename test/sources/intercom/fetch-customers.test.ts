import { RetryLater } from '../../../lib/core/model/errors.ts'
import type { CrmSource } from '../../../lib/core/ports/crm-source.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { aSource, halvesOf, startCrmSandbox } from '../../support/a-source.ts'
import { aRef, failureOf } from '../requests.ts'

const updated_at = 1772442000
const contacts = [
  { object: 'contacts', id: 'u1', updated_at, name: 'Ama Serwaa', email: 'ama@example.gh' },
  { object: 'contacts', id: 'l1', updated_at, role: 'lead', mergedInto: 'u1' },
  { object: 'contacts', id: 'l2', updated_at, role: 'lead', mergedInto: 'l1' },
  { object: 'contacts', id: 'l3', updated_at, role: 'lead', mergedInto: 'l2' },
  { object: 'contacts', id: 'l4', updated_at, role: 'lead', mergedInto: 'l3' },
  { object: 'contacts', id: 'lead', updated_at, role: 'lead', name: 'A lead' },
  { object: 'contacts', id: 'archived', updated_at, archived: true },
  { object: 'companies', id: 'c/1', updated_at, name: 'Savane SA' },
]
const ref = (recordId: string) => aRef({ source: 'intercom', account: 'wk7pay3k', recordId })
const company = (recordId: string) => ({ ...ref(recordId), recordType: 'company' as const })

describe('reading from Intercom', () => {
  let api: RunningSandbox
  let source: CrmSource
  let variables: Readonly<Record<string, string | undefined>>
  beforeAll(async () => {
    const started = await startCrmSandbox(halvesOf('intercom'), contacts)
    ;({ api, variables } = started)
    source = aSource('intercom', { variables })
  })
  beforeEach(() => {
    api.setFaults([])
    api.ledger.length = 0
  })
  afterAll(() => api.close())
  const fetchOne = async (of = ref('u1')) => (await source.fetchCustomers?.([of]))?.[0]
  const answering = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    api.setFaults([{ effect: 'answer', status, body: body as never, headers }])

  it('asks for a contact and those merged into it, with the version that tells of merges', async () => {
    expect(await fetchOne()).toEqual({
      kind: 'found',
      customer: { name: { full: 'Ama Serwaa' }, email: 'ama@example.gh', phone: null },
      version: '2026-03-02T09:00:00.000Z',
      mergedIds: ['l1'],
    })
    const [call] = api.ledger
    expect([call?.method, call?.path, `${call?.query}`]).toEqual([
      'GET',
      '/contacts/u1',
      'include_merge_history=true',
    ])
    expect(call?.headers).toMatchObject({
      authorization: 'Bearer intercom-token-offline',
      'intercom-version': '2.16',
      accept: 'application/json',
    })
  })

  it('reads a lead, which has no merge history, and a company', async () => {
    expect(await fetchOne(ref('lead'))).toMatchObject({ kind: 'found', mergedIds: [] })
    expect(await fetchOne(company('c/1'))).toMatchObject({
      kind: 'found',
      customer: { name: { full: 'Savane SA' }, companyName: 'Savane SA' },
      version: '2026-03-02T09:00:00.000Z',
    })
    expect(api.ledger.map(({ path, query }) => `${path}?${query}`)).toEqual([
      '/contacts/lead?include_merge_history=true',
      '/companies/c%2F1?',
    ])
  })

  it.each([
    ['l1', 'u1'],
    ['l2', 'u1'],
    ['l3', 'u1'],
    // Intercom resolves three merges in a row; reading l1 leads on.
    ['l4', 'l1'],
  ])('follows the 410 of %s to %s', async (id, intoId) => {
    expect(await fetchOne(ref(id))).toEqual({ kind: 'merged', intoId })
  })

  it.each([
    '</contacts/u9>; rel="canonical"',
    '</contacts/u9>;rel=canonical',
    '<https://api.intercom.io/contacts/u9>; rel="canonical"',
    '</help>; rel="help", </contacts/u9>; rel="canonical"',
  ])('reads the header Link: %s', async (link) => {
    answering(410, { type: 'error.list', errors: [{ code: 'contact_merged' }] }, { link })
    expect(await fetchOne(ref('l1'))).toEqual({ kind: 'merged', intoId: 'u9' })
  })

  it.each([
    [{}, { errors: [{ code: 'contact_merged' }] }],
    [{ link: '</help>; rel="canonical"' }, {}],
    [{ link: '</contacts/u9>; rel="next"' }, {}],
    [{ link: '</contacts/l1>; rel="canonical"' }, {}],
  ])('never takes a merged contact for a deleted one: %j', async (headers, body) => {
    answering(410, body, headers)
    const error = await failureOf(source.fetchCustomers?.([ref('l1')]))
    expect(error).toBeInstanceOf(RetryLater)
    expect(error).toMatchObject({ code: 'CRM_ANSWER_UNREADABLE' })
  })

  it.each([
    [404, { type: 'error.list', errors: [{ code: 'not_found', message: 'User Not Found' }] }],
    [410, { type: 'error.list', errors: [{ code: 'gone' }] }],
    [410, 'no JSON'],
  ])('takes %s %j for a deletion', async (status, body) => {
    answering(status, body)
    expect(await fetchOne()).toEqual({ kind: 'deleted' })
  })

  it('takes an archived contact for a deleted one, whether or not Intercom returns it', async () => {
    expect(await fetchOne(ref('archived'))).toEqual({ kind: 'deleted' })
    answering(200, { type: 'contact', id: 'u1', updated_at, archived: true })
    expect(await fetchOne()).toEqual({ kind: 'deleted' })
  })

  it('waits until the limit is reset', async () => {
    const reset = String(Date.parse('2026-03-02T12:00:07Z') / 1000)
    answering(429, { errors: [{ code: 'rate_limit_exceeded' }] }, { 'x-ratelimit-reset': reset })
    expect(await failureOf(source.fetchCustomers?.([ref('u1')]))).toMatchObject({
      code: 'CRM_THROTTLED',
      afterSeconds: 7,
    })
  })

  it.each([{ id: 'u1' }, { id: 'u1', updated_at: 'soon' }, { updated_at }, []])(
    'does not use the answer %j',
    async (body) => {
      answering(200, body)
      expect(await failureOf(source.fetchCustomers?.([ref('u1')]))).toMatchObject({
        code: 'CRM_ANSWER_UNREADABLE',
      })
    },
  )

  it('ignores a merge history that it does not understand', async () => {
    answering(200, { id: 'u1', updated_at, name: 'Ama', merge_history: [{ contact: 'l1' }] })
    expect(await fetchOne()).toMatchObject({ kind: 'found', mergedIds: [] })
  })

  it('reads no leads, and nothing without a token', async () => {
    expect(await failureOf(source.fetchCustomers?.([{ ...ref('u1'), recordType: 'lead' }]))).toMatchObject({
      code: 'UNKNOWN_RECORD_TYPE',
    })
    const none = aSource('intercom', { variables, secrets: { INTERCOM_ACCESS_TOKEN: undefined } })
    expect(await failureOf(none.fetchCustomers?.([ref('u1')]))).toMatchObject({ code: 'NO_ACCESS_TOKEN' })
    expect(api.ledger).toEqual([])
  })
})

it.each(['https://api.intercom.io', 'https://api.eu.intercom.io', 'https://api.au.intercom.io'])(
  'the API may be %s',
  (url) => expect(aSource('intercom', { variables: { INTERCOM_API_URL: url } })).toBeDefined(),
)

it('the token is sent to no other host', () => {
  const variables = { INTERCOM_API_URL: 'https://api.intercom.io.evil.example' }
  expect(() => aSource('intercom', { variables })).toThrow(/^INTERCOM_API_URL: expected one of the hosts/)
})
