import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { ParameterStore } from '../../lib/aws/parameter-store.ts'
import type { CustomerChange } from '../../lib/core/model/change.ts'
import type { FifoQueue } from './fifo-queue.ts'
import { actorName, never, remotely } from './invocation.ts'
import { theRun } from './run.ts'
import type { FaultName } from './weather.ts'

type Command = { readonly input: unknown }
type Item = Record<string, AttributeValue>
type Handler = (input: never) => unknown

export const queueUrls = {
  changes: 'https://sqs.example/changes.fifo',
  letters: 'https://sqs.example/letters.fifo',
  manualLetters: 'https://sqs.example/letters-manual.fifo',
}

type SimulatedClient = { readonly config: unknown; send(command: Command): Promise<unknown> }
type Settings = { readonly requestTimeoutMs?: number | undefined }

const configOf = (hostname: string) => ({ endpoint: async () => ({ hostname }) })

/** Takes the place of lib/aws/clients.ts and lib/aws/parameter-store.ts: the SDK's commands, answered by the run's table and queues. */
export function dynamodbClient(settings: Settings = {}): SimulatedClient {
  return {
    config: configOf('dynamodb.example'),
    send: (command) => answer(command, tableCommands, strikeTable, settings),
  }
}

export function sqsClient(settings: Settings = {}): SimulatedClient {
  return {
    config: configOf('sqs.example'),
    send: (command) => answer(command, queueCommands, strikeQueue, settings),
  }
}

export const lazyClient = <Client>(build: () => Client): Client => build()

export function parameterStore(settings: Settings = {}): ParameterStore {
  return {
    host: 'ssm.example',
    getParameters: (names) =>
      attempted(() => strikeSecrets(() => getParameters(names)), settings) as Promise<[string, string][]>,
  }
}

type Strike = (name: string, input: unknown, work: () => unknown) => unknown

async function answer(
  command: Command,
  handlers: Readonly<Record<string, Handler>>,
  strike: Strike,
  settings: Settings,
) {
  const name = command.constructor.name
  const handler = handlers[name]
  if (!handler) throw new Error(`the simulated AWS does not know ${name}`)
  return attempted(() => strike(name, command.input, () => handler(command.input as never)), settings)
}

/** As the real clients do: each try has its time, and the SDK tries twice. */
async function attempted(work: () => unknown, { requestTimeoutMs = 4000 }: Settings) {
  const { random } = theRun()
  const attempt = () => {
    const millis = strikes('table.slow') ? random.between(200, 3000) : random.between(2, 12)
    return remotely(millis, work)
  }
  for (let left = 2; ; left -= 1) {
    const outcome = await Promise.race([
      attempt(),
      theRun()
        .scheduler.sleep(requestTimeoutMs)
        .then(() => late),
    ])
    if (outcome !== late) return outcome
    theRun().count('AWS call timed out')
    if (left === 1) throw outage('TimeoutError')
  }
}

const late = Symbol('late')
const outage = (name: string) => Object.assign(new Error('simulated'), { name })
const strikes = (fault: FaultName) => theRun().weather.strikes(fault)

const tableCommands: Record<string, Handler> = {
  GetItemCommand: ({ Key }: { Key: Item }) => ({
    Item: theRun().table.get(Key['pk']?.S ?? '', Key['sk']?.S ?? ''),
  }),
  QueryCommand: (input: { IndexName?: string; ExpressionAttributeValues: Item }) => {
    const { table, random } = theRun()
    const values = input.ExpressionAttributeValues
    if (input.IndexName)
      return { Items: table.queryIndex(values[':customer']?.S ?? '', random.between(0, 500)) }
    return { Items: table.query(values[':pk']?.S ?? '') }
  },
  PutItemCommand: (input: { Item: Item; ConditionExpression?: string; ExpressionAttributeValues?: Item }) => {
    theRun().table.put(input.Item, input.ConditionExpression, input.ExpressionAttributeValues)
    return {}
  },
  DeleteItemCommand: (input: {
    Key: Item
    ConditionExpression?: string
    ExpressionAttributeValues?: Item
  }) => {
    const { Key, ConditionExpression, ExpressionAttributeValues } = input
    theRun().table.delete(
      Key['pk']?.S ?? '',
      Key['sk']?.S ?? '',
      ConditionExpression,
      ExpressionAttributeValues,
    )
    return {}
  },
  ScanCommand: () => ({ Items: theRun().table.scan() }),
}

function strikeTable(name: string, _: unknown, work: () => unknown): unknown {
  if (strikes('table.throttled')) throw outage('ProvisionedThroughputExceededException')
  if (strikes('table.hangs')) return never()
  if (name !== 'PutItemCommand') return work()
  if (strikes('table.lost')) throw outage('TimeoutError')
  const result = work()
  if (strikes('table.lostAfterWrite')) throw outage('InternalServerError')
  if (!strikes('table.retriedAfterWrite')) return result
  try {
    return work()
  } catch (error) {
    throw Object.assign(error as Error, { $metadata: { attempts: 2 } })
  }
}

