import { secretScopes } from '../../adapters.ts'
import type { StackInfo } from '../../offline/stack-file.ts'
import { readSecrets } from '../../secrets.ts'
import { isLoopback } from '../../support/origin.ts'
import { BadInput } from '../errors.ts'
import { regionOf, stageSecrets } from '../stage/deployed-stage.ts'
import { findLocalStack, noLocalStack } from '../stage/local-stage.ts'
import type { StageOptions } from '../stage/stage.ts'
import type { Door } from './post-samples.ts'

export type DoorOptions = StageOptions & { readonly url?: string }

/** Where webhooks are posted and what they are signed with. `stack` is the local stack, or null for any other URL. */
export async function findDoor(options: DoorOptions): Promise<{ door: Door; stack: StackInfo | null }> {
  const { stack, given, settings } = findLocalStack()
  if (options.stage !== undefined) return { door: await deployedDoor(options.stage, options), stack: null }
  const url = options.url === undefined ? stack?.url : readDoorUrl(options.url)
  if (!url) throw new BadInput(`${noLocalStack(settings.port)}, or give --url`)
  if (stack && url === stack.url) return { door: localDoor(stack), stack }
  const variables = isLoopback(new URL(url).hostname) ? settings.variables : given
  return { door: { url, variables, publicUrl: given['WEBHOOK_PUBLIC_URL'] ?? url }, stack: null }
}

/** How an event is signed for a function that is invoked without a door. */
export function findSigning(): Omit<Door, 'url'> {
  const { stack, given, settings } = findLocalStack()
  if (stack) return localDoor(stack)
  const publicUrl = given['WEBHOOK_PUBLIC_URL'] ?? `http://127.0.0.1:${settings.port || 3000}`
  return { variables: settings.variables, publicUrl: publicUrl.replace(/\/+$/, '') }
}

/** The door of the local stack, and what its CRMs sign with. */
export function localDoor({ url, lambdaUrl, environment }: StackInfo): Door {
  return {
    url,
    functions: { url: lambdaUrl, stage: environment['STAGE'] ?? 'dev' },
    variables: environment,
    publicUrl: environment['WEBHOOK_PUBLIC_URL'] ?? url,
  }
}

async function deployedDoor(stage: string, { url, region }: DoorOptions): Promise<Door> {
  if (!url)
    throw new BadInput('--stage needs --url here: the WebhookUrl that npx serverless info --verbose shows')
  const origin = readDoorUrl(url)
  const stored = await stageSecrets(stage, 'webhook', { region: regionOf(region) }).read()
  return {
    url: origin,
    variables: { ...stored, ...readSecrets(secretScopes.webhook) },
    publicUrl: process.env['WEBHOOK_PUBLIC_URL'] || origin,
  }
}

/** Accepts a URL with or without `/webhooks` at its end. Requires https, because a signed request could be replayed. */
export function readDoorUrl(text: string): string {
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : {}
  if (!hostname || (protocol !== 'https:' && protocol !== 'http:')) {
    throw new BadInput('--url: expected the URL before /webhooks/…, such as https://api.example.com')
  }
  if (protocol === 'http:' && !isLoopback(hostname)) {
    throw new BadInput('--url: expected https:// (signed webhooks go over plain http to this machine only)')
  }
  return text.replace(/\/+$/, '').replace(/\/webhooks$/, '')
}
