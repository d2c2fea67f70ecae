import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { distance } from 'fastest-levenshtein'
import * as z from 'zod'
import { findBadSettings, functionVariables } from '../adapters.ts'
import { offlineProviders } from '../providers/offline.ts'
import { offlineSources } from '../sources/offline.ts'
import { parseSealingKeys } from '../support/seal.ts'
import { origin, port, wholeSeconds } from './setting-types.ts'

export type Variables = Readonly<Record<string, string>>

/** Invented secrets, which only the sandboxes accept. */
const offlineSecrets: Variables = Object.assign(
  // The same at each start, since a table that is kept on disk holds what was sealed before.
  { SEALING_KEYS: Buffer.from('crm-pay-sync offline sealing key').toString('base64') },
  ...[...Object.values(offlineProviders), ...Object.values(offlineSources)].map((half) => half.secrets),
)

const offlineDefaults: Variables = {
  ...offlineSecrets,
  RETRY_BASE_SECONDS: '5',
  RETRY_MAX_SECONDS: '3600',
  RETRY_ATTEMPTS: '8',
  CLAIM_LEASE_SECONDS: '30',
  AWS_REQUEST_TIMEOUT_MS: '4000',
  LOG_LEVEL: 'INFO',
  // CloudWatch's metrics, one JSON line per invocation, are not read here.
  POWERTOOLS_METRICS_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: 'offline',
  AWS_SECRET_ACCESS_KEY: 'offline',
}

function isSealingKeys(text: string): boolean {
  try {
    return parseSealingKeys(text).length > 0
  } catch {
    return false
  }
}

const settingsSchema = z.object({
  PORT: port.default(3000),
  CONSOLE_PORT: port.default(0),
  OFFLINE_DATA_DIR: z.string().optional(),
  AWS_ENDPOINT_URL_DYNAMODB: origin.optional(),
  AWS_ENDPOINT_URL_SQS: origin.optional(),
  WEBHOOK_PUBLIC_URL: z
    .string()
    .regex(/^https?:\/\/[^?#\s]+$/, 'expected the URL before /webhooks/…')
    .optional(),
  RETRY_BASE_SECONDS: wholeSeconds.optional(),
  RETRY_MAX_SECONDS: wholeSeconds.optional(),
  RETRY_ATTEMPTS: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'expected a whole number from 1')
    .optional(),
  CLAIM_LEASE_SECONDS: wholeSeconds.optional(),
  AWS_REQUEST_TIMEOUT_MS: z
    .string()
    .regex(/^\d{3,5}$/, 'expected milliseconds from 100 to 60000')
    .refine((millis) => Number(millis) <= 60_000, 'expected milliseconds from 100 to 60000')
    .optional(),
  SEALING_KEYS: z
    .string()
    .refine(isSealingKeys, 'expected 32 bytes in base64, several separated by commas')
    .optional(),
  RETRY_DEAD_LETTERS: z.enum(['true', 'false'], { error: 'expected true or false' }).optional(),
  LOG_LEVEL: z
    .enum(['DEBUG', 'INFO', 'WARN', 'ERROR'], {
      error: 'expected DEBUG, INFO, WARN or ERROR',
    })
    .optional(),
})

export type OfflineSettings = {
  readonly port: number
  readonly consolePort: number
  readonly dataDir: string | undefined
  readonly dynamodbUrl: string | undefined
  readonly sqsUrl: string | undefined
  /** Environment variables of the functions: the offline defaults, overridden by what was given. */
  readonly variables: Variables
}

/** The environment over `.env`; a variable set to nothing counts as unset. */
export function readGivenVariables(root: string, environment: NodeJS.ProcessEnv = process.env): Variables {
  const file = join(root, '.env')
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const given = Object.entries({ ...fromFile, ...environment })
  return Object.fromEntries(given.filter((entry): entry is [string, string] => Boolean(entry[1])))
}

/** A variable is unknown or invalid. The message is one line with its name and what was expected. */
export class BadSettings extends Error {}

/** Every variable that a local stack reads. */
export const knownVariables: readonly string[] = [
  ...new Set([...Object.keys(settingsSchema.shape), ...functionVariables]),
]

/** A name with more typing errors than this is taken for another program's variable. */
const mostTypos = 2
/** Other programs have names like these. */
const isCommon = (name: string) => name.startsWith('AWS_') || name === 'LOG_LEVEL' || name === 'PORT'

/** A misspelled variable would be ignored silently. */
function refuseNearMisses(given: Variables): void {
  const ours = knownVariables.filter((name) => !isCommon(name))
  for (const name of Object.keys(given)) {
    if (knownVariables.includes(name) || isCommon(name)) continue
    const meant = ours.find((known) => distance(known, name) <= mostTypos)
    if (meant) throw new BadSettings(`${name}: there is no such variable; did you mean ${meant}?`)
  }
}

/** Checks what was given. Throws BadSettings. */
export function readSettings(given: Variables): OfflineSettings {
  refuseNearMisses(given)
  const parsed = settingsSchema.safeParse(given)
  const wrongUrl = Object.entries(given).find(
    ([name, value]) => name.endsWith('_API_URL') && !origin.safeParse(value).success,
  )
  if (wrongUrl)
    throw new BadSettings(
      `${wrongUrl[0]}: expected an origin without a path, such as https://api.example.com`,
    )
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new BadSettings(`${issue?.path.join('.')}: ${issue?.message}`)
  }
  const [badSetting] = findBadSettings(given)
  if (badSetting) throw new BadSettings(badSetting)
  const forFunctions = Object.entries(given).filter(
    ([name]) => name in offlineDefaults || functionVariables.includes(name),
  )
  return {
    port: parsed.data.PORT,
    consolePort: parsed.data.CONSOLE_PORT,
    dataDir: parsed.data.OFFLINE_DATA_DIR,
    dynamodbUrl: parsed.data.AWS_ENDPOINT_URL_DYNAMODB,
    sqsUrl: parsed.data.AWS_ENDPOINT_URL_SQS,
    variables: { ...offlineDefaults, ...Object.fromEntries(forFunctions) },
  }
}
