import type { Sample } from '../../lib/operator/samples/samples.ts'
import { aSample, type FunctionWorld, startFunctionWorld } from '../support/function-world.ts'
import { hubspotChange, hubspotStorm, sampleOf } from '../support/made-up-samples.ts'

/** The maximum number of billed calls per change. */
let world: FunctionWorld
const whenCold: string[] = []
beforeAll(async () => {
  world = await startFunctionWorld()
  // For its first change of a provider, a new function also reads the circuit breaker.
  for (const country of ['NG', 'PH'])
    await world.post(aContactChange({ id: country === 'NG' ? 900001 : 900002, country }))
  await world.drain()
  whenCold.push(...requestsTo('hubspot'))
})
afterAll(() => world.close())
beforeEach(() => world.resetCounts())

type Contact = { readonly id: number; readonly country: string; readonly properties?: Record<string, string> }

/** A HubSpot webhook about one contact, and the contact as stored in the CRM. */
function aContactChange({ id, country, properties = {} }: Contact): Sample {
  const { event, record } = hubspotChange(id, { hs_country_region_code: country, ...properties })
  return sampleOf('hubspot', [event], [record])
}

const requestsTo = (name: string) =>
  world
    .sandboxOf(name)
    .ledger.map(({ method, path }) => `${method} ${path.replace(/\/(cus[._]|\d{6})[^/]*$/, '/{id}')}`)

