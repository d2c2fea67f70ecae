import * as z from 'zod'

/** What a function or a command reads from its environment; contract.md lists the variables. */
const seconds = z.coerce.number().int().nonnegative()
const origin = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

/** Where the APIs are; the vendor's own address where left out. */
const apiUrls = {
  NOTCHPAY_API_URL: origin.optional(),
  WOOSHPAY_API_URL: origin.optional(),
  HUBSPOT_API_URL: origin.optional(),
  PIPEDRIVE_API_URL: origin.optional(),
  STANDARD_WEBHOOKS_API_URL: origin.optional(),
}

/** How the functions behave; the defaults suit a deployment and a laptop alike. */
const behaviour = {
  WEBHOOK_PUBLIC_URL: origin,
  RETRY_BASE_SECONDS: seconds.default(5),
  RETRY_MAX_SECONDS: seconds.default(3600),
  RETRY_ATTEMPTS: z.coerce.number().int().positive().default(8),
  CLAIM_LEASE_SECONDS: seconds.default(30),
  /** Milliseconds after which one try of a call to a table, a queue or the secret store counts as unanswered. */
  AWS_REQUEST_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(4000),
  LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
}

/** What a deployment, or the offline stack, says about itself. */
const surroundings = {
  STAGE: z.string().min(1).default('local'),
  AWS_REGION: z.string().min(1).default('us-east-1'),
  AWS_ENDPOINT_URL_DYNAMODB: origin.optional(),
  AWS_ENDPOINT_URL_SQS: origin.optional(),
  AWS_ENDPOINT_URL_SSM: origin.optional(),
  LINKS_TABLE: z.string().min(1),
  CHANGES_QUEUE_URL: z.url(),
  DEAD_LETTERS_QUEUE_URL: z.url(),
  MANUAL_DEAD_LETTERS_QUEUE_URL: z.url(),
  /** Where the secrets are in SSM Parameter Store; without it they are read from the environment. */
  SECRETS_PATH: z
    .string()
    .regex(/^\/.+\/$/, 'expected a path that begins and ends with "/"')
    .optional(),
}

const environmentSchema = z.object({ ...surroundings, ...behaviour, ...apiUrls })
export type Config = z.infer<typeof environmentSchema>

/** Seals customer data in the queues and the table; both functions need it. */
const sealingKeys = 'SEALING_KEYS'

/** What each function may read of the secrets: the part of the path it is deployed under, and the names there. */
export const secretScopes = {
  /** What verifies webhooks: all that the HTTP door may read. */
  webhook: [
    'HUBSPOT_CLIENT_SECRET',
    'PIPEDRIVE_WEBHOOK_USER',
    'PIPEDRIVE_WEBHOOK_PASSWORD',
    'STANDARD_WEBHOOKS_SECRET',
    sealingKeys,
  ],
  /** What calls the APIs. */
  api: [
    'NOTCHPAY_PUBLIC_KEY',
    'WOOSHPAY_SECRET_KEY',
    'HUBSPOT_ACCESS_TOKEN',
    'PIPEDRIVE_API_TOKEN',
    'STANDARD_WEBHOOKS_ACCESS_TOKEN',
    sealingKeys,
  ],
} as const
export type SecretScope = keyof typeof secretScopes
export type WebhookSecret = (typeof secretScopes)['webhook'][number]
export type ApiSecret = (typeof secretScopes)['api'][number]
export type SecretName = WebhookSecret | ApiSecret
export type Secrets<Name extends SecretName = SecretName> = Readonly<Partial<Record<Name, string>>>

/** Every variable that an operator may set for the functions. */
export const functionVariables: readonly string[] = [
  ...new Set([
    ...Object.keys(behaviour),
    ...Object.keys(apiUrls),
    ...secretScopes.webhook,
    ...secretScopes.api,
  ]),
]

/** Throws one line that names the variable and what was expected. An empty value counts as absent. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environmentSchema.safeParse(withoutEmpty(environment))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Error(`environment variable ${issue?.path.join('.')}: ${issue?.message}`)
}

/**
 * What `readConfig` would throw for variables that are about to be deployed, one line each. References that CloudFormation
 * fills in are left out.
 */
export function findBadVariables(environment: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(environmentSchema.shape).flatMap(([name, schema]) => {
    const value = environment[name]
    if (typeof value !== 'string' || value === '') return []
    const issue = schema.safeParse(value).error?.issues[0]
    return issue ? [`environment variable ${name}: ${issue.message}, got ${JSON.stringify(value)}`] : []
  })
}

/** The secrets that a local stack or a test has in its environment. */
export function readSecrets<Name extends SecretName>(
  names: readonly Name[],
  environment: NodeJS.ProcessEnv = process.env,
): Secrets<Name> {
  const present = withoutEmpty(environment)
  const found = names.flatMap((name) => (present[name] ? [[name, present[name]]] : []))
  return Object.fromEntries(found) as Secrets<Name>
}

function withoutEmpty(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
}
