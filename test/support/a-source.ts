import type { SourceName } from '../../lib/core/model/change.ts'
import type { CrmSource } from '../../lib/core/ports/crm-source.ts'
import type { DoorAnswers } from '../../lib/core/ports/webhook-answers.ts'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../lib/offline/sandbox/server.ts'
import type { Sample } from '../../lib/operator/samples/samples.ts'
import { type BodyEncoding, jsonBody } from '../../lib/sources/body-encoding.ts'
import { buildSource } from '../../lib/sources/build-source.ts'
import type { SourceDefinition } from '../../lib/sources/definition.ts'
import { offlineSource } from '../../lib/sources/offline.ts'
import type { OfflineSource } from '../../lib/sources/offline-definition.ts'
import { sources } from '../../lib/sources/registry.ts'
import { clock } from '../sources/requests.ts'

export const publicUrl = 'https://hooks.example.com'

type Texts = Readonly<Record<string, string | undefined>>
type Given = { readonly secrets?: Texts; readonly variables?: Texts; readonly config?: unknown }

export type SourceHalves = { readonly definition: SourceDefinition; readonly offline: OfflineSource }

/** Both halves of a listed source. */
export function halvesOf(name: SourceName): SourceHalves {
  const definition = sources[name]
  if (!definition) throw new Error(`there is no source ${name}`)
  return { definition, offline: offlineSource(name) }
}

/** A source with its made-up secrets, except for the given ones; its part of `sync.config.ts` is empty. */
export function aSource(name: SourceName, given: Given = {}): CrmSource {
  return buildHalves(halvesOf(name), given)
}

export function buildHalves(
  { definition, offline }: SourceHalves,
  { secrets = {}, variables = {}, config = {} }: Given = {},
): CrmSource {
  return buildSource(definition, {
    secrets: { ...offline.secrets, ...secrets },
    variables,
    config: definition.config.parse(config),
    publicUrl,
    clock,
  })
}

/** What the source's webhooks are answered. */
export function answersOf(name: SourceName): DoorAnswers {
  const { door } = aSource(name)
  if (!door) throw new Error(`${name} receives no webhooks`)
  return door.answers
}

/** The format of a sample: events of EventBridge are JSON, whatever the CRM's webhooks are. */
export function encodingOf({
  source,
  eventFunction,
}: Pick<Sample, 'source' | 'eventFunction'>): BodyEncoding {
  return eventFunction === null ? (halvesOf(source).offline.encoding ?? jsonBody) : jsonBody
}

/** Whether this body can be signed. Where the CRM writes a secret into the body, only one of its own form can. */
export function canSign(name: SourceName, body: Uint8Array): boolean {
  const { offline } = halvesOf(name)
  const url = `${publicUrl}/webhooks/${name}`
  const proof = offline.sign({ url, body, sentAt: clock.now(), delivery: 'msg_1' }, (secret) => {
    const value = offline.secrets[secret]
    if (value === undefined) throw new Error(`${name} has no secret ${secret}`)
    return value
  })
  return proof.body === undefined || !Buffer.from(proof.body).equals(body)
}

/**
 * The sandboxes of the source's APIs, the first with these records. The source is built with `variables`, which hold their
 * addresses.
 */
export async function startCrmSandbox(
  { offline }: Pick<SourceHalves, 'offline'>,
  records: readonly unknown[],
  secrets: Texts = {},
): Promise<{ readonly api: RunningSandbox; readonly variables: Texts }> {
  const started: [string, RunningSandbox][] = []
  for (const [variable, { create }] of Object.entries(offline.sandboxes)) {
    started.push([variable, await startSandbox(create({ ...offline.secrets, ...secrets }))])
  }
  const [api, ...others] = started.map(([, sandbox]) => sandbox)
  if (!api) throw new Error('this source has no API')
  for (const record of records) api.sandbox.putRecord?.(record)
  const close = async () => {
    await Promise.all([api, ...others].map((sandbox) => sandbox.close()))
  }
  return {
    api: { ...api, close },
    variables: Object.fromEntries(started.map(([variable, { url }]) => [variable, url])),
  }
}
