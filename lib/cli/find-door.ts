import { readSecrets, secretScopes } from '../config.ts'
import type { StackInfo } from '../offline/stack-file.ts'
import type { Door } from './post-samples.ts'
import { BadInput } from './program.ts'
import { findLocalStack, noLocalStack, regionOf, type StageOptions, stageSecrets } from './stage.ts'

export type DoorOptions = StageOptions & { readonly url?: string }

/** Where webhooks go and what they are signed with; `stack` is the local one behind the door, if it is that. */
export async function findDoor(options: DoorOptions): Promise<{ door: Door; stack: StackInfo | null }> {
  const { stack, given, settings } = findLocalStack()
  if (options.stage !== undefined) return { door: await deployedDoor(options.stage, options), stack: null }
  const url = options.url === undefined ? stack?.url : readUrl(options.url)
  if (!url) throw new BadInput(`${noLocalStack(settings.port)}, or give --url`)
  if (stack && url === stack.url) return { door: localDoor(stack), stack }
  const variables = isThisMachine(url) ? settings.variables : given
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
export function localDoor({ url, environment }: StackInfo): Door {
  return { url, variables: environment, publicUrl: environment['WEBHOOK_PUBLIC_URL'] ?? url }
}

async function deployedDoor(stage: string, { url, region }: DoorOptions): Promise<Door> {
  if (!url) throw new BadInput('--stage needs --url here: the WebhookUrl that npm run deploy printed')
  const stored = await stageSecrets(stage, 'webhook', { region: regionOf(region) }).read()
  const origin = readUrl(url)
  return {
    url: origin,
    variables: { ...stored, ...readSecrets(secretScopes.webhook) },
    publicUrl: process.env['WEBHOOK_PUBLIC_URL'] || origin,
  }
}

/** With or without `/webhooks/` at its end. */
function readUrl(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new BadInput('--url: expected the URL before /webhooks/…, such as https://api.example.com')
  }
  return text.replace(/\/+$/, '').replace(/\/webhooks$/, '')
}

function isThisMachine(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)
}