function getParameters(names: readonly string[]): [string, string][] {
  const { parameters } = theRun()
  return names.flatMap((name) => {
    const value = parameters.get(name)
    return value === undefined ? [] : [[name, value] as [string, string]]
  })
}

function strikeSecrets(work: () => unknown): unknown {
  if (strikes('secrets.hangs')) return never()
  if (strikes('secrets.fails')) throw outage('InternalServerError')
  return work()
}

type Entry = { Id: string; ReceiptHandle: string; VisibilityTimeout: number }
type SendInput = { MessageBody: string; MessageGroupId: string; MessageDeduplicationId: string }

const queueOf = (url: string): FifoQueue => {
  const { changes, letters, manualLetters } = theRun()
  if (url === queueUrls.manualLetters) return manualLetters
  return url === queueUrls.letters ? letters : changes
}

const queueCommands: Record<string, Handler> = {
  SendMessageCommand: (input: SendInput & { QueueUrl: string }) => {
    sendOne(queueOf(input.QueueUrl), input)
    return {}
  },
  SendMessageBatchCommand: (input: { QueueUrl: string; Entries: (SendInput & { Id: string })[] }) => {
    const refused = input.Entries.filter(() => strikes('queue.sendPartly'))
    for (const entry of input.Entries) if (!refused.includes(entry)) sendOne(queueOf(input.QueueUrl), entry)
    return { Failed: refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) }
  },
  ReceiveMessageCommand: (input: {
    QueueUrl: string
    MaxNumberOfMessages: number
    VisibilityTimeout: number
  }) => ({
    Messages: queueOf(input.QueueUrl)
      .receive(input.MaxNumberOfMessages, input.VisibilityTimeout)
      .map(({ id, body, group, sentAt, receipt }) => ({
        MessageId: id,
        Body: body,
        ReceiptHandle: receipt,
        Attributes: { SentTimestamp: String(sentAt), MessageGroupId: group },
      })),
  }),
  GetQueueAttributesCommand: ({ QueueUrl }: { QueueUrl: string }) => {
    const messages = queueOf(QueueUrl).messages()
    const inFlight = messages.filter(({ visibleAt }) => visibleAt > theRun().scheduler.now()).length
    return {
      Attributes: {
        ApproximateNumberOfMessages: String(messages.length - inFlight),
        ApproximateNumberOfMessagesNotVisible: String(inFlight),
      },
    }
  },
  DeleteMessageBatchCommand: ({ QueueUrl, Entries }: { QueueUrl: string; Entries: Entry[] }) => ({
    Failed: Entries.filter(({ ReceiptHandle }) => !queueOf(QueueUrl).delete(ReceiptHandle)).map(({ Id }) => ({
      Id,
    })),
  }),
  ChangeMessageVisibilityBatchCommand: ({ QueueUrl, Entries }: { QueueUrl: string; Entries: Entry[] }) => ({
    Failed: Entries.filter(
      ({ ReceiptHandle, VisibilityTimeout }) => !queueOf(QueueUrl).postpone(ReceiptHandle, VisibilityTimeout),
    ).map(({ Id }) => ({ Id })),
  }),
}

function sendOne(queue: FifoQueue, entry: SendInput): void {
  const id = queue.send(entry.MessageBody, entry.MessageGroupId, entry.MessageDeduplicationId)
  theRun().history.tell(actorName(), `sends ${id ?? 'again, as was seen,'} ${described(entry.MessageBody)}`)
}

function described(body: string): string {
  const json = JSON.parse(body)
  const { recordId, kind, occurredAt, mergedIds, sealedSnapshot, round } = (json.change ??
    json) as CustomerChange
  const more = [occurredAt, mergedIds?.join('+'), sealedSnapshot && 'whole', round && `round ${round}`]
  return [kind, recordId, ...more].filter(Boolean).join(' ')
}

function strikeQueue(name: string, input: unknown, work: () => unknown): unknown {
  const service = (input as { QueueUrl: string }).QueueUrl === queueUrls.changes ? 'queue' : 'letters'
  if (name.startsWith('SendMessage')) {
    if (strikes('queue.hangs')) return never()
    if (strikes(`${service}.sendFails`)) throw outage('ServiceUnavailable')
    const result = work()
    if (strikes(`${service}.sendLost`)) throw outage('TimeoutError')
    return result
  }
  if (name === 'ChangeMessageVisibilityBatchCommand' && strikes('queue.postponeFails')) {
    throw outage('ServiceUnavailable')
  }
  return work()
}
