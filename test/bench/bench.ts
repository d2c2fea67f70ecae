import { writeFileSync } from 'node:fs'
import { createProgram, parseCount, runProgram } from '../../lib/cli/terminal/program.ts'
import { BadInput } from '../../lib/operator/errors.ts'
import { measure } from './measure.ts'
import { namesOf } from './parse-names.ts'
import { startProgress } from './progress.ts'
import { compareReports, readReport } from './report/compare.ts'
import { htmlReport } from './report/html.ts'
import { savePages } from './report/performance-page.ts'
import { type Report, type Section, sections } from './report/report.ts'
import { showTables } from './report/show.ts'
import { tablesOf } from './report/tables.ts'

type Options = {
  readonly only?: readonly Section[]
  readonly rounds?: number
  readonly changes?: number
  readonly scale?: number
  readonly json?: boolean
  readonly html?: string
  readonly compare?: string
  readonly from?: string
  readonly peers?: string
  readonly save?: boolean
}

const program = createProgram(
  'npm run bench --',
  'Measures the functions and a local stack: CPU time, calls, cold starts, failing providers, load, many changes, and dollars per million changes.',
  [
    'npm run bench',
    'npm run bench -- --only calls,handlers --rounds 7',
    'npm run -s bench -- --json > before.json',
    'npm run bench -- --compare before.json --html report.html',
    'npm run bench -- --save',
  ],
)
  .option(
    '--only <sections>',
    `of ${sections.join(', ')}, separated by commas (default: all)`,
    namesOf(sections),
  )
  .option('--rounds <count>', 'interleaved rounds of which the medians are taken (default: 3)', parseCount)
  .option(
    '--changes <count>',
    'new customers in each scenario of the local stack (default: 1000)',
    parseCount,
  )
  .option(
    '--scale <count>',
    'changes of the section scale, over a fifth as many customers (default: 20000)',
    parseCount,
  )
  .option('--json', 'print JSON')
  .option('--html <file>', 'also write an HTML page with charts')
  .option('--from <file>', 'show what --json has written instead of measuring')
  .option('--peers <file>', 'also show what npm run bench:peers -- --json has written')
  .option('--save', 'also write docs/performance.json and the pages that show its figures')
  .option('--compare <file>', 'also compare with a report that --json has written')
  .action(run)

async function run({ only = sections, rounds = 3, changes = 1000, scale = 20_000, ...output }: Options) {
  if (scale % 10 !== 0) throw new BadInput(`--scale ${scale}: expected a multiple of 10`)
  const before = output.compare === undefined ? null : readReport(output.compare)
  const measured =
    output.from === undefined
      ? await measure(new Set(only), { rounds, changes, scale }, startProgress())
      : readReport(output.from)
  const report = output.peers === undefined ? measured : withPeers(measured, readReport(output.peers))
  if (output.save) savePages(report)
  const tables = [...tablesOf(report), ...(before ? [compareReports(before, report)] : [])]
  if (output.html !== undefined) writeFileSync(output.html, htmlReport(report, tables))
  const text = output.json ? JSON.stringify(report, null, 2) : `${showTables(tables)}\n${report.machine}`
  process.stdout.write(`${text}\n`)
}

function withPeers(report: Report, { peers }: Report): Report {
  if (!peers) throw new BadInput('--peers: expected a report of npm run bench:peers -- --json')
  return { ...report, peers }
}

await runProgram(program)
