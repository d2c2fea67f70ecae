import syncConfig from '../sync.config.ts'
import { dynamodbBreakers } from './aws/breakers.ts'
import { type MessageWait, postponeMessages, sqsChangeQueue } from './aws/change-queue.ts'
import { type AwsSettings, dynamodbClient, sqsClient, ssmClient } from './aws/clients.ts'
import { dynamodbLinks } from './aws/customer-links.ts'
import { sqsDeadLetterQueue, sqsManualDeadLetters } from './aws/dead-letter-queue.ts'
import { sqsDeadLetters } from './aws/dead-letters.ts'
import { parameterStoreSecrets, type SecretReader } from './aws/secrets.ts'
import {
  type ApiSecret,
  type Config,
  readSecrets,
  type SecretName,
  type SecretScope,
  type Secrets,
  secretScopes,
  type WebhookSecret,
} from './config.ts'
import type { RetryDeps } from './core/dead-letters/retry-dead-letters.ts'
import { type BreakerSettings, providerBreaker } from './core/failures/breaker.ts'
import type { SourceName } from './core/model/change.ts'
import { Misconfigured } from './core/model/errors.ts'
import type { ProviderName } from './core/model/provider.ts'
import type { CrmSource } from './core/ports/crm-source.ts'
import type { Log, Metrics } from './core/ports/observers.ts'
import type { PaymentProvider } from './core/ports/payment-provider.ts'
import type { Sealer } from './core/ports/sealer.ts'
import type { SyncDeps } from './core/ports/sync-deps.ts'
import type { ReceiveDeps } from './core/receiving/receive-changes.ts'
import { notchpayProvider } from './providers/notchpay/index.ts'
import { wooshpayProvider } from './providers/wooshpay/index.ts'
import { hubspotSource, parseAccessTokens } from './sources/hubspot/index.ts'
import { pipedriveSource } from './sources/pipedrive/index.ts'
import { standardWebhooksSource } from './sources/standard-webhooks/index.ts'
import { phoneCountry } from './support/phone.ts'
import { keySealer } from './support/sealer.ts'

type Observers = { readonly log: Log; readonly metrics: Metrics }
type Builder<T> = {
  /** What verifying a webhook takes; the HTTP door builds the source of these alone. */
  readonly webhookSecrets: readonly WebhookSecret[]
  /** What calling the API takes; all that the function that works on changes has. */
  readonly apiSecrets: readonly ApiSecret[]
  /** Of the secrets of one of the two functions: a source without webhook secrets refuses every request. */
  readonly build: (secrets: Secrets, config: Config) => T
}

const clock = { now: () => new Date() }

/** Every CRM: the secrets it needs and how it is built. A source without a line here does not compile. */
const sources: Record<SourceName, Builder<CrmSource | null>> = {
  hubspot: {
    webhookSecrets: ['HUBSPOT_CLIENT_SECRET'],
    apiSecrets: ['HUBSPOT_ACCESS_TOKEN'],
    build: (secrets, config) =>
      syncConfig.sources.hubspot
        ? hubspotSource({
            clientSecrets: list(secrets.HUBSPOT_CLIENT_SECRET),
            accessTokens: parseAccessTokens(secrets.HUBSPOT_ACCESS_TOKEN),
            apiUrl: config.HUBSPOT_API_URL,
            publicUrl: config.WEBHOOK_PUBLIC_URL,
            allowUntimedSignatures: syncConfig.sources.hubspot.allowUntimedSignatures,
            fields: syncConfig.sources.hubspot.fields,
            clock,
          })
        : null,
  },
  pipedrive: {
    webhookSecrets: ['PIPEDRIVE_WEBHOOK_USER', 'PIPEDRIVE_WEBHOOK_PASSWORD'],
    apiSecrets: ['PIPEDRIVE_API_TOKEN'],
    build: (secrets, config) =>
      syncConfig.sources.pipedrive
        ? pipedriveSource({
            webhookUsers: list(secrets.PIPEDRIVE_WEBHOOK_USER),
            webhookPasswords: list(secrets.PIPEDRIVE_WEBHOOK_PASSWORD),
            apiToken: secrets.PIPEDRIVE_API_TOKEN,
            apiUrl: config.PIPEDRIVE_API_URL,
            fields: syncConfig.sources.pipedrive.fields,
            clock,
          })
        : null,
  },
  'standard-webhooks': {
    webhookSecrets: ['STANDARD_WEBHOOKS_SECRET'],
    apiSecrets: ['STANDARD_WEBHOOKS_ACCESS_TOKEN'],
    build: (secrets, config) =>
      syncConfig.sources['standard-webhooks']
        ? standardWebhooksSource({
            secrets: list(secrets.STANDARD_WEBHOOKS_SECRET),
            accessToken: secrets.STANDARD_WEBHOOKS_ACCESS_TOKEN,
            apiUrl: config.STANDARD_WEBHOOKS_API_URL,
            clock,
          })
        : null,
  },
}

