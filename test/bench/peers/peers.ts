import { createProgram, parseCount, runProgram } from '../../../lib/cli/terminal/program.ts'
import { machine } from '../machine.ts'
import { namesOf } from '../parse-names.ts'
import { startProgress } from '../progress.ts'
import type { Report } from '../report/report.ts'
import { showTables } from '../report/show.ts'
import { tablesOf } from '../report/tables.ts'
import { measurePeers, peerNames } from './measure-peers.ts'

type Options = {
  readonly only?: readonly string[]
  readonly changes?: number
  readonly json?: boolean
}

const program = createProgram(
  'npm run bench:peers --',
  'Gives other products the same work: new contacts become customers of a provider that is healthy or fails. npm installs them in the cache folder of the user, at the first run only.',
  [
    'npm run bench:peers',
    'npm run bench:peers -- --only restate',
    'npm run -s bench:peers -- --json > peers.json',
  ],
)
  .option(
    '--only <peers>',
    `of ${peerNames.join(', ')}, separated by commas (default: all)`,
    namesOf(peerNames),
  )
  .option('--changes <count>', 'new contacts for each peer and pattern of faults (default: 1000)', parseCount)
  .option('--json', 'print JSON, as a report of npm run bench')
  .action(run)

async function run({ only = peerNames, changes = 1000, json }: Options) {
  const peers = await measurePeers(new Set(only), changes, startProgress())
  const report: Report = { version: 1, date: new Date().toISOString(), machine: machine(), rounds: 1, peers }
  const text = json ? JSON.stringify(report, null, 2) : `${showTables(tablesOf(report))}\n${report.machine}`
  process.stdout.write(`${text}\n`)
}

await runProgram(program)
