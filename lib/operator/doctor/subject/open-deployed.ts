import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { SecretScope, Secrets } from '../../../adapters.ts'
import { readDoorUrl } from '../../samples/find-door.ts'
import { clientSettings } from '../../stage/client-settings.ts'
import { openDeployedStage, regionOf, stageSecrets } from '../../stage/deployed-stage.ts'
import { projectRoot } from '../../stage/project-root.ts'
import type { StageOptions } from '../../stage/stage.ts'
import { CannotCheck, type Known, known, orCannotCheck } from './finding.ts'
import { readSyncConfig } from './read-sync-config.ts'
import type { DoorUrl, Subject } from './subject.ts'
import { readTemplate } from './template.ts'

export type DeployedOptions = StageOptions & { readonly stage: string; readonly url?: string | undefined }

/** A deployed stage. Throws BadInput when there is none of that name, or without usable AWS credentials. */
export async function openDeployedSubject(options: DeployedOptions): Promise<Subject> {
  const region = regionOf(options.region)
  const url = options.url === undefined ? undefined : readDoorUrl(options.url)
  const stage = await openDeployedStage(options.stage, options.region)
  const queues = await known(stage.findQueues)
  const lambda = new LambdaClient(clientSettings('LAMBDA', region))
  const cloudwatch = new CloudWatchClient(clientSettings('CLOUDWATCH', region))
  const secretsOf = (scope: SecretScope): Promise<Known<Secrets>> =>
    known(() =>
      stageSecrets(options.stage, scope, { region, ssmEndpoint: process.env['AWS_ENDPOINT_URL_SSM'] }).read(),
    )
  const template = readTemplate(projectRoot, options.stage)
  const [syncConfig, environment, webhook, api] = await Promise.all([
    known(readSyncConfig),
    known(() => readEnvironment(lambda, `${template.stackName}-receiveWebhook`)),
    secretsOf('webhook'),
    secretsOf('api'),
  ])
  return {
    stage,
    isLocal: false,
    flags: { stage: options.stage, region: options.region },
    syncConfig,
    environment,
    isGiven: (variable) => Boolean('value' in environment && environment.value[variable]),
    secrets: { webhook, api },
    queues,
    doors: await known(async () => [doorOf(url, environment)]),
    template,
    deployed: { lambda, cloudwatch },
    close: () => {
      stage.dynamodb.destroy()
      stage.sqs.destroy()
      lambda.destroy()
      cloudwatch.destroy()
    },
  }
}

async function readEnvironment(lambda: LambdaClient, FunctionName: string) {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
  return Environment?.Variables ?? {}
}

/** The URL that was given, else the one that the function checks signatures against. */
function doorOf(given: string | undefined, environment: Subject['environment']): DoorUrl {
  const variables = given ? {} : orCannotCheck(environment, 'the webhook URL is not known: give --url')
  const url = given ?? variables['WEBHOOK_PUBLIC_URL']?.replace(/\/+$/, '')
  if (!url) throw new CannotCheck('the webhook URL is not known: give --url')
  return { name: 'door', url, signedFor: url }
}
