import { findSamples } from '../../lib/operator/samples/samples.ts'
import { providerNames } from '../../lib/providers/registry.ts'
import { answersOf } from '../support/a-source.ts'
import { confidential, type FunctionWorld, startFunctionWorld } from '../support/function-world.ts'
import { contentOf, leaksIn, personalTexts } from '../support/personal-texts.ts'

const lines: string[] = []
let world: FunctionWorld

beforeAll(async () => {
  // Everything that the functions write to their logs.
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream)
    jest.spyOn(stream, 'write').mockImplementation((chunk, ...rest) => {
      lines.push(String(chunk))
      return /^\{"(level|_aws)/.test(String(chunk)) || write(chunk as string, ...(rest as []))
    })
  }
  world = await startFunctionWorld()
})
afterAll(() => world.close())

describe('every sample in events/', () => {
  const samples = findSamples(['events'])

  it('is accepted, processed and leads to one provider customer per record; a repeated delivery changes nothing', async () => {
    for (const sample of samples) {
      const answer = await world.post(sample)
      const { queued, ignored } = answersOf(sample.source)
      expect([queued, ignored]).toContain(answer.statusCode)
    }
    await world.drainFully()
    const links = await Array.fromAsync(world.links.listLinks())
    const held = providerNames.map(world.sandboxOf).flatMap(({ sandbox }) => sandbox.records())
    expect(held.length).toBeGreaterThan(10)
    const linkedIds = links.flatMap(({ state, providerCustomerId }) =>
      state === 'linked' ? providerCustomerId : [],
    )
    expect(new Set(linkedIds).size).toBe(linkedIds.length)

    world.resetCounts()
    for (const sample of samples) await world.post({ ...sample, records: [] })
    await world.drainFully()
    const writes = providerNames
      .map(world.sandboxOf)
      .flatMap(({ ledger }) => ledger.filter(({ method }) => method !== 'GET'))
    expect(writes).toEqual([])
  })

  it('leaves no personal data and no secret in logs, metrics, links or dead letters', async () => {
    const crm = samples.flatMap((sample) => [contentOf(sample), sample.records])
    const texts = [...new Set([...personalTexts(crm), ...confidential])]
    expect(texts.length).toBeGreaterThan(100)
    const links = JSON.stringify(await Array.fromAsync(world.links.listLinks()))
    const deadLetters = JSON.stringify(await world.deadLetters())
    expect(deadLetters).toContain('CONTACT_MISSING')
    const logged = lines.join('')
    expect(logged).toContain('customer created')
    expect(leaksIn(`${logged}${links}${deadLetters}`, texts)).toEqual([])
  })
})
