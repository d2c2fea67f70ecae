import { createProgram, parseCount, runProgram } from '../../lib/cli/terminal/program.ts'
import { CommandFailed } from '../../lib/operator/errors.ts'
import { projectRoot } from '../../lib/operator/stage/project-root.ts'
import { loadSimulation } from './bundle.ts'

type Options = { readonly seeds?: number; readonly seed?: number }

const program = createProgram(
  'npm run simulate --',
  'Runs the functions against services that misbehave from a seed, and checks the guarantees.',
  ['npm run simulate -- --seeds 10000', 'npm run simulate -- --seed 1983'],
)
  .option('--seeds <count>', 'how many runs, from the first seed on', parseCount)
  .option('--seed <number>', 'the first seed; alone, this one is run and its history shown', parseCount)
  .action(async ({ seeds, seed }: Options) => {
    const alone = seed !== undefined && seeds === undefined
    await simulate(seed ?? 1, alone ? 1 : (seeds ?? 2000), alone)
  })

/** Ends at the first run that breaks a promise, with its history on standard output. */
async function simulate(first: number, count: number, showHistory: boolean): Promise<void> {
  const { simulateRun } = await loadSimulation(projectRoot)
  const total = new Map<string, number>()
  for (let seed = first; seed < first + count; seed += 1) {
    const { broken, counts, history } = await simulateRun(seed)
    for (const [what, times] of counts) total.set(what, (total.get(what) ?? 0) + times)
    if (broken.length > 0 || showHistory) process.stdout.write(`${history().join('\n')}\n\n`)
    if (broken.length > 0) {
      process.stdout.write(`${broken.join('\n')}\n`)
      throw new CommandFailed(
        `seed ${seed} breaks a promise; repeat it with: npm run simulate -- --seed ${seed}`,
      )
    }
    tellProgress(seed - first + 1, count)
  }
  const lines = [...total]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, times]) => `${String(times).padStart(9)}  ${what}`)
  process.stdout.write(`${lines.join('\n')}\n\n${count} runs, from seed ${first} on, kept every promise\n`)
}

function tellProgress(done: number, count: number): void {
  if (count === 1 || (done % 100 !== 0 && done !== count)) return
  process.stderr.write(
    process.stderr.isTTY ? `\r${done} of ${count}${done === count ? '\n' : ''}` : `${done} of ${count}\n`,
  )
}

await runProgram(program)
