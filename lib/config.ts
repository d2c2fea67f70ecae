import * as z from 'zod'

/** What a function or a command reads from its environment; contract.md lists the variables. */
const seconds = z.coerce.number().int().nonnegative()
const origin = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

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

const environmentSchema = z.object({ ...surroundings, ...behaviour })
export type Config = z.infer<typeof environmentSchema> & {
  /** What the sources and the providers read their own settings from. */
  readonly environment: Variables
}
type Variables = Readonly<Record<string, string | undefined>>

/** Every variable of ours that an operator may set for the functions. */
export const behaviourVariables: readonly string[] = Object.keys(behaviour)

/** Throws one line that names the variable and what was expected. An empty value counts as absent. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = withoutEmpty(environment)
  const parsed = environmentSchema.safeParse(given)
  if (parsed.success) return { ...parsed.data, environment: given }
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

/** A variable set to nothing counts as absent. */
export function withoutEmpty(environment: NodeJS.ProcessEnv): Variables {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
}