type ProviderUrls = Pick<Config, 'NOTCHPAY_API_URL' | 'WOOSHPAY_API_URL'>
type ProviderBuilder = Omit<Builder<PaymentProvider>, 'build'> & {
  readonly build: (secrets: Secrets, urls: ProviderUrls) => PaymentProvider
}

const providers: Record<ProviderName, ProviderBuilder> = {
  notchpay: {
    webhookSecrets: [],
    apiSecrets: ['NOTCHPAY_PUBLIC_KEY'],
    build: (secrets, config) =>
      notchpayProvider({
        publicKey: secrets.NOTCHPAY_PUBLIC_KEY ?? '',
        apiUrl: config.NOTCHPAY_API_URL,
        clock,
      }),
  },
  wooshpay: {
    webhookSecrets: [],
    apiSecrets: ['WOOSHPAY_SECRET_KEY'],
    build: (secrets, config) =>
      wooshpayProvider({
        secretKey: secrets.WOOSHPAY_SECRET_KEY ?? '',
        apiUrl: config.WOOSHPAY_API_URL,
        clock,
      }),
  },
}

/** A provider for a command, of the keys and addresses it was given. Throws Misconfigured when they cannot be right. */
export function buildProvider(
  name: ProviderName,
  variables: Secrets & { readonly [Name in keyof ProviderUrls]?: string | undefined },
): PaymentProvider {
  return providers[name].build(variables, variables)
}

/** What the HTTP door needs. Builds clients, calls nothing. */
export function buildReceiveDeps(config: Config, observers: Observers): ReceiveDeps {
  const aws = doorSettings(config)
  const secrets = secretReader(config, 'webhook', aws)
  const source = fromSecrets(config, secrets, sources, ({ webhookSecrets }) => webhookSecrets)
  const queue = sqsChangeQueue(sqsClient(aws), config.CHANGES_QUEUE_URL)
  return { source, queue, sealer: sealerOf(secrets), ...observers }
}

/** What working on changes needs. Builds clients, calls nothing. */
export function buildSyncDeps(config: Config, observers: Observers): SyncDeps {
  const secrets = secretReader(config, 'api', awsSettings(config))
  const apiSecrets = <T>(builder: Builder<T>) => builder.apiSecrets
  const source = fromSecrets(config, secrets, sources, apiSecrets)
  const dynamodb = dynamodbClient(awsSettings(config))
  const sqs = sqsClient(awsSettings(config))
  return {
    source: async (name) => (await source(name)) ?? switchedOff(name),
    provider: fromSecrets(config, secrets, providers, apiSecrets),
    sealer: sealerOf(secrets),
    links: dynamodbLinks(dynamodb, config.LINKS_TABLE),
    breaker: providerBreaker({
      store: dynamodbBreakers(dynamodb, config.LINKS_TABLE),
      settings: breakerSettings(config),
      clock,
      random: Math.random,
      ...observers,
    }),
    queue: sqsChangeQueue(sqs, config.CHANGES_QUEUE_URL),
    deadLetters: sqsDeadLetterQueue(sqs, {
      deadLetters: config.DEAD_LETTERS_QUEUE_URL,
      manualDeadLetters: config.MANUAL_DEAD_LETTERS_QUEUE_URL,
    }),
    providers: new Set(syncConfig.providers),
    routes: syncConfig.routes,
    policies: syncConfig.policies,
    phoneCountry,
    retry: {
      baseSeconds: config.RETRY_BASE_SECONDS,
      maxSeconds: config.RETRY_MAX_SECONDS,
      attempts: config.RETRY_ATTEMPTS,
    },
    claimLeaseSeconds: config.CLAIM_LEASE_SECONDS,
    clock,
    // Until syncBatch sets it: no limit.
    remainingMillis: () => Number.POSITIVE_INFINITY,
    sleep,
    random: Math.random,
    ...observers,
  }
}

