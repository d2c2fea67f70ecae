import type { SecretScope } from '../adapters.ts'
import type { AwsSettings } from '../aws/clients.ts'
import { parameterStore } from '../aws/parameter-store.ts'
import { parameterStoreSecrets, type SecretReader } from '../aws/secrets.ts'
import type { Config } from '../config.ts'
import type { Sealer } from '../core/ports/sealer.ts'
import { readSecrets } from '../secrets.ts'
import { keySealer } from '../support/sealer.ts'
import { clock } from './clock.ts'

export function awsSettings(config: Config): AwsSettings {
  return {
    region: config.AWS_REGION,
    dynamodbEndpoint: config.AWS_ENDPOINT_URL_DYNAMODB,
    sqsEndpoint: config.AWS_ENDPOINT_URL_SQS,
    ssmEndpoint: config.AWS_ENDPOINT_URL_SSM,
    requestTimeoutMs: config.AWS_REQUEST_TIMEOUT_MS,
  }
}

/** The secrets of one function: from Parameter Store under the function's own path, else from the environment. */
export function secretReader(
  config: Config,
  scope: SecretScope,
  names: readonly string[],
  aws: AwsSettings,
): SecretReader<string> {
  if (config.SECRETS_PATH) {
    return parameterStoreSecrets<string>(`${config.SECRETS_PATH}${scope}/`, names, parameterStore(aws), clock)
  }
  const read = async () => readSecrets(names)
  return { read, readAgain: read }
}

export function sealerOf({ read, readAgain }: SecretReader<string>): Sealer {
  return keySealer({
    read: async () => (await read())['SEALING_KEYS'],
    readAgain: async () => (await readAgain())['SEALING_KEYS'],
  })
}
