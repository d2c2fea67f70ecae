import { GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs'
import type { SecretScope } from '../../adapters.ts'
import type { DeadLetterQueueUrls } from '../../aws/dead-letter-queue.ts'
import { noAnswer } from '../../aws/no-answer.ts'
import { BadInput, CommandFailed, describeAwsError, isAboutCredentials } from '../errors.ts'

export type QueueUrls = DeadLetterQueueUrls & {
  readonly changes: string
  /** The queue of listed records; null in a stage of a release without it. */
  readonly listed: string | null
}

/** The name that serverless.yml gives to the table. */
export function linksTableOf(stage: string): string {
  return `crm-pay-sync-${stage}-links`
}

/** The functions that log what happens to changes. */
const functionNames = ['receiveWebhook', 'receiveSalesforceEvents', 'syncCustomer', 'retryDeadLetters']

/** The log groups that Lambda gives to the functions of serverless.yml. */
export function logGroupsOf(stage: string): readonly string[] {
  return functionNames.map((name) => `/aws/lambda/crm-pay-sync-${stage}-${name}`)
}

/** Where a function of the stage reads its secrets in Parameter Store; begins and ends with a slash. */
export function secretsPath(stage: string, scope: SecretScope): string {
  return `/crm-pay-sync/${stage}/${scope}/`
}

/**
 * The queues of the stage. Throws BadInput naming the stage, and `where` it was looked for, when it has none, and when AWS
 * does not accept the credentials.
 */
export async function findQueues(sqs: SQSClient, stage: string, where: string): Promise<QueueUrls> {
  const urlOf = async (QueueName: string): Promise<string> => {
    try {
      const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }))
      return QueueUrl
    } catch (error) {
      if (error instanceof QueueDoesNotExist) {
        throw new BadInput(`no stage ${stage} in ${where}: there is no queue ${QueueName}`)
      }
      if (isAboutCredentials(error)) throw new BadInput(describeAwsError(error), { cause: error })
      const message = await noAnswer('SQS', sqs, error)
      throw new CommandFailed(`cannot look up the queue ${QueueName}: ${message}`, { cause: error })
    }
  }
  // First, so that a stage that does not exist is always reported with the same queue.
  const changes = await urlOf(`crm-pay-sync-${stage}-changes.fifo`)
  const [deadLetters, manualDeadLetters, listed] = await Promise.all([
    urlOf(`crm-pay-sync-${stage}-changes-dlq.fifo`),
    urlOf(`crm-pay-sync-${stage}-changes-dlq-manual.fifo`),
    urlOf(`crm-pay-sync-${stage}-listed.fifo`).catch(nullIfMissing),
  ])
  return { changes, deadLetters, manualDeadLetters, listed }
}

function nullIfMissing(error: unknown): null {
  if (error instanceof BadInput && !isAboutCredentials(error.cause)) return null
  throw error
}
