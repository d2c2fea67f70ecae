import { randomUUID } from 'node:crypto'
import { Misconfigured } from '../../../core/model/errors.ts'
import type { WebhookDoor } from '../../../core/ports/crm-source.ts'
import { jsonBody } from '../../../sources/body-encoding.ts'
import { webhookPath } from '../../../sources/build-source.ts'
import type { SourceDefinition } from '../../../sources/definition.ts'
import { offlineSource } from '../../../sources/offline.ts'
import { type HttpResponse, sendRequest } from '../../../support/http.ts'
import { secretList } from '../../../support/secret-list.ts'
import { commandLine } from '../../advice/advice.ts'
import { isConnected, openSource, sourcesOn } from '../subject/adapters.ts'
import { CannotCheck, type Check, fine, type Outcome, orCannotCheck, wrong } from '../subject/finding.ts'
import type { DoorUrl, Subject } from '../subject/subject.ts'

/**
 * For each URL that webhooks go to: does it answer, and does it accept what each CRM signs and refuse what others sign? The
 * events are of kinds that are not followed, so nothing is queued.
 */
export function checkDoors(it: Subject): readonly Check[] {
  if (!('value' in it.doors)) {
    const { error } = it.doors
    return [{ name: 'door', examine: () => Promise.reject(error) }]
  }
  return it.doors.value.flatMap((door) => [
    { name: door.name, examine: () => examineHealth(door, it) },
    ...sourcesOn(it)
      .filter((source) => isConnected(source, it))
      .map((source) => ({
        name: `${door.name} ${source.name}`,
        examine: () => examineSignature(source, door, it),
      })),
  ])
}

async function examineHealth({ url }: DoorUrl, it: Subject): Promise<Outcome> {
  const answer = await reach(`${url}/health`, () => sendRequest({ method: 'GET', url: `${url}/health` }))
  if (typeof answer === 'string') return wrong(answer, whenUnreachable(it))
  if (answer.status === 200) return fine(`${url} answers`)
  return wrong(`GET ${url}/health answered ${answer.status}`, whenUnreachable(it))
}

async function examineSignature(definition: SourceDefinition, door: DoorUrl, it: Subject): Promise<Outcome> {
  const receiving = openDoor(definition, it)
  if (!receiving) return fine('its events arrive by EventBridge')
  const right = await post(definition, receiving, door, rightSecret(it))
  if (typeof right === 'string') return wrong(right, whenUnreachable(it))
  const { ignored } = receiving.answers
  if (right.status !== ignored) {
    return wrong(
      `a signed event was answered ${right.status} instead of ${ignored}: ${firstLine(right)}`,
      whenRefused(right.status, definition, door, it),
    )
  }
  const forged = await post(definition, receiving, door, wrongSecret(definition))
  if (typeof forged === 'string') return wrong(forged, whenUnreachable(it))
  if (forged.status === 401) return fine(`a signed event is accepted, a forged one refused`)
  return wrong(
    `an event with a wrong signature was answered ${forged.status} instead of 401`,
    `Make sure that ${door.url} leads to crm-pay-sync and that nothing answers in front of it.`,
  )
}

/** Throws CannotCheck for a secret that is in no usable form: the check of the source reports that. */
function openDoor(definition: SourceDefinition, it: Subject): WebhookDoor | undefined {
  try {
    return openSource(definition, it).door
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error
    throw new CannotCheck(`a setting cannot be used: see the check source ${definition.name}`)
  }
}

type FindSecret = (name: string) => string

function rightSecret({ secrets }: Subject): FindSecret {
  const values = orCannotCheck(secrets.webhook, 'the secrets could not be read')
  return (name) => {
    const [first] = secretList(values[name])
    if (first) return first
    throw new CannotCheck(`${name} is not set`)
  }
}

function wrongSecret({ name: source }: SourceDefinition): FindSecret {
  const values = offlineSource(source).wrongSecrets
  return (name) => values[name] ?? 'wrong'
}

/** The answer, or why there was none. */
async function post(
  { name }: SourceDefinition,
  { mediaTypes }: WebhookDoor,
  { url, signedFor }: DoorUrl,
  secret: FindSecret,
): Promise<HttpResponse | string> {
  const { contract, sign, encoding = jsonBody } = offlineSource(name)
  const unsigned = encoding.encode(contract.unfollowed)
  const path = webhookPath(name)
  const sentAt = new Date()
  const delivery = `msg_doctor_${randomUUID()}`
  const proof = sign({ url: `${signedFor}${path}`, body: unsigned, sentAt, delivery }, secret)
  const query = proof.query === undefined ? '' : `?${proof.query}`
  return reach(`${url}${path}`, () =>
    sendRequest({
      method: 'POST',
      url: `${url}${path}${query}`,
      headers: { 'content-type': mediaTypes[0] ?? 'application/json', ...proof.headers },
      body: Buffer.from(proof.body ?? unsigned).toString('utf8'),
    }),
  )
}

async function reach(url: string, send: () => Promise<HttpResponse>): Promise<HttpResponse | string> {
  try {
    return await send()
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/; it will be retried$/, '') : String(error)
    return `${url} cannot be reached: ${why}`
  }
}

const firstLine = ({ text }: HttpResponse) => text.trim().split('\n')[0]?.slice(0, 200) ?? ''

function whenUnreachable({ isLocal, flags }: Subject): string {
  return isLocal
    ? 'Check WEBHOOK_PUBLIC_URL and that the tunnel runs, or restart npm start.'
    : `Check the custom domain, or give the WebhookUrl of the deployment: ${commandLine('doctor', ['--url', { placeholder: 'url' }], flags)}`
}

function whenRefused(status: number, { name }: SourceDefinition, door: DoorUrl, it: Subject): string {
  if (status === 404) return `Switch ${name} on in sync.config.ts${it.isLocal ? '' : ' and deploy'}.`
  if (status >= 500) return 'See the log of receiveWebhook for the code, and docs/errors.md for its fix.'
  const how = it.isLocal
    ? 'set it and restart npm start'
    : `deploy with --param="webhookPublicUrl=${door.signedFor}"`
  return `A secret that was changed is in use within five minutes (locally after a restart). Where signatures cover the URL, WEBHOOK_PUBLIC_URL must be the URL that the CRM was given, here ${door.signedFor}: ${how}. See docs/connect/${name}.md.`
}
