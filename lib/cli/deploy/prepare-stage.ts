import {
  GetParametersCommand,
  ParameterAlreadyExists,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { noAnswer } from '../../aws/no-answer.ts'
import { Misconfigured } from '../../core/model/errors.ts'
import { CommandFailed, describeAwsError } from '../../operator/errors.ts'
import { clientSettings } from '../../operator/stage/client-settings.ts'
import { secretsPath } from '../../operator/stage/stage-resources.ts'
import { newSealingKey, parseSealingKeys } from '../../support/seal.ts'

/** A parameter that another deployment has just made may not be visible in the next read. */
const mostReads = 3

/**
 * Makes sure that both functions of a stage find the same SEALING_KEYS in Parameter Store: makes a key where there is none,
 * copies the one parameter where the other is missing, and prints a line about what was made, never a value. Overwrites
 * nothing. Throws CommandFailed with one line when the two differ, cannot be read as keys, or AWS refuses.
 */
export async function prepareStage(stage: string, region: string): Promise<void> {
  const client = new SSMClient(clientSettings('SSM', region))
  try {
    for (let reads = 0; reads < mostReads; reads++) if (await agree(client, stage)) return
  } catch (error) {
    throw await explained(error, client, stage)
  } finally {
    client.destroy()
  }
  throw new CommandFailed(`another deployment is making the SEALING_KEYS of stage ${stage}: deploy again`)
}

/** False when another deployment has made a parameter meanwhile: both must be read again. */
async function agree(client: SSMClient, stage: string): Promise<boolean> {
  // The order matters: the deployment that makes the first parameter decides the key, and all others copy it.
  const names = [`${secretsPath(stage, 'webhook')}SEALING_KEYS`, `${secretsPath(stage, 'api')}SEALING_KEYS`]
  const { Parameters = [] } = await client.send(
    new GetParametersCommand({ Names: names, WithDecryption: true }),
  )
  const values = new Map(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]))
  const keys = new Set([...values].map(([name, value]) => readKeys(name, value)))
  if (keys.size > 1) {
    throw new CommandFailed(
      `${names.join(' and ')} differ, so changes would be sealed that cannot be opened: put the same value in both, with every key of the two, then deploy again`,
    )
  }
  const missing = names.filter((name) => !values.has(name))
  const [Value = newSealingKey()] = values.values()
  for (const Name of missing) if (!(await put(client, Name, Value))) return false
  const [copied] = values.keys()
  if (missing.length > 0) {
    process.stdout.write(`made ${missing.join(' and ')}${copied ? `, a copy of ${copied}` : ', a new key'}\n`)
  }
  return true
}

/** The ids of the keys: equal for equal keys. */
function readKeys(name: string, value: string): string {
  try {
    return parseSealingKeys(value)
      .map(({ id }) => id)
      .join()
  } catch (error) {
    if (error instanceof Misconfigured) throw new CommandFailed(`${name}: ${error.message}`)
    throw error
  }
}

async function put(client: SSMClient, Name: string, Value: string): Promise<boolean> {
  try {
    await client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: false }))
    return true
  } catch (error) {
    if (error instanceof ParameterAlreadyExists) return false
    throw error
  }
}

async function explained(error: unknown, client: SSMClient, stage: string): Promise<Error> {
  if (error instanceof CommandFailed) return error
  const known = describeAwsError(error)
  const message = known
    ? `${known}; needed are ssm:GetParameters and ssm:PutParameter on /crm-pay-sync/${stage}/*`
    : await noAnswer('the secret store', client, error)
  return new CommandFailed(message, { cause: error })
}
