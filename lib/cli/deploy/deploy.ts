import { findTypeErrors } from '../../offline/find-type-errors.ts'
import { loadSyncConfig } from '../../offline/load-sync-config.ts'
import { runServerless } from '../stage/run-serverless.ts'
import { regionOf } from '../stage/stage.ts'
import { CommandFailed, createProgram, parseStageName, runProgram } from '../terminal/program.ts'
import { prepareStage } from './prepare-stage.ts'

type Options = { readonly stage: string; readonly region?: string; readonly awsProfile?: string }

const program = createProgram(
  'npm run deploy --',
  'Checks the types and sync.config.ts, makes SEALING_KEYS where missing, then runs serverless deploy with all options given.',
  [
    'npm run deploy -- --stage prod --param="alarmEmail=ops@example.com"',
    'npm run deploy -- --stage prod --region eu-west-1 --aws-profile payments',
    'npx serverless deploy --help                     the options of serverless deploy',
  ],
)
  .option('-s, --stage <name>', 'the stage to deploy', parseStageName, 'dev')
  .option('-r, --region <region>', 'the region to deploy to (default: AWS_REGION, else us-east-1)')
  .option('--aws-profile <name>', 'the AWS credentials to deploy with (default: AWS_PROFILE)')
  .usage('[options of serverless deploy]')
  .allowUnknownOption()
  .allowExcessArguments()
  .action(deploy)

const given = process.argv.slice(2)
await runProgram(program)

/** Each step ends the command when what follows must not be done. */
async function deploy({ stage, region: asked, awsProfile }: Options): Promise<void> {
  const region = regionOf(asked)
  await loadSyncConfig()
  await checkTypes()
  // The option decides for serverless deploy, and the SDK knows the variable alone.
  if (awsProfile !== undefined) process.env['AWS_PROFILE'] = awsProfile
  await prepareStage(stage, region)
  process.stdout.write(`checked types and sync.config.ts; deploying stage ${stage} to ${region}\n`)
  await runServerless(['deploy', ...given])
}

async function checkTypes(): Promise<void> {
  const errors = await findTypeErrors()
  if (errors.length === 0) return
  process.stderr.write(`${errors.join('\n')}\n`)
  throw new CommandFailed(`${errors.length} type error${errors.length > 1 ? 's' : ''}: nothing was deployed`)
}
