import type { Command } from 'commander'
import { describeCommand, parseStageName } from '../terminal/program.ts'
import type { DeployOptions } from './deploy-stage.ts'

/** `deploy` of the command line. Options that are not known here belong to `serverless deploy`. */
export function define(command: Command): void {
  describeCommand(
    command,
    'Checks the types and sync.config.ts, makes SEALING_KEYS where missing, then runs serverless deploy with all options given.',
    [
      'crm-pay-sync deploy --stage prod --param="alarmEmail=ops@example.com"',
      'crm-pay-sync deploy --stage prod --region eu-west-1 --aws-profile payments',
      'npx serverless deploy --help                     the options of serverless deploy',
    ],
  )
    .option('-s, --stage <name>', 'the stage to deploy', parseStageName, 'dev')
    .option('-r, --region <region>', 'the region to deploy to (default: AWS_REGION, else us-east-1)')
    .option('--aws-profile <name>', 'the AWS credentials to deploy with (default: AWS_PROFILE)')
    .usage('[options of serverless deploy]')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (options: DeployOptions) => {
      const given = process.argv.slice(process.argv.indexOf(command.name()) + 1)
      const { deployStage } = await import('./deploy-stage.ts')
      await deployStage(options, given)
    })
}
