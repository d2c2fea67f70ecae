import * as z from 'zod'

/** What a function or a command reads from its environment; contract.md lists the variables. */
const seconds = z.coerce.number().int().nonnegative()
const origin = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

const environmentSchema = z.object({
  STAGE: z.string().min(1).default('local'),
  AWS_REGION: z.string().min(1).default('us-east-1'),
  AWS_ENDPOINT_URL_DYNAMODB: origin.optional(),
  AWS_ENDPOINT_URL_SQS: origin.optional(),
  LINKS_TABLE: z.string().min(1),
  CHANGES_QUEUE_URL: z.url(),
  DEAD_LETTERS_QUEUE_URL: z.url(),
  WEBHOOK_PUBLIC_URL: origin,
  /** Where the secrets lie in SSM Parameter Store; without it they are read from the environment. */
  SECRETS_PATH: z
    .string()
    .regex(/^\/.+\/$/, 'expected a path that begins and ends with "/"')
    .optional(),
  NOTCHPAY_API_URL: origin.optional(),
  WOOSHPAY_API_URL: origin.optional(),
  HUBSPOT_API_URL: origin.optional(),
  PIPEDRIVE_API_URL: origin.optional(),
  STANDARD_WEBHOOKS_API_URL: origin.optional(),
  RETRY_BASE_SECONDS: seconds.default(5),
  RETRY_MAX_SECONDS: seconds.default(3600),
  RETRY_ATTEMPTS: z.coerce.number().int().positive().default(8),
  CLAIM_LEASE_SECONDS: seconds.default(30),
  LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
})
export type Config = z.infer<typeof environmentSchema>

const secretNames = [
  'NOTCHPAY_PUBLIC_KEY',
  'WOOSHPAY_SECRET_KEY',
  'HUBSPOT_ACCESS_TOKEN',
  'HUBSPOT_CLIENT_SECRET',
  'PIPEDRIVE_API_TOKEN',
  'PIPEDRIVE_WEBHOOK_USER',
  'PIPEDRIVE_WEBHOOK_PASSWORD',
  'STANDARD_WEBHOOKS_SECRET',
  'STANDARD_WEBHOOKS_ACCESS_TOKEN',
] as const
export type SecretName = (typeof secretNames)[number]
export type Secrets = Readonly<Partial<Record<SecretName, string>>>

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
export function readSecrets(
  names: readonly SecretName[],
  environment: NodeJS.ProcessEnv = process.env,
): Secrets {
  const present = withoutEmpty(environment)
  return Object.fromEntries(names.flatMap((name) => (present[name] ? [[name, present[name]]] : [])))
}

function withoutEmpty(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
}
