import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { SecretScope, Secrets } from '../../../adapters.ts'
import type { CheckedSyncConfig } from '../../../sync-config.ts'
import type { StageFlags } from '../../advice/advice.ts'
import type { Stage } from '../../stage/stage.ts'
import type { QueueUrls } from '../../stage/stage-resources.ts'
import type { Known } from './finding.ts'
import type { Template } from './template.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Where webhooks are posted, and the URL that they are signed for. */
export type DoorUrl = { readonly name: string; readonly url: string; readonly signedFor: string }

/** The stage that is examined, and everything that more than one check needs of it. */
export type Subject = {
  readonly stage: Stage
  readonly isLocal: boolean
  /** Options that suggested commands must repeat. */
  readonly flags: StageFlags
  readonly syncConfig: Known<CheckedSyncConfig>
  /** The environment of the functions, without secrets. */
  readonly environment: Known<Variables>
  /** Whether an API is at an address of the operator's. The local stack's sandboxes are not. */
  isGiven(urlVariable: string): boolean
  readonly secrets: Readonly<Record<SecretScope, Known<Secrets>>>
  readonly queues: Known<QueueUrls>
  readonly doors: Known<readonly DoorUrl[]>
  /** What serverless.yml declares for this stage. */
  readonly template: Template
  /** Only a deployed stage has AWS resources besides the table and the queues. */
  readonly deployed: DeployedClients | null
  close(): void
}

type DeployedClients = { readonly lambda: LambdaClient; readonly cloudwatch: CloudWatchClient }

/** A command of the AWS CLI to be copied, with the region where one was given. */
export function awsCommand(words: string, { flags }: Subject): string {
  return `Run: aws ${words}${flags.region ? ` --region ${flags.region}` : ''}`
}

/** Where an operator puts a secret. */
export function howToSet(name: string, scope: SecretScope, it: Subject): string {
  if (it.isLocal) return `Set ${name} in the environment or .env, then restart npm start.`
  const path = `/crm-pay-sync/${it.stage.name}/${scope}/${name}`
  return awsCommand(`ssm put-parameter --type SecureString --overwrite --name ${path} --value <value>`, it)
}
