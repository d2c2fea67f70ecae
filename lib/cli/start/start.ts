import { Command, InvalidArgumentError } from 'commander'
import { watchParents } from '../../offline/watch-parents.ts'
import { runServerless } from '../stage/run-serverless.ts'
import { ignoreClosedPipe } from '../terminal/program.ts'

ignoreClosedPipe()
watchParents()

const command = new Command('npm start --')
  .description(
    'Runs the whole stack on this machine: HTTP door, functions, queues, table, sandbox CRMs and providers.',
  )
  .option(
    '--port <port>',
    'where the HTTP door listens; 0 for any free port (default: PORT, else 3000)',
    asPort,
  )
  .option('--verbose', 'with the notices of the Serverless Framework')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
  .exitOverride(({ code, exitCode }) => process.exit(code === 'commander.helpDisplayed' ? 0 : exitCode && 2))
  .parse()

function asPort(value: string): string {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65535) return value
  throw new InvalidArgumentError('expected a port from 0 to 65535')
}

const { port, verbose } = command.opts<{ port?: string; verbose?: boolean }>()
if (port !== undefined) process.env['PORT'] = port

await runServerless(['offline', ...(verbose ? ['--verbose'] : [])])
