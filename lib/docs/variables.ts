/** What a variable means, where it belongs, and its local default where the code does not hold one. */
export type VariableEntry = {
  readonly meaning: string
  readonly offline?: string
}
type VariableGroup = { readonly title: string; readonly variables: Readonly<Record<string, VariableEntry>> }

const sandbox = 'the sandbox'
const invented = 'invented'

/** Every variable that an operator may set, secrets included. docs/configuration.md and .env.example are made of it. */
export const variableGroups: readonly VariableGroup[] = [
  {
    title: 'The local stack',
    variables: {
      PORT: { meaning: 'Port of the HTTP API; 0 for any free port.' },
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
  {
    title: 'Notch Pay',
    variables: {
      NOTCHPAY_API_URL: {
        meaning: 'Origin of the API, such as `https://api.notchpay.co`.',
        offline: sandbox,
      },
      NOTCHPAY_PUBLIC_KEY: {
        meaning: 'The public key; it decides between test and live mode. A secret key is refused.',
        offline: invented,
      },
    },
  },
  {
    title: 'WooshPay',
    variables: {
      WOOSHPAY_API_URL: {
        meaning: 'Origin of the API. Must be the host of the mode that the key is for.',
        offline: sandbox,
      },
      WOOSHPAY_SECRET_KEY: {
        meaning: 'The secret key; it decides between test and live mode, and so the host.',
        offline: invented,
      },
    },
  },
  {
    title: 'HubSpot',
    variables: {
      HUBSPOT_API_URL: {
        meaning: 'Origin of the API, such as `https://api.hubapi.com`.',
        offline: sandbox,
      },
      HUBSPOT_ACCESS_TOKEN: {
        meaning: 'Token of a private app, or `portalId=token` pairs separated by commas for several portals.',
        offline: invented,
      },
      HUBSPOT_CLIENT_SECRET: {
        meaning:
          "The app's client secret, which verifies webhooks. Several separated by commas while it is rotated.",
        offline: invented,
      },
    },
  },
  {
    title: 'Pipedrive',
    variables: {
      PIPEDRIVE_API_URL: {
        meaning: "The company's address, such as `https://acme.pipedrive.com`.",
        offline: sandbox,
      },
      PIPEDRIVE_API_TOKEN: { meaning: 'API token of a user who may see all records.', offline: invented },
      PIPEDRIVE_WEBHOOK_USER: {
        meaning: "The webhook's HTTP user. Several separated by commas while it is rotated.",
        offline: invented,
      },
      PIPEDRIVE_WEBHOOK_PASSWORD: {
        meaning: "The webhook's HTTP password. Several separated by commas while it is rotated.",
        offline: invented,
      },
    },
  },
  {
    title: 'Standard Webhooks',
    variables: {
      STANDARD_WEBHOOKS_API_URL: {
        meaning: "Origin of the sender's read API, for events that hold ids only.",
        offline: 'none',
      },
      STANDARD_WEBHOOKS_ACCESS_TOKEN: {
        meaning: "Bearer token for the sender's read API.",
        offline: 'none',
      },
      STANDARD_WEBHOOKS_SECRET: {
        meaning: '`whsec_` followed by base64. Several separated by commas while it is rotated.',
        offline: invented,
      },
    },
  },
]

/** All of them, by name. */
export const variables: Readonly<Record<string, VariableEntry>> = Object.assign(
  {},
  ...variableGroups.map((group) => group.variables),
)
