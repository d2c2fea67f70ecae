import type { Sample } from '../../lib/operator/samples/samples.ts'
import { providerNames } from '../../lib/providers/registry.ts'
import { aSample, type FunctionWorld, startFunctionWorld } from '../support/function-world.ts'

let world: FunctionWorld
beforeAll(async () => {
  world = await startFunctionWorld()
})
afterAll(() => world.close())

/** The customer after this number of changes. */
function changed(times: number): Sample {
  const sample = aSample('standard-webhooks/contact.created')
  const event = JSON.parse(Buffer.from(sample.body).toString('utf8'))
  const timestamp = new Date(Date.parse('2026-11-20T12:00:00Z') + times * 60_000).toISOString()
  const data = { ...event.data, name: `Ama ${times}` }
  return { ...sample, body: Buffer.from(JSON.stringify({ ...event, timestamp, data })) }
}

const bodiesOf = (given: readonly string[]) => given.map((text) => text.slice(0, text.lastIndexOf(' {')))
const providers = () => providerNames.map(world.sandboxOf)
const held = () => providers().flatMap(({ sandbox }) => sandbox.records() as { name: string }[])

it('several changes of one record arrive in one batch, keep their order while they fail, and become one update', async () => {
  await world.post(changed(1))
  await world.drain()
  world.delivered.length = 0
  world.processed.length = 0

  for (const times of [2, 3, 4]) await world.post(changed(times))
  for (const provider of providers()) provider.setFaults([{ effect: 'answer', status: 503 }])
  expect(await world.syncOnce()).toBe(3)
  expect(held()).toMatchObject([{ name: 'Ama 1' }])

  await world.post(changed(5))
  for (const provider of providers()) provider.setFaults([])
  world.resetCounts()
  await world.drainFully()
  const bodies = bodiesOf(world.delivered)
  expect(bodies.slice(3, 6)).toEqual(bodies.slice(0, 3))
  expect(world.processed).toEqual(bodies.slice(3))
  expect(held()).toMatchObject([{ name: 'Ama 5' }])
  expect(
    providers()
      .flatMap(({ ledger }) => ledger)
      .filter(({ method }) => method !== 'GET'),
  ).toHaveLength(1)
})
