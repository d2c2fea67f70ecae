import { type Command, Option } from 'commander'
import { sourceNames } from '../../sources/registry.ts'
import { describeCommand, parseCount, parseStageName } from '../terminal/program.ts'
import type { ReplayOptions } from './replay-samples.ts'

/** `replay` of the command line. */
export function define(command: Command): void {
  describeCommand(command, 'Signs sample payloads as their CRM would and posts them to a running stack.', [
    'crm-pay-sync replay events',
    'crm-pay-sync replay events/hubspot/contact.creation.json --times 100',
    'crm-pay-sync replay events/pipedrive --stage prod --url https://abc123.execute-api.eu-west-1.amazonaws.com',
    'npx crm-pay-sync replay events/hubspot/contact.creation.json --as-lambda-event > event.json',
  ])
    .argument('<file or folder...>', 'payloads as the CRM sends them; folders are walked')
    .option('--url <url>', 'the URL before /webhooks/… (default: the local stack on PORT)')
    .addOption(new Option('--source <name>', 'the CRM, if no folder is named after it').choices(sourceNames))
    .option('--times <n>', 'how often to send each', parseCount, 1)
    .option('--json', 'one JSON document instead of text')
    .option(
      '--as-lambda-event',
      'send nothing: print the signed event of one file for serverless invoke local',
    )
    .option(
      '--stage <name>',
      'a deployed stage, with --url: its secrets are read from Parameter Store',
      parseStageName,
    )
    .option('--region <region>', 'where the stage is deployed (default: AWS_REGION, else us-east-1)')
    .action(async (paths: string[], options: ReplayOptions) => {
      const { replaySamples } = await import('./replay-samples.ts')
      await replaySamples(paths, options)
    })
}
