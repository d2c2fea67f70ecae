import { offlineProviders } from '../providers/offline.ts'
import { providers } from '../providers/registry.ts'
import { offlineSources } from '../sources/offline.ts'
import { sources } from '../sources/registry.ts'
import { invented, type VariableEntry } from '../support/doc-entries.ts'

type VariableGroup = { readonly title: string; readonly variables: Readonly<Record<string, VariableEntry>> }

/** Every variable that an operator may set, secrets included. docs/configuration.md and .env.example are made of it. */
export const variableGroups: readonly VariableGroup[] = [
  {
    title: 'The local stack',
    variables: {
      PORT: { meaning: 'Port of the HTTP API; 0 for any free port.' },
      CONSOLE_PORT: { meaning: 'Port of the web console; 0 for any free port.', offline: 'any free port' },
      WEBHOOK_PUBLIC_URL: {
        meaning:
          'The URL that the CRMs were given, without `/webhooks/…`. Signatures that cover the URL are checked against it.',
        offline: '`http://127.0.0.1:<PORT>`',
      },
      OFFLINE_DATA_DIR: { meaning: 'Folder that keeps the embedded table on disk.', offline: 'in memory' },
      AWS_ENDPOINT_URL_DYNAMODB: {
        meaning: 'Another DynamoDB than the embedded one. A missing table is created there.',
        offline: 'embedded',
      },
      AWS_ENDPOINT_URL_SQS: {
        meaning: 'Another SQS than the embedded one. Missing queues are created there.',
        offline: 'embedded',
      },
      RETRY_DEAD_LETTERS: {
        meaning: '`false`: dead letters are not retried automatically.',
        offline: '`true`',
      },
    },
  },
  {
    title: 'Retries, time limits and logs',
    variables: {
      RETRY_BASE_SECONDS: {
        meaning: 'Longest wait before the second try. It doubles with each further try.',
      },
      RETRY_MAX_SECONDS: { meaning: 'Longest wait between two tries.' },
      RETRY_ATTEMPTS: { meaning: 'Tries that count before a change becomes a dead letter.' },
      CLAIM_LEASE_SECONDS: {
        meaning: 'How long a provider may still carry out a call after we stopped waiting for its answer.',
      },
      AWS_REQUEST_TIMEOUT_MS: {
        meaning: 'Time limit in milliseconds of one try of a call to DynamoDB, SQS or Parameter Store.',
      },
      LOG_LEVEL: { meaning: '`DEBUG`, `INFO`, `WARN` or `ERROR`.' },
      SEALING_KEYS: {
        meaning:
          'Keys that encrypt customer data in the queues and the table: 32 bytes in base64, several separated by commas. The first encrypts, all decrypt.',
        offline: invented,
      },
    },
  },
  ...Object.values(providers).map(({ name, title }) => ({
    title,
    variables: offlineProviders[name]?.docs.variables ?? {},
  })),
  ...Object.values(sources).map(({ name, title }) => ({
    title,
    variables: offlineSources[name]?.docs.variables ?? {},
  })),
]

/** All of them, by name. */
export const variables: Readonly<Record<string, VariableEntry>> = Object.assign(
  {},
  ...variableGroups.map((group) => group.variables),
)
