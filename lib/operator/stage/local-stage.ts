import { type AwsSettings, dynamodbClient, sqsClient } from '../../aws/clients.ts'
import {
  type OfflineSettings,
  readGivenVariables,
  readSettings,
  type Variables,
} from '../../offline/environment.ts'
import { readStackFile, type StackInfo } from '../../offline/stack-file.ts'
import { BadInput } from '../errors.ts'
import { projectRoot } from './project-root.ts'
import type { Stage } from './stage.ts'
import { findQueues, linksTableOf } from './stage-resources.ts'

/** The stage that serverless.yml uses when none is given, as under `npm start`. */
export const offlineStage = 'dev'

/** The stack that `npm start` runs on PORT, and what the environment and `.env` say. */
export function findLocalStack(): {
  readonly stack: StackInfo | null
  readonly given: Variables
  readonly settings: OfflineSettings
} {
  const given = readGivenVariables(projectRoot)
  const settings = readLocalSettings(given)
  return { stack: readStackFile(settings.port, projectRoot), given, settings }
}

function readLocalSettings(given: Variables): OfflineSettings {
  try {
    return readSettings(given)
  } catch (error) {
    throw new BadInput(error instanceof Error ? error.message : String(error))
  }
}

/** The stack that `npm start` runs, else the table and queues that the environment names. Throws BadInput without either. */
export function openLocalStage(): Stage {
  const { stack, given, settings } = findLocalStack()
  if (stack) return stageOfStack(stack)
  const { dynamodbUrl, sqsUrl, port } = settings
  if (!dynamodbUrl || !sqsUrl) throw new BadInput(`${noLocalStack(port)}, or give --stage`)
  const region = given['AWS_REGION'] ?? 'us-east-1'
  const clients = localClients(
    { region, dynamodbEndpoint: dynamodbUrl, sqsEndpoint: sqsUrl },
    settings.variables,
  )
  return {
    name: 'local',
    linksTable: linksTableOf(offlineStage),
    ...clients,
    logs: null,
    variables: settings.variables,
    readApiVariables: async () => settings.variables,
    findQueues: () => findQueues(clients.sqs, offlineStage, sqsUrl),
  }
}

/** The stage of a stack that runs on this machine. */
export function stageOfStack(stack: StackInfo): Stage {
  const { region, dynamodbUrl, sqsUrl, linksTable, environment, logFile } = stack
  return {
    name: 'local',
    linksTable,
    ...localClients({ region, dynamodbEndpoint: dynamodbUrl, sqsEndpoint: sqsUrl }, environment),
    logs: logFile === undefined ? null : { file: logFile },
    variables: environment,
    readApiVariables: async () => environment,
    findQueues: async () => ({
      changes: stack.changesQueueUrl,
      deadLetters: stack.deadLettersQueueUrl,
      manualDeadLetters: stack.manualDeadLettersQueueUrl,
      listed: environment['LISTED_QUEUE_URL'] ?? null,
    }),
  }
}

export function noLocalStack(port: number): string {
  return `no local stack is running on port ${port}: start one with npm start`
}

/** Embedded services accept any credentials, so the caller needs none. */
function localClients(settings: AwsSettings, variables: Variables) {
  const credentials = {
    accessKeyId: variables['AWS_ACCESS_KEY_ID'] ?? 'offline',
    secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] ?? 'offline',
  }
  return {
    dynamodb: dynamodbClient({ ...settings, credentials }),
    sqs: sqsClient({ ...settings, credentials }),
  }
}
