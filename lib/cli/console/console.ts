import { type Command, InvalidArgumentError } from 'commander'
import type { StageOptions } from '../../operator/stage/stage.ts'
import { describeCommand, parseStageName } from '../terminal/program.ts'

export type ConsoleOptions = StageOptions & { readonly port?: number; readonly key?: boolean }

/** `console` of the command line. */
export function define(command: Command): void {
  describeCommand(
    command,
    'Serves the web console on 127.0.0.1, for the local stack or a deployed stage. Nothing is exposed to the network.',
    [
      'crm-pay-sync console',
      'crm-pay-sync console --stage prod',
      'crm-pay-sync console --stage prod --key --port 8080',
    ],
  )
    .option('--stage <name>', 'a deployed stage instead of the local stack', parseStageName)
    .option('--region <region>', 'where the stage is deployed (default: AWS_REGION, else us-east-1)')
    .option(
      '--port <port>',
      'where the console listens (default: CONSOLE_PORT, else any free port)',
      parsePort,
    )
    .option('--key', 'print an address with a key that works once; for machines that other people use, too')
    .action(async (options: ConsoleOptions) => {
      const { serveConsole } = await import('./serve-console.ts')
      await serveConsole(options)
    })
}

function parsePort(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65535) return Number(value)
  throw new InvalidArgumentError('expected a port from 0 to 65535')
}
