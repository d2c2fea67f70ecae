import { dynamodbClient, sqsClient } from '../../../lib/aws/clients.ts'
import { newLink } from '../../../lib/core/model/link.ts'
import { planRecords, type Wanted } from '../../../lib/operator/plan/plan-records.ts'
import type { Sample } from '../../../lib/operator/samples/samples.ts'
import type { Stage } from '../../../lib/operator/stage/stage.ts'
import { testAws } from '../../support/embedded.ts'
import { aSample, type FunctionWorld, startFunctionWorld } from '../../support/function-world.ts'

/** The plan and the deployed functions on the same table, queues and APIs. */
let world: FunctionWorld
let stage: Stage
beforeAll(async () => {
  world = await startFunctionWorld()
  const aws = { ...testAws(), dynamodbEndpoint: world.dynamodb.url, sqsEndpoint: world.sqs.url }
  const variables = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  )
  stage = {
    name: 'test',
    linksTable: String(process.env['LINKS_TABLE']),
    dynamodb: dynamodbClient(aws),
    sqs: sqsClient(aws),
    logs: null,
    variables,
    readApiVariables: async () => variables,
    findQueues: () => Promise.reject(new Error('a plan needs no queue')),
  }
})
afterAll(async () => {
  stage.dynamodb.destroy()
  stage.sqs.destroy()
  await world.close()
})

const account = '48213377'
type Properties = Readonly<Record<string, string | null>>

/** A contact's change as HubSpot tells it, and the contact as HubSpot then shows it. */
function aTelling(id: number, properties: Properties | 'deleted'): Sample {
  const isDeleted = properties === 'deleted'
  const event = {
    eventId: Math.trunc(Math.random() * 1e12),
    portalId: Number(account),
    occurredAt: Date.now(),
    subscriptionType: isDeleted ? 'contact.deletion' : 'contact.propertyChange',
    objectId: id,
  }
  const record = isDeleted
    ? { object: 'contacts', id: String(id), deleted: true }
    : {
        object: 'contacts',
        id: String(id),
        properties: { ...properties, lastmodifieddate: new Date().toISOString() },
      }
  return {
    ...aSample('hubspot/contact.creation'),
    body: Buffer.from(JSON.stringify([event])),
    records: [record],
  }
}

const amina: Properties = { firstname: 'Amina', email: 'amina@example.cm', country: 'Cameroon' }
const lea: Properties = { firstname: 'Léa', email: 'lea@example.fr', country: 'France' }

const plan = async (ids: readonly number[], changes: Partial<Wanted> = {}) => {
  const named = { source: 'hubspot', account, type: 'contact' }
  const wanted = { ...named, ids: ids.map(String), samples: [], since: null, ...changes }
  return planRecords(wanted, stage, { pause: async () => {} })
}

const requestsTo = (name: string) =>
  world.sandboxOf(name).ledger.map(({ method, path }) => `${method} ${path.replace(/\d+$/, '{id}')}`)

/** The sandbox CRM holds this now, and nobody has told. */
function change(sample: Sample): void {
  for (const record of sample.records) world.sandboxOf('hubspot').sandbox.putRecord?.(record)
}

