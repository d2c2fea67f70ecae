import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda'
import * as receiveSalesforceEvents from '../../functions/receive-salesforce-events.ts'
import * as receiveWebhook from '../../functions/receive-webhook.ts'
import * as syncCustomer from '../../functions/sync-customer.ts'
import { queueUrls } from './aws-clients.ts'
import { type Invocation, runAs } from './invocation.ts'
import { secretsPath } from './keys.ts'
import { theRun } from './run.ts'

/** The functions as they are deployed; the bundle makes a factory of each, so that every cold start has its own memory. */
const coldStart = <Handler>(module: object): Handler =>
  (module as unknown as { coldStart(): Handler }).coldStart()

type Door = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>
type EventDoor = (event: unknown, context: Context) => Promise<void>
type Sync = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>

/** As serverless.yml sets it. */
export const environment: Readonly<Record<string, string>> = {
  SECRETS_PATH: secretsPath,
  STAGE: 'simulated',
  LINKS_TABLE: 'links',
  CHANGES_QUEUE_URL: queueUrls.changes,
  DEAD_LETTERS_QUEUE_URL: queueUrls.letters,
  MANUAL_DEAD_LETTERS_QUEUE_URL: queueUrls.manualLetters,
  WEBHOOK_PUBLIC_URL: 'https://door.example',
  RETRY_BASE_SECONDS: '5',
  RETRY_MAX_SECONDS: '3600',
  RETRY_ATTEMPTS: '8',
  CLAIM_LEASE_SECONDS: '75',
  AWS_REQUEST_TIMEOUT_MS: '4000',
  LOG_LEVEL: 'DEBUG',
}

export type Ended<T> =
  | { readonly failed: false; readonly answer: T }
  | { readonly failed: true; readonly reason: string }

/** Runs a function until it answers, throws, crashes or runs out of time. */
export function invoke<T>(
  invocation: Invocation,
  timeoutMillis: number,
  handler: () => Promise<T>,
): Promise<Ended<T>> {
  const { scheduler, history } = theRun()
  return new Promise((resolve) => {
    let ended = false
    const end = (outcome: Ended<T>) => {
      if (ended) return
      ended = true
      resolve(outcome)
    }
    invocation.die = (reason) => {
      if (ended || invocation.dead) return
      invocation.dead = true
      history.tell(invocation.name, reason)
      end({ failed: true, reason })
    }
    scheduler.after(timeoutMillis, () => {
      if (!ended) theRun().count('function timeout')
      invocation.die('timed out')
    })
    runAs(invocation, handler).then(
      (answer) => end({ failed: false, answer }),
      (error: unknown) => {
        history.tell(invocation.name, `threw ${String(error)}`)
        theRun().problems.push(`${invocation.name} threw ${String(error)}`)
        end({ failed: true, reason: 'threw' })
      },
    )
  })
}

export function newInvocation(name: string, crash: 'door.crash' | 'sync.crash'): Invocation {
  const { weather, random, settings } = theRun()
  const anywhere = () => random.between(1, random.pick([4, 12, 40]))
  const crashesAt = weather.strikes(crash) ? (settings.crashesAt ?? anywhere()) : null
  return { name, crashesAt, awaits: 0, dead: false, die: () => {} }
}

type HttpRequest = {
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}
/** What a CRM sends: a request to the HTTP door, or an event that EventBridge takes to its function. */
export type DoorRequest = HttpRequest | { readonly event: unknown }

/** The status of the answer; null when the sender gets none. */
export function knock(request: DoorRequest, name: string): Promise<number | null> {
  return 'event' in request ? deliverEvent(request.event, name) : postWebhook(request, name)
}

/** EventBridge tries again when the function fails. */
async function deliverEvent(event: unknown, name: string): Promise<number | null> {
  const run = theRun()
  run.eventDoor ??= coldStart<EventDoor>(receiveSalesforceEvents)
  const door = run.eventDoor as EventDoor
  const context = { awsRequestId: name } as Context
  const failures = (error: unknown) => ({ failed: String(error) })
  const outcome = await invoke(newInvocation(name, 'door.crash'), 10_000, () =>
    door(event, context).then(() => null, failures),
  )
  if (outcome.failed) {
    run.eventDoor = undefined
    return null
  }
  run.history.tell(name, outcome.answer === null ? 'takes the event' : outcome.answer.failed)
  return outcome.answer === null ? 200 : 500
}

async function postWebhook(
  { path, query, headers, body }: HttpRequest,
  name: string,
): Promise<number | null> {
  const run = theRun()
  run.door ??= coldStart<Door>(receiveWebhook)
  const door = run.door as Door
  const event = {
    rawPath: path,
    rawQueryString: query,
    headers,
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
    pathParameters: { source: path.split('/')[2] },
    requestContext: { http: { method: 'POST' } },
  } as unknown as APIGatewayProxyEventV2
  const outcome = await invoke(newInvocation(name, 'door.crash'), 10_000, () => door(event))
  if (outcome.failed) {
    run.door = undefined
    return null
  }
  const status = outcome.answer.statusCode ?? 0
  const isLost = run.weather.strikes('webhook.answerLost')
  run.history.tell(name, `answers ${status}${isLost ? ', which is lost' : ''}`)
  return isLost ? null : status
}

/** A function of its own memory; kept warm until it dies. */
export const startSync = (): Sync => coldStart<Sync>(syncCustomer)
export type SyncFunction = Sync
