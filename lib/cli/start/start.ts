import { type Command, InvalidArgumentError } from 'commander'
import { describeCommand } from '../terminal/program.ts'
import { collectEarlier } from './collect-earlier.ts'

type Options = { readonly port?: string; readonly verbose?: boolean }

/** `start` of the command line. */
export function define(command: Command): void {
  describeCommand(
    command,
    'Runs the whole stack on this machine: HTTP door, functions, queues, table, sandbox CRMs and providers.',
    ['crm-pay-sync start', 'crm-pay-sync start --port 0'],
  )
    .option(
      '--port <port>',
      'where the HTTP door listens; 0 for any free port (default: PORT, else 3000)',
      parsePort,
    )
    .option('--verbose', 'also print the notices of the Serverless Framework')
    .action(start)
}

function parsePort(value: string): string {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65535) return value
  throw new InvalidArgumentError('expected a port from 0 to 65535')
}

async function start({ port, verbose }: Options): Promise<void> {
  collectEarlier()
  const { watchParents } = await import('../../offline/watch-parents.ts')
  watchParents()
  if (port !== undefined) process.env['PORT'] = port
  const { runServerless } = await import('../stage/run-serverless.ts')
  await runServerless(['offline', ...(verbose ? ['--verbose'] : [])])
}
