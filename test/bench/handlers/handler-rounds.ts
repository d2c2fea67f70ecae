import { join } from 'node:path'
import type { Sample } from '../../../lib/operator/samples/samples.ts'
import type { WireCall } from '../../support/counting-proxy.ts'
import { type Bundle, fileOf } from '../world/bundles.ts'
import { stormSample } from '../world/contacts.ts'
import { kinds, samplesOf } from '../world/kinds.ts'
import { batchesOf, messageMaker, webhookEvent } from '../world/messages.ts'
import { type RunningBundle, runFunction } from '../world/run-function.ts'
import { putRecords } from '../world/sandbox.ts'
import type { Services } from '../world/services.ts'
import type { BareEvent } from './baseline.ts'

/** What is measured in each round. */
export type HandlerRound = {
  readonly what: string
  /** How many changes that is. */
  readonly count: number
  readonly running: RunningBundle
  events(round: number): Promise<readonly unknown[]>
}

const perRound = 300
const stormsPerRound = 10

/** The functions and the bare HTTP work, each in a process of its own, and what they are given. */
export async function openRounds(
  bundles: readonly Bundle[],
  services: Services,
  wires: Readonly<Record<string, readonly (readonly WireCall[])[]>>,
): Promise<{ readonly rounds: readonly HandlerRound[]; close(): void }> {
  const start = (file: string) => runFunction(file, services.variables)
  const sync = fileOf(bundles, 'syncCustomer')
  const makeMessages = messageMaker(services)

  const syncRounds = async (batchSize: number, offset: number): Promise<readonly HandlerRound[]> => {
    const running = await start(sync)
    return kinds.map((kind) => ({
      what: `${kind}, batch of ${batchSize}`,
      count: perRound,
      running,
      async events(round) {
        const samples = samplesOf(kind, offset + round * perRound, perRound)
        return batchesOf(await makeMessages(samples), batchSize)
      },
    }))
  }
  const storms: HandlerRound = {
    what: 'an event of a storm of 100 about 20 contacts, sync',
    count: 100 * stormsPerRound,
    running: await start(sync),
    async events(round) {
      const samples = stormsOf(700_000, round)
      for (const { records } of samples) await putRecords(services, 'hubspot', records)
      return batchesOf(await makeMessages(samples), 10)
    },
  }
  const door = await start(fileOf(bundles, 'receiveWebhook'))
  const doorRounds: readonly HandlerRound[] = [
    {
      what: 'an event of a storm of 100 about 20 contacts, door',
      count: 100 * stormsPerRound,
      running: door,
      events: async (round) => stormsOf(800_000, round).map(webhookEvent),
    },
    {
      what: 'a webhook of one change, door',
      count: 100,
      running: door,
      events: async (round) => samplesOf('created', 2_000_000 + round * 100, 100).map(webhookEvent),
    },
  ]
  const bare = await start(join(import.meta.dirname, 'baseline.ts'))
  const bareRounds = kinds.map((kind) => {
    const records = (wires[kind] ?? []).map((calls) =>
      calls.map(({ sentBytes, answeredBytes }) => ({ sent: sentBytes, answered: answeredBytes })),
    )
    const event: BareEvent = { url: services.idle, records }
    return {
      what: `bare HTTP work of ${kind}`,
      count: perRound,
      running: bare,
      events: async () => Array.from({ length: perRound / records.length }, () => event),
    }
  })
  const rounds = [
    ...(await syncRounds(10, 0)),
    ...(await syncRounds(1, 1_000_000)),
    storms,
    ...doorRounds,
    ...bareRounds,
  ]
  return {
    rounds,
    close: () => {
      for (const running of new Set(rounds.map((round) => round.running))) running.close()
    },
  }
}

function stormsOf(first: number, round: number): readonly Sample[] {
  return Array.from({ length: stormsPerRound }, (_, index) =>
    stormSample(first + (round * stormsPerRound + index) * 20),
  )
}
