import * as z from 'zod'

/** The environment variables that a function or a command reads. docs/configuration.md lists them. */
const seconds = z.coerce.number().int().nonnegative()
const origin = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

/** Function behaviour. The defaults suit both a deployment and a laptop. */
const behaviour = {
  WEBHOOK_PUBLIC_URL: origin,
  RETRY_BASE_SECONDS: seconds.default(5),
  RETRY_MAX_SECONDS: seconds.default(3600),
  RETRY_ATTEMPTS: z.coerce.number().int().positive().default(8),
  CLAIM_LEASE_SECONDS: seconds.default(30),
  /** Timeout in milliseconds for one attempt of a call to the table, a queue or the secret store. */
  AWS_REQUEST_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(4000),
  LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
}

/** Set by the deployment or the offline stack. */
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
  /** The queue of listed records. Only functions that work with it need it. */
  LISTED_QUEUE_URL: z.url().optional(),
  /** Path of the secrets in SSM Parameter Store. Without it, secrets are read from the environment. */
  SECRETS_PATH: z
    .string()
    .regex(/^\/.+\/$/, 'expected a path that begins and ends with "/"')
    .optional(),
}

const environmentSchema = z.object({ ...surroundings, ...behaviour })
export type Config = z.infer<typeof environmentSchema> & {
  /** The environment from which sources and providers read their own settings. */
  readonly environment: Variables
}
type Variables = Readonly<Record<string, string | undefined>>

/** Every behaviour variable that an operator may set. */
export const behaviourVariables: readonly string[] = Object.keys(behaviour)

/** Throws a single line that names the variable and the expected value. An empty value counts as unset. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = withoutEmpty(environment)
  const parsed = environmentSchema.safeParse(given)
  if (parsed.success) return { ...parsed.data, environment: given }
  const [issue] = parsed.error.issues
  throw new Error(`environment variable ${issue?.path.join('.')}: ${issue?.message}`)
}

/**
 * The lines that `readConfig` would throw for variables about to be deployed. References that CloudFormation resolves
 * are omitted.
 */
export function findBadVariables(environment: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(environmentSchema.shape).flatMap(([name, schema]) => {
    const value = environment[name]
    if (typeof value !== 'string' || value === '') return []
    const issue = schema.safeParse(value).error?.issues[0]
    return issue ? [`environment variable ${name}: ${issue.message}, got ${JSON.stringify(value)}`] : []
  })
}

/** A variable with an empty value counts as unset. */
function withoutEmpty(environment: NodeJS.ProcessEnv): Variables {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
}
