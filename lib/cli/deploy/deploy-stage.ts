import { findTypeErrors } from '../../offline/find-type-errors.ts'
import { loadSyncConfig } from '../../offline/load-sync-config.ts'
import { CommandFailed } from '../../operator/errors.ts'
import { regionOf } from '../../operator/stage/deployed-stage.ts'
import { runServerless } from '../stage/run-serverless.ts'
import { prepareStage } from './prepare-stage.ts'

export type DeployOptions = {
  readonly stage: string
  readonly region?: string
  readonly awsProfile?: string
}

/**
 * Deploys the stage with `args`, all arguments as they were given. Each step ends the command when what follows must not
 * be done.
 */
export async function deployStage(options: DeployOptions, args: readonly string[]): Promise<void> {
  const { stage, awsProfile } = options
  const region = regionOf(options.region)
  await loadSyncConfig()
  await checkTypes()
  // serverless deploy reads the option, but the SDK only reads the variable.
  if (awsProfile !== undefined) process.env['AWS_PROFILE'] = awsProfile
  await prepareStage(stage, region)
  process.stdout.write(`checked types and sync.config.ts; deploying stage ${stage} to ${region}\n`)
  await runServerless(['deploy', ...args])
}

async function checkTypes(): Promise<void> {
  const errors = await findTypeErrors()
  if (errors.length === 0) return
  process.stderr.write(`${errors.join('\n')}\n`)
  throw new CommandFailed(`${errors.length} type error${errors.length > 1 ? 's' : ''}: nothing was deployed`)
}