describe('a cold function', () => {
  it('asks HubSpot once for the portal of its token, where the token does not name it', () => {
    expect(whenCold).toEqual([
      'GET /account-info/v3/details',
      expect.stringMatching(/^(GET|POST) \/crm\/v3\/objects\/contacts\//),
    ])
  })

  it('asks Pipedrive once for the company of its token, when there is something to read', async () => {
    for (const sample of ['person.change-reduced', 'organization.delete']) {
      await world.post(aSample(`pipedrive/${sample}`))
      await world.drain()
    }
    const [company, ...reads] = requestsTo('pipedrive')
    expect(company).toBe('GET /api/v1/users/me')
    expect(reads.map((request) => request.replace(/\d+$/, '{id}'))).toEqual([
      'GET /api/v2/persons/{id}',
      'GET /api/v2/organizations/{id}',
    ])
  })
})

describe('a change costs at most', () => {
  it('one enqueue per webhook, and nothing else', async () => {
    await world.post(aContactChange({ id: 900100, country: 'NG' }))
    expect(world.sqs.operations).toEqual(['SendMessageBatch'])
    expect(world.dynamodb.operations).toEqual([])
    expect(requestsTo('hubspot')).toEqual([])
    await world.drain()
  })

  it('nothing but the signature check when it is forged', async () => {
    const answer = await world.post(aContactChange({ id: 900101, country: 'NG' }), { body: '[]' })
    expect(answer.statusCode).toBe(401)
    expect([...world.sqs.operations, ...world.dynamodb.operations]).toEqual([])
  })

  it('a creation at Notch Pay: one CRM read, two table reads, two writes, one provider call', async () => {
    await world.post(aContactChange({ id: 900102, country: 'NG' }))
    await world.drain()
    expect(requestsTo('hubspot')).toEqual(['GET /crm/v3/objects/contacts/{id}'])
    expect(world.dynamodb.operations).toEqual(['Query', 'PutItem', 'PutItem'])
    expect(requestsTo('notchpay')).toEqual(['POST /customers'])
    expect(requestsTo('wooshpay')).toEqual([])
  })

  it('a creation at WooshPay: two provider calls', async () => {
    await world.post(aContactChange({ id: 900103, country: 'PH' }))
    await world.drain()
    expect(world.dynamodb.operations).toEqual(['Query', 'PutItem', 'PutItem'])
    expect(requestsTo('wooshpay')).toEqual(['POST /v1/customers', 'POST /v1/customers/{id}'])
  })

  it('an update: one CRM read, one table read, one provider call, one write', async () => {
    await world.post(aContactChange({ id: 900104, country: 'NG' }))
    await world.drain()
    world.resetCounts()
    await world.post(aContactChange({ id: 900104, country: 'NG', properties: { lastname: 'Eze' } }))
    await world.drain()
    expect(requestsTo('hubspot')).toEqual(['GET /crm/v3/objects/contacts/{id}'])
    expect(world.dynamodb.operations).toEqual(['Query', 'PutItem'])
    expect(requestsTo('notchpay')).toEqual(['POST /customers/{id}'])
  })

  it('one CRM read and one table read when nothing changed', async () => {
    await world.post(aContactChange({ id: 900105, country: 'NG' }))
    await world.drain()
    world.resetCounts()
    await world.post(aContactChange({ id: 900105, country: 'NG' }))
    await world.drain()
    expect(requestsTo('hubspot')).toHaveLength(1)
    expect(world.dynamodb.operations).toEqual(['Query'])
    expect(requestsTo('notchpay')).toEqual([])
  })

  it('one CRM read for all records of a portal in a batch', async () => {
    const ids = [900110, 900111, 900112, 900113]
    for (const id of ids) await world.post(aContactChange({ id, country: 'NG' }))
    await world.drain()
    expect(requestsTo('hubspot')).toEqual(['POST /crm/v3/objects/contacts/batch/read'])
    expect(requestsTo('notchpay')).toHaveLength(ids.length)
  })

  it('one message, one CRM read and one creation for a burst of events about a new contact', async () => {
    await world.post(aSample('hubspot/contact.creation-storm'))
    expect(world.sqs.operations).toEqual(['SendMessageBatch'])
    await world.drain()
    expect(requestsTo('hubspot')).toHaveLength(1)
    expect([...requestsTo('notchpay'), ...requestsTo('wooshpay')]).toEqual(['POST /customers'])
  })

  it('no CRM read where the webhook contains the whole record', async () => {
    await world.post(aSample('pipedrive/person.create'))
    await world.drain()
    expect(world.sandboxOf('pipedrive').ledger).toEqual([])
    expect(world.dynamodb.operations).toEqual(['Query', 'PutItem', 'PutItem'])
  })
})

/** Read and write request units, those of the index included. */
function capacity(): { readonly read: number; readonly write: number } {
  const sum = (units: readonly number[]) => units.reduce((total, each) => total + each, 0)
  return {
    read: sum(world.dynamodb.calls.map(({ readUnits }) => readUnits)),
    write: sum(world.dynamodb.calls.map(({ writeUnits }) => writeUnits)),
  }
}

describe('the table is charged', () => {
  const id = 900200
  const sync = async (properties: Contact['properties'] = {}) => {
    world.resetCounts()
    await world.post(aContactChange({ id, country: 'NG', properties }))
    await world.drain()
    return capacity()
  }

  it('one read and, with the index, three writes for a creation', async () => {
    expect(await sync()).toEqual({ read: 1, write: 3 })
  })

  it('one read and one write for an update', async () => {
    expect(await sync({ lastname: 'Eze' })).toEqual({ read: 1, write: 1 })
  })

  it('one read for an event that alters nothing', async () => {
    expect(await sync({ lastname: 'Eze' })).toEqual({ read: 1, write: 0 })
  })

  it('one write also for an update of a customer with a long history, as its link stays below 1 kB', async () => {
    const charged: number[] = []
    for (let revision = 0; revision < 25; revision += 1) {
      await sync({ lastname: `Eze ${revision}` })
      const writes = world.dynamodb.calls.filter(({ operation }) => operation === 'PutItem')
      charged.push(...writes.map(({ writeUnits }) => writeUnits))
    }
    expect(new Set(charged)).toEqual(new Set([1]))
  })
})

describe('a storm of 100 events about 20 contacts', () => {
  const storm = () => hubspotStorm(901000, ['NG'])

  it('costs two enqueues, two CRM reads and one provider call a contact', async () => {
    world.resetCounts()
    await world.post(storm())
    expect(world.sqs.operations).toEqual(['SendMessageBatch', 'SendMessageBatch'])
    await world.drain()
    expect(requestsTo('hubspot')).toEqual(Array(2).fill('POST /crm/v3/objects/contacts/batch/read'))
    expect(requestsTo('notchpay')).toEqual(Array(20).fill('POST /customers'))
    expect(world.dynamodb.operations).toHaveLength(60)
  })

  it('costs no provider call and no write when it comes again and nothing has changed', async () => {
    world.resetCounts()
    await world.post(storm())
    await world.drain()
    expect(requestsTo('notchpay')).toEqual([])
    expect(capacity().write).toBe(0)
  })
})