it('says what the functions then do, by reads alone', async () => {
  const before = { 1: amina, 2: lea, 3: amina, 4: lea, 5: amina }
  for (const [id, properties] of Object.entries(before))
    await world.post(aTelling(930_000 + Number(id), properties))
  await world.drain()
  const now: Record<number, Properties | 'deleted'> = {
    930001: { ...amina, email: 'amina.new@example.cm' },
    930002: { ...lea, country: 'Ghana' },
    930003: { ...amina, email: null },
    930005: 'deleted',
    930006: amina,
    930007: lea,
  }
  const tellings = Object.entries(now).map(([id, properties]) => aTelling(Number(id), properties))
  tellings.forEach(change)
  const items = await world.tableItems()
  const customers = ['notchpay', 'wooshpay'].map((name) =>
    structuredClone(world.sandboxOf(name).sandbox.records()),
  )
  world.resetCounts()

  const { rows, notes } = await plan([930_001, 930_002, 930_003, 930_004, 930_005, 930_006, 930_007])
  const actions = rows.map(({ recordId, provider, action, fields }) => [
    recordId,
    provider,
    action,
    action === 'update' ? fields.map(({ name }) => name) : fields.length > 0,
  ])
  expect(actions).toEqual([
    ['930001', 'notchpay', 'update', ['email']],
    ['930002', 'notchpay', 'create', true],
    ['930002', 'wooshpay', 'update', ['address.country']],
    ['930003', 'notchpay', 'fail', false],
    ['930004', 'wooshpay', 'unchanged', false],
    ['930005', 'notchpay', 'update', []],
    ['930006', 'notchpay', 'create', true],
    ['930007', 'wooshpay', 'create', true],
  ])
  expect(notes).toEqual([])
  expect(new Set(world.dynamodb.operations)).toEqual(new Set(['Query', 'GetItem']))
  expect(world.sqs.operations).toEqual([])
  expect(requestsTo('hubspot')).toEqual([
    'GET /account-info/v3/details',
    'POST /crm/v3/objects/contacts/batch/read',
    'GET /crm/v3/objects/contacts/{id}',
  ])
  expect(requestsTo('notchpay')).toEqual([expect.stringMatching(/^GET \/customers\//)])
  expect(requestsTo('wooshpay')).toEqual([expect.stringMatching(/^GET \/v1\/customers\//)])
  expect(await world.tableItems()).toEqual(items)
  expect(['notchpay', 'wooshpay'].map((name) => world.sandboxOf(name).sandbox.records())).toEqual(customers)

  for (const telling of tellings) await world.post(telling)
  await world.post({ ...aTelling(930_004, lea), records: [] })
  await world.drain()
  const outcomes = await Promise.all(
    rows.map(async ({ source, account, recordType, recordId, provider }) => {
      const links = await world.links.findLinks({ source, account, recordType, recordId })
      const link = links.find((it) => it.provider === provider)
      return [recordId, provider, link?.failure?.code ?? link?.lastOutcome]
    }),
  )
  expect(outcomes).toEqual([
    ['930001', 'notchpay', 'updated'],
    ['930002', 'notchpay', 'created'],
    ['930002', 'wooshpay', 'updated'],
    ['930003', 'notchpay', 'CONTACT_MISSING'],
    ['930004', 'wooshpay', 'created'],
    ['930005', 'notchpay', 'closed'],
    ['930006', 'notchpay', 'created'],
    ['930007', 'wooshpay', 'created'],
  ])
})

it('reads a thousand records from HubSpot in ten calls', async () => {
  const ids = Array.from({ length: 1000 }, (_, index) => 940_000 + index)
  for (const id of ids) change(aTelling(id, amina))
  world.resetCounts()
  const { rows } = await plan(ids)
  expect(rows).toHaveLength(1000)
  expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(['create']))
  expect(requestsTo('hubspot')).toEqual(
    Array(10)
      .fill('POST /crm/v3/objects/contacts/batch/read')
      .toSpliced(0, 0, 'GET /account-info/v3/details'),
  )
  expect(requestsTo('notchpay')).toEqual([])
})

it('lists what the CRM says has changed, and what the table knows', async () => {
  const since = new Date().toISOString()
  change(aTelling(960_001, amina))
  world.resetCounts()
  const recent = await plan([], { since })
  expect(recent.rows.map(({ recordId, action }) => [recordId, action])).toEqual([['960001', 'create']])
  expect(recent.notes).toEqual([expect.stringMatching(/^hubspot may not list yet what changed after \d{4}-/)])
  const [, ...searches] = requestsTo('hubspot')
  expect(searches).toEqual([
    'POST /crm/v3/objects/contacts/search',
    'POST /crm/v3/objects/companies/search',
    'GET /crm/v3/objects/contacts/{id}',
  ])
  const ghost = { source: 'hubspot', account, recordType: 'contact', recordId: '960002' } as const
  await world.links.saveLink({ ...newLink(ghost, 'wooshpay', 'test'), state: 'linked' })
  world.sandboxOf('hubspot').setFaults([{ effect: 'answer', status: 429, path: 'search', times: 1 }])
  const all = await plan([], { type: 'contact' })
  expect(all.notes).toEqual([])
  const ids = all.rows.map(({ recordId }) => recordId)
  expect(ids).toEqual(expect.arrayContaining(['960001', '960002', '940999']))
  expect(ids).not.toContain('930005')
})

it('says that a provider is paused, and what would be done once it is back', async () => {
  change(aTelling(950_001, { ...amina, email: 'paused@example.cm' }))
  const { dynamodbBreakers } = await import('../../../lib/aws/breakers.ts')
  const store = dynamodbBreakers(stage.dynamodb, stage.linksTable)
  const until = new Date(Date.now() + 60_000).toISOString()
  const known = await store.findBreaker('notchpay', 'test')
  await store.saveBreaker({
    provider: 'notchpay',
    mode: 'test',
    state: 'open',
    until,
    since: new Date().toISOString(),
    trips: 1,
    code: 'PROVIDER_DOWN',
    revision: known?.revision ?? 0,
  })
  const { rows, notes } = await plan([950_001])
  expect(rows).toMatchObject([{ action: 'create' }])
  expect(notes).toEqual([
    'notchpay is paused after PROVIDER_DOWN: what is planned there would be done once it is back',
  ])
})

it('reads a sample as the door does, snapshots included', async () => {
  world.resetCounts()
  const { rows } = await plan([], {
    samples: [aSample('pipedrive/person.create'), aSample('hubspot/deal.creation')],
  })
  expect(rows).toMatchObject([{ source: 'pipedrive', action: 'create' }])
  expect(requestsTo('pipedrive')).toEqual(['GET /api/v1/users/me'])
})

it('refuses a sample that is not in its CRM’s format', async () => {
  const sample = { ...aSample('hubspot/contact.creation'), body: Buffer.from('{') }
  await expect(plan([], { samples: [sample] })).rejects.toThrow(
    /^events\/hubspot\/contact\.creation\.json: .*\(NOT_JSON\)$/,
  )
})
