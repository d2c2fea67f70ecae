import { findSamples, type Sample } from '../../lib/operator/samples/samples.ts'
import { offlineSource } from '../../lib/sources/offline.ts'
import syncConfig from '../../sync.config.ts'
import { aSample, type FunctionWorld, startFunctionWorld } from '../support/function-world.ts'
import { hubspotChange, sampleOf } from '../support/made-up-samples.ts'

/** The functions with ids written back into the contacts of these CRMs. */
const sources = ['hubspot', 'pipedrive', 'salesforce'] as const
type Source = (typeof sources)[number]

const caseOf = (name: Source) => {
  const its = offlineSource(name).contract.writeBack
  if (!its) throw new Error(`${name} writes nothing back`)
  return its
}

let world: FunctionWorld
const lines: string[] = []
beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0)
  }
  for (const name of sources) Object.assign(syncConfig.sources[name] ?? {}, caseOf(name).config)
  world = await startFunctionWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  world.resetCounts()
  lines.length = 0
})
afterEach(() => {
  for (const name of sources) world.sandboxOf(name).setFaults([])
})

/** A sample that arrives by EventBridge, which is JSON. */
function anEvent(name: string): Sample {
  const [sample] = findSamples([`events/${name}.json`])
  if (!sample) throw new Error(`no sample ${name}`)
  return sample
}

/** The webhook or event of a new contact, which is in the CRM, and how its API names the record. */
const arrivals: Readonly<Record<Source, () => { readonly sample: Sample; readonly path: string }>> = {
  hubspot: () => ({
    sample: aSample('hubspot/contact.creation'),
    path: '/crm/v3/objects/contacts/701000000101',
  }),
  pipedrive: () => ({
    sample: {
      ...aSample('pipedrive/person.create'),
      records: [
        { object: 'persons', id: 301, name: 'Adwoa', emails: [{ value: 'adwoa@example.gh', primary: true }] },
      ],
    },
    path: '/api/v2/persons/301',
  }),
  salesforce: () => ({
    sample: anEvent('salesforce/cdc.contact.create'),
    path: '/services/data/v62.0/sobjects/Contact/0038d000004K211AAC',
  }),
}

const writes = (name: Source) =>
  world
    .sandboxOf(name)
    .ledger.filter(({ method }) => method === 'PATCH')
    .map(({ path, body }) => ({ path, body: JSON.parse(body) as unknown }))
const creates = () =>
  ['notchpay', 'wooshpay'].flatMap((name) =>
    world.sandboxOf(name).ledger.filter(({ method, path }) => method === 'POST' && /customers$/.test(path)),
  )
const idOf = async (recordId: string) => {
  const links = await Array.fromAsync(world.links.listLinks())
  const own = links.filter(({ ref, state }) => ref.recordId === recordId && state === 'linked')
  expect(own).toHaveLength(1)
  return own[0]
}

describe.each(sources)('a new contact of %s', (name) => {
  it('has the id of its customer written into the record once, whatever is sent again', async () => {
    const { sample, path } = arrivals[name]()
    await world.post(sample)
    await world.drain()
    const link = await idOf(String(path.split('/').at(-1)))
    const property = caseOf(name).config.writeBack.contact[String(link?.provider)]
    const own = { [String(property)]: link?.providerCustomerId }
    const bodies = { hubspot: { properties: own }, pipedrive: { custom_fields: own }, salesforce: own }
    expect(writes(name)).toEqual([{ path, body: bodies[name] }])
    expect(JSON.stringify(world.sandboxOf(name).sandbox.records())).toContain(link?.providerCustomerId)

    await world.post({ ...sample, records: [] })
    await world.drain()
    expect(writes(name)).toHaveLength(1)
    expect(creates()).toHaveLength(1)
    expect(lines.filter((line) => line.includes('customer id written into the CRM record'))).toHaveLength(1)
  })

  it('is not followed when the CRM tells of our own write, and is when another field changed as well', async () => {
    const { sample } = arrivals[name]()
    const { records } = offlineSource(name).contract
    const told = (body: unknown): Sample => ({ ...sample, body: Buffer.from(JSON.stringify(body)), records })
    await world.post(told(caseOf(name).echo))
    expect(world.sqs.operations).toEqual([])
    expect(lines.join()).toContain('"EventsIgnored":1')
    await world.post(told(caseOf(name).mixed))
    expect(world.sqs.operations).toEqual(['SendMessageBatch'])
    await world.drainFully()
  })
})

describe('a write that fails', () => {
  /** A new contact of HubSpot in Nigeria. */
  const aContact = (id: number) => {
    const { event, record } = hubspotChange(id, { hs_country_region_code: 'NG' })
    return sampleOf('hubspot', [event], [record])
  }

  it.each([
    ['503', { effect: 'answer', status: 503 }, 720_001],
    ['429', { effect: 'answer', status: 429, headers: { 'retry-after': '1' } }, 720_002],
    ['no answer, though it was carried out', { effect: 'commit-then-reset' }, 720_003],
  ] as const)('is retried, and creates no second customer: %s', async (_, fault, id) => {
    world.sandboxOf('hubspot').setFaults([{ method: 'PATCH', times: 1, ...fault }])
    await world.post(aContact(id))
    await world.drainFully()
    const link = await idOf(String(id))
    expect(creates()).toHaveLength(1)
    expect(writes('hubspot').length).toBe(fault.effect === 'answer' ? 2 : 1)
    expect(JSON.stringify(world.sandboxOf('hubspot').sandbox.records())).toContain(link?.providerCustomerId)
    expect(lines.join()).toContain('WRITE_BACK_FAILED')
    expect(await world.deadLetters()).toEqual([])
  })

  it('is logged and counted where the CRM refuses it, and the customer is synced all the same', async () => {
    world
      .sandboxOf('hubspot')
      .setFaults([{ method: 'PATCH', effect: 'answer', status: 403, body: { category: 'MISSING_SCOPES' } }])
    for (const id of [720_004, 720_005]) {
      await world.post(aContact(id))
      await world.drain()
    }
    expect(creates()).toHaveLength(2)
    // All writes would be refused, so that the second is not even sent.
    expect(writes('hubspot')).toHaveLength(1)
    const refused = lines.filter((line) => line.includes('WRITE_BACK_REFUSED'))
    expect(refused).toHaveLength(2)
    expect(refused[0]).toContain('give the app the scope crm.objects.contacts.write')
    expect(lines.join()).toContain('CustomerIdsRefused')
    expect(await world.deadLetters()).toEqual([])
  })
})

it('writes nothing into a company, whose type is not configured, nor into a contact that was erased', async () => {
  await world.post(aSample('hubspot/company.creation'))
  await world.drain()
  await world.post(aSample('hubspot/contact.privacyDeletion'))
  await world.post(aSample('hubspot/contact.deletion'))
  await world.drain()
  expect(writes('hubspot')).toEqual([])
})
