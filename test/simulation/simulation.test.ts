import { join } from 'node:path'
import { sourceNames } from '../../lib/sources/registry.ts'
import { loadSimulation, type Simulation } from './bundle.ts'
import { vendors } from './vendors/vendors.ts'

const root = join(__dirname, '../..')
const seeds = 120
/** Runs a test; each shows the first seed that breaks a promise with its history. */
const batch = 40

let simulation: Simulation
const total = new Map<string, number>()

beforeAll(async () => {
  simulation = await loadSimulation(root)
})

describe('the six promises', () => {
  const batches = Array.from({ length: seeds / batch }, (_, index) => index * batch + 1)

  it.each(batches)(`hold in ${batch} simulated runs, from seed %i on`, async (first) => {
    for (let seed = first; seed < first + batch; seed += 1) {
      const { broken, counts, history } = await simulation.simulateRun(seed)
      if (broken.length > 0) {
        throw new Error(`seed ${seed} breaks a promise:\n${broken.join('\n')}\n\n${history().join('\n')}`)
      }
      for (const [what, times] of counts) total.set(what, (total.get(what) ?? 0) + times)
    }
  })

  // Otherwise the simulation could go blind without anybody noticing.
  it.each([
    'crash',
    'zombie',
    'answer lost',
    'idempotency key repeated',
    'code CLAIM_HELD',
    'code SEARCH_MAY_LAG',
    'code LINK_CONFLICT',
    'code KEY_EXPIRED',
    'code CONTACT_MISSING',
    'undecided settled',
    'redrive',
    'moved by the queue',
    'customer deleted by hand',
    'customer made by a payment',
    'AWS call timed out',
    'rotation: webhook secrets',
    'rotation: sealing keys',
    'rotation: provider keys',
    'crm.futureTime',
    'webhook.untimed',
    'code SEALING_KEY_MISSING',
    'code OTHER_MODE',
    'code BLOCKED_ON_THE_WAY',
    'code FOREIGN_ACCOUNT',
    'webhook accepted late',
    'CustomersCreated',
    'CustomersAdopted',
    'CustomersUpdated',
    'CustomersUnchanged',
    'CustomersClosed',
    'CustomersErased',
    'ChangesSuperseded',
    'ChangesDeadLettered',
    'ProviderPaused',
    'ProviderResumed',
    ...vendors.map(({ source }) => `webhook of ${source}`),
  ])('were put to the test by: %s', (what) => {
    expect(total.get(what) ?? 0).toBeGreaterThan(0)
  })

  // Every call has a time limit, and what does not fit into the function's time is left to the next try.
  it('hold without a function that ran into its time limit', () => {
    expect(total.get('function timeout')).toBeUndefined()
  })
})

describe('a function that dies', () => {
  const runs = 5
  const awaits = Array.from({ length: 24 }, (_, index) => index + 1)

  it.each(awaits)('at its await number %i breaks no promise', async (crashesAt) => {
    let crashes = 0
    for (let seed = crashesAt; seed < crashesAt + runs; seed += 1) {
      const { broken, counts } = await simulation.simulateRun(seed, {
        settings: { crashesAt },
        faults: { 'sync.crash': 0.5, 'door.crash': 0.2 },
      })
      expect({ seed, broken }).toEqual({ seed, broken: [] })
      crashes += counts.get('crash') ?? 0
    }
    expect(crashes).toBeGreaterThan(0)
  })
})

it('has every CRM in its world', () => {
  const own = ['hubspot', 'standard-webhooks']
  expect([...own, ...vendors.map(({ source }) => source)].toSorted()).toEqual([...sourceNames].toSorted())
})

it('is the same run every time', async () => {
  const [once, again] = [await simulation.simulateRun(7), await simulation.simulateRun(7)]
  expect(again.history()).toEqual(once.history())
  expect(once.history().length).toBeGreaterThan(10)
})
