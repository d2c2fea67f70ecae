import { Misconfigured, Rejected } from '../../../lib/core/model/errors.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { pipedriveSandbox } from '../../../lib/sources/pipedrive/sandbox.ts'
import { aSource } from '../../support/a-source.ts'
import { aRef, aRequest, bytes, rejectionOf } from '../requests.ts'

const key = 'd4de1c1518b4531717c676029a45911c340390a6'
const ofOrganizations = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567'
const config = { writeBack: { contact: { notchpay: key }, company: { notchpay: ofOrganizations } } }
let api: RunningSandbox
beforeEach(async () => {
  const sandbox = pipedriveSandbox({ apiToken: 'token' })
  sandbox.putRecord?.({
    object: 'persons',
    id: 8,
    name: 'Ama',
    custom_fields: { [`${key.slice(0, 39)}f`]: 'gold' },
  })
  sandbox.putRecord?.({ object: 'organizations', id: 8, name: 'Baobab' })
  api = await startSandbox(sandbox)
})
afterEach(() => api.close())

const source = () =>
  aSource('pipedrive', {
    secrets: { PIPEDRIVE_API_TOKEN: 'token' },
    variables: { PIPEDRIVE_API_URL: api.url },
    config,
  })
const person = aRef({ source: 'pipedrive', account: '9120457', recordId: '8' })
const write = (ref = person) =>
  source().writeBack?.write(ref, { notchpay: 'cus.1' } as never) ?? Promise.reject(new Error('off'))

it('is one PATCH of the custom field, with the token, and leaves the others', async () => {
  expect(await write()).toBe('written')
  expect(await write({ ...person, recordType: 'company' })).toBe('written')
  expect(api.ledger).toMatchObject([
    {
      method: 'PATCH',
      path: '/api/v2/persons/8',
      body: `{"custom_fields":{"${key}":"cus.1"}}`,
      headers: { 'x-api-token': 'token', 'content-type': 'application/json' },
    },
    {
      method: 'PATCH',
      path: '/api/v2/organizations/8',
      body: `{"custom_fields":{"${ofOrganizations}":"cus.1"}}`,
    },
  ])
  expect(api.sandbox.records()).toMatchObject([
    { custom_fields: { [key]: 'cus.1', [`${key.slice(0, 39)}f`]: 'gold' } },
    { custom_fields: { [ofOrganizations]: 'cus.1' } },
  ])
})

it('takes a field that the API leaves out for an empty one', async () => {
  const held = async () => (await source().fetchCustomers?.([person]))?.[0]
  expect(await held()).toMatchObject({ customerIds: { notchpay: null } })
  await write()
  expect(await held()).toMatchObject({ customerIds: { notchpay: 'cus.1' } })
})

it('is refused for this record only by a 403, and for all by a 400', async () => {
  api.setFaults([{ method: 'PATCH', effect: 'answer', status: 403 }])
  expect(await rejectionOf(() => write())).toBeInstanceOf(Rejected)
  api.setFaults([{ method: 'PATCH', effect: 'answer', status: 400, body: { success: false } }])
  expect(await rejectionOf(() => write())).toBeInstanceOf(Misconfigured)
})

describe('a webhook', () => {
  const data = {
    id: 8,
    name: 'Ama',
    emails: [{ value: 'ama@example.gh', primary: true }],
    phones: [],
    custom_fields: {},
    update_time: '2026-03-02T09:00:00Z',
  }
  const meta = { id: 'e-1', action: 'change', entity: 'person', entity_id: '8', company_id: '9120457' }
  const read = async (previous: unknown, changes: object = {}, body: object = {}) =>
    source().door?.readChanges(
      aRequest({ body: bytes({ meta: { ...meta, ...changes }, data, previous, ...body }) }),
    )

  it.each([
    ['alone', { custom_fields: { [key]: null } }],
    ['with the time', { custom_fields: { [key]: 'old' }, update_time: '2026-03-01T09:00:00Z' }],
  ])('of which only our field changed is ignored: %s', async (_, previous) => {
    expect(await read(previous)).toEqual({ changes: [], ignored: 1, unknownFields: [] })
  })

  it.each([
    ['another field changed as well', { custom_fields: { [key]: null }, name: 'Amma' }, {}],
    ['another custom field changed as well', { custom_fields: { [key]: null, ab12: 'x' } }, {}],
    ['no custom field changed', { custom_fields: {} }, {}],
    ['the field of another type of record changed', { custom_fields: { [ofOrganizations]: null } }, {}],
    ['nothing is said to have changed', {}, {}],
    ['it is not said what changed', null, {}],
    ['the person is new', { custom_fields: { [key]: null } }, { action: 'create' }],
    ['persons were merged', { custom_fields: { [key]: null } }, { merged_from_id: '9' }],
    ['the person was deleted', { custom_fields: { [key]: null } }, { action: 'delete' }],
  ])('is followed when %s', async (_, previous, changes) => {
    expect(await read(previous, changes)).toMatchObject({ changes: [{ recordId: '8' }], ignored: 0 })
  })

  it('tells what the field holds only if it contains the field', async () => {
    const idsIn = async (custom_fields: object) =>
      (await read({ name: 'Amma' }, {}, { data: { ...data, custom_fields } }))?.changes[0]?.snapshot
        ?.customerIds
    expect(await idsIn({})).toEqual({})
    expect(await idsIn({ [key]: null })).toEqual({ notchpay: null })
    expect(await idsIn({ [key]: { type: 'varchar', value: 'cus.1' } })).toEqual({ notchpay: 'cus.1' })
  })

  it('v1 does not tell what changed, and is followed', async () => {
    const body = {
      meta: { action: 'updated', object: 'person', id: 8, company_id: 9120457, timestamp: 1_772_442_900 },
      current: { id: 8, name: 'Ama', email: [], phone: [], [key]: 'cus.1' },
      previous: { id: 8, name: 'Ama', email: [], phone: [], [key]: null },
    }
    const answer = await source().door?.readChanges(aRequest({ body: bytes(body) }))
    expect(answer).toMatchObject({ changes: [{ recordId: '8' }], ignored: 0 })
  })
})
