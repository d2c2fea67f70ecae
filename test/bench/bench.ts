import { arch, availableParallelism, cpus, platform } from 'node:os'
import { createProgram, parseCount, runProgram } from '../../lib/cli/terminal/program.ts'
import { formatFields } from '../../lib/cli/terminal/table.ts'
import { measureStack, type StackFigures } from './measure-stack.ts'

type Options = { readonly changes?: number; readonly json?: boolean }

/** Each customer is created; the provider fails at random. The rates are those of shared comparisons: one call in seven, one create in ten. */
const failing = [
  { method: 'POST', path: '/customers$', share: 0.1, effect: 'commit-then-reset' },
  { share: 1 / 7, effect: 'answer', status: 503, body: {} },
]
const scenarios = [
  { name: 'healthy provider', faults: [] },
  { name: 'failing provider', faults: failing },
]

const program = createProgram(
  'npm run bench --',
  'Sends a burst of new customers to a local stack, once with a healthy and once with a failing provider, and measures it.',
  ['npm run bench', 'npm run -s bench -- --json > bench.json'],
)
  .option('--changes <count>', 'how many customers are created in each scenario (default: 1000)', parseCount)
  .option('--json', 'print JSON')
  .action(async ({ changes = 1000, json = false }: Options) => {
    const rows: (StackFigures & { readonly scenario: string })[] = []
    for (const { name, faults } of scenarios) {
      process.stderr.write(`${name}: ${changes} changes\n`)
      rows.push({ scenario: name, ...(await measureStack(changes, faults)) })
    }
    const report = { date: new Date().toISOString(), machine: machine(), changes, scenarios: rows }
    process.stdout.write(
      json ? `${JSON.stringify(report, null, 2)}\n` : `${showReport(rows)}\n${report.machine}\n`,
    )
  })

function machine(): string {
  const [cpu] = cpus()
  return `${availableParallelism()} cores, ${cpu?.model ?? 'unknown CPU'}, ${platform()} ${arch()}, Node.js ${process.version}`
}

function showReport(rows: readonly (StackFigures & { readonly scenario: string })[]): string {
  return rows
    .map(({ scenario, ...row }) => {
      const fields = formatFields([
        ['accepted', `${row.acceptedPerSecond} a second, 99 % within ${row.doorP99Ms} ms`],
        ['settled', `${row.settled}; lost ${row.lost}, duplicates ${row.duplicates}`],
        [
          'from webhook to provider',
          `p50 ${row.p50Seconds} s, p99 ${row.p99Seconds} s, longest ${row.longestSeconds} s`,
        ],
        [
          'CPU per change',
          row.cpuMsPerChange === null
            ? null
            : `${row.cpuMsPerChange} ms, the stack with its embedded services`,
        ],
        ['peak memory', row.peakMemoryMb === null ? null : `${row.peakMemoryMb} MB`],
      ])
      return `${scenario}\n${fields}\n`
    })
    .join('\n')
}

await runProgram(program)