/** What sending dead letters back needs; no secret among it. Builds clients, calls nothing. */
export function buildRetryDeps(config: Config, log: Log): RetryDeps {
  const sqs = sqsClient(awsSettings(config))
  return {
    deadLetters: sqsDeadLetters(sqs, [config.DEAD_LETTERS_QUEUE_URL]),
    manual: sqsManualDeadLetters(sqs, config.MANUAL_DEAD_LETTERS_QUEUE_URL),
    links: dynamodbLinks(dynamodbClient(awsSettings(config)), config.LINKS_TABLE),
    queue: sqsChangeQueue(sqs, config.CHANGES_QUEUE_URL),
    clock,
    log,
  }
}

/** Sets the waits of messages that will be tried again. */
export function buildPostpone(config: Config, log: Log) {
  const client = sqsClient(awsSettings(config))
  return (waits: readonly MessageWait[]) => postponeMessages(client, config.CHANGES_QUEUE_URL, waits, log)
}

/** A provider is paused for as long as a change would wait: at first the shortest wait, at most five minutes. */
function breakerSettings({ RETRY_BASE_SECONDS, RETRY_MAX_SECONDS }: Config): BreakerSettings {
  return {
    failureShare: 0.5,
    minimumCalls: 10,
    windowSeconds: 60,
    openSeconds: RETRY_BASE_SECONDS,
    longestOpenSeconds: Math.min(RETRY_MAX_SECONDS, 300),
    probeSeconds: 30,
  }
}

function awsSettings(config: Config): AwsSettings {
  return {
    region: config.AWS_REGION,
    dynamodbEndpoint: config.AWS_ENDPOINT_URL_DYNAMODB,
    sqsEndpoint: config.AWS_ENDPOINT_URL_SQS,
    ssmEndpoint: config.AWS_ENDPOINT_URL_SSM,
    requestTimeoutMs: config.AWS_REQUEST_TIMEOUT_MS,
  }
}

/** Milliseconds. The door has ten seconds for two calls that are tried twice each, and CRMs do not wait for longer. */
const doorTimeoutMs = 1500

function doorSettings(config: Config): AwsSettings {
  const settings = awsSettings(config)
  return { ...settings, requestTimeoutMs: Math.min(config.AWS_REQUEST_TIMEOUT_MS, doorTimeoutMs) }
}

/** Does not keep a process alive that has nothing else to do. */
const sleep = (millis: number) => new Promise<void>((resolve) => void setTimeout(resolve, millis).unref())

/** The secrets of one function: from Parameter Store under its own path, else from the environment. */
function secretReader(config: Config, scope: SecretScope, aws: AwsSettings): SecretReader<SecretName> {
  const names = secretScopes[scope]
  if (config.SECRETS_PATH) {
    return parameterStoreSecrets<SecretName>(`${config.SECRETS_PATH}${scope}/`, names, ssmClient(aws), clock)
  }
  const read = async () => readSecrets<SecretName>(names)
  return { read, readAgain: read }
}

function sealerOf({ read, readAgain }: SecretReader<SecretName>): Sealer {
  return keySealer({
    read: async () => (await read()).SEALING_KEYS,
    readAgain: async () => (await readAgain()).SEALING_KEYS,
  })
}

/** An adapter is kept until its secrets change; the secret store's cache says how soon that is noticed. */
function fromSecrets<Name extends string, T>(
  config: Config,
  { read }: SecretReader<SecretName>,
  builders: Record<Name, Builder<T>>,
  namesOf: (builder: Builder<T>) => readonly SecretName[],
) {
  const built = new Map<Name, { readonly secrets: string; readonly adapter: T }>()
  return async (name: Name): Promise<T> => {
    const all = await read()
    const values: Secrets = Object.fromEntries(namesOf(builders[name]).map((secret) => [secret, all[secret]]))
    const secrets = JSON.stringify(values)
    const known = built.get(name)
    if (known?.secrets === secrets) return known.adapter
    const adapter = builders[name].build(values, config)
    built.set(name, { secrets, adapter })
    return adapter
  }
}

/** Secrets may be several at once while they are being rotated. */
function list(secret: string | undefined): string[] {
  return (secret ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function switchedOff(name: SourceName): never {
  throw new Misconfigured(
    'SOURCE_OFF',
    `sync.config.ts has the source ${name} switched off, but changes of it are queued`,
  )
}
