import { join } from 'node:path'
import { loadSimulation, type Simulation } from './bundle.ts'
import { mutants } from './mutants.ts'

const root = join(__dirname, '../..')
const mostSeeds = 400

let intact: Simulation
beforeAll(async () => {
  intact = await loadSimulation(root)
})

describe('the simulation notices when the product lacks', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    '%s',
    async (_, { mutations, breaks, emphasis, firstSeed = 1 }) => {
      const { simulateRun } = await loadSimulation(root, mutations)
      for (let seed = firstSeed; seed < firstSeed + mostSeeds; seed += 1) {
        const { broken } = await simulateRun(seed, emphasis)
        if (!broken.some((line) => breaks.some((promise) => line.startsWith(`${promise}:`)))) continue
        // The guard is what is missing: with it, the same run keeps every promise.
        expect((await intact.simulateRun(seed, emphasis)).broken).toEqual([])
        return
      }
      throw new Error(`no run of ${mostSeeds} broke promise ${breaks.join(' or ')}`)
    },
  )
})

it('a guard that has changed must be named anew', async () => {
  const gone = { file: 'lib/core/config/route.ts', text: 'no such text', becomes: '' }
  await expect(loadSimulation(root, [gone])).rejects.toThrow('lib/core/config/route.ts has 0 times, not once')
})
