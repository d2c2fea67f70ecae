import { type CountingProxy, startCountingProxy, type WireCall } from '../../support/counting-proxy.ts'
import { type Bundle, fileOf } from '../world/bundles.ts'
import { stormSample } from '../world/contacts.ts'
import { kinds, samplesOf } from '../world/kinds.ts'
import { batchesOf, messageMaker, webhookEvent } from '../world/messages.ts'
import { runFunction } from '../world/run-function.ts'
import { putRecords } from '../world/sandbox.ts'
import type { Services } from '../world/services.ts'

/** What one change costs in calls. The calls of Lambda's poller are not on this wire: see `dollars.ts`. */
export type CallCost = {
  readonly what: string
  /** `table Query`, `provider`, `CRM`, `queue SendMessageBatch` → calls per change. */
  readonly calls: Readonly<Record<string, number>>
  readonly readUnits: number
  readonly writeUnits: number
}
export type MeasuredCalls = {
  readonly costs: readonly CallCost[]
  /** The calls of ten changes of each kind, for the comparison with the bare HTTP work. */
  readonly wires: Readonly<Record<string, readonly (readonly WireCall[])[]>>
}

const perKind = 10

/** Counts the calls of warm functions at the wire, through proxies. */
export async function measureCalls(bundles: readonly Bundle[], services: Services): Promise<MeasuredCalls> {
  const wire = await openWire(services)
  const door = await runFunction(fileOf(bundles, 'receiveWebhook'), wire.variables)
  const sync = await runFunction(fileOf(bundles, 'syncCustomer'), wire.variables)
  const makeMessages = messageMaker(services)
  const costs: CallCost[] = []
  const wires: Record<string, (readonly WireCall[])[]> = {}
  // A new function also reads the state of the providers' breakers.
  await sync.invoke(batchesOf(await makeMessages(samplesOf('created', first - 2, 2)), 1))
  wire.take()
  for (const kind of kinds) {
    const bodies = await makeMessages(samplesOf(kind, first, perKind))
    const perChange: (readonly WireCall[])[] = []
    for (const event of batchesOf(bodies, 1)) {
      await sync.invoke([event])
      perChange.push(wire.take())
    }
    wires[kind] = perChange
    costs.push(costOf(kind, perChange.flat(), perKind))
  }
  const [sample] = samplesOf('created', first + 1000, 1)
  if (sample) await door.invoke([webhookEvent(sample)])
  costs.push(costOf('a webhook of one change', wire.take(), 1))
  const storm = stormSample(600_000)
  await putRecords(services, 'hubspot', storm.records)
  await sync.invoke(batchesOf((await makeMessages([stormSample(600_100)])).slice(0, 1), 10))
  wire.take()
  await door.invoke([webhookEvent(storm)])
  await sync.invoke(batchesOf(await makeMessages([storm]), 10))
  costs.push(costOf('an event of a storm of 100 about 20 new contacts', wire.take(), 100))
  for (const each of [door, sync, wire]) each.close()
  return { costs, wires }
}

const first = 9_000_000

/** The services behind proxies. */
async function openWire({ dynamodb, sqs, sandboxes, variables }: Services) {
  const urls = Object.entries(variables).filter(([name]) => name.endsWith('_API_URL'))
  const proxies = new Map<string, CountingProxy>([
    ['AWS_ENDPOINT_URL_DYNAMODB', await startCountingProxy(dynamodb)],
    ['AWS_ENDPOINT_URL_SQS', await startCountingProxy(sqs)],
  ])
  for (const [name, url] of urls) {
    if (Object.values(sandboxes).includes(url)) proxies.set(name, await startCountingProxy(url))
  }
  return {
    variables: { ...variables, ...Object.fromEntries([...proxies].map(([name, { url }]) => [name, url])) },
    /** The calls since the last time. */
    take: (): readonly WireCall[] => [...proxies.values()].flatMap(({ calls }) => calls.splice(0)),
    close: () => {
      for (const proxy of proxies.values()) proxy.close()
    },
  }
}

function costOf(what: string, calls: readonly WireCall[], changes: number): CallCost {
  const counts = new Map<string, number>()
  for (const { operation } of calls) counts.set(nameOf(operation), (counts.get(nameOf(operation)) ?? 0) + 1)
  const sum = (units: readonly number[]) => units.reduce((total, each) => total + each, 0) / changes
  return {
    what,
    calls: Object.fromEntries([...counts].map(([name, count]) => [name, count / changes])),
    readUnits: sum(calls.map(({ readUnits }) => readUnits)),
    writeUnits: sum(calls.map(({ writeUnits }) => writeUnits)),
  }
}

function nameOf(operation: string): string {
  if (!operation.includes(' ')) return `${operation.includes('Message') ? 'queue' : 'table'} ${operation}`
  return /\/(crm|account-info|api)\//.test(operation) ? 'CRM' : 'provider'
}
