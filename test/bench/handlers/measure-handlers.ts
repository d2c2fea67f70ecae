import type { WireCall } from '../../support/counting-proxy.ts'
import { type Figure, figureOf } from '../figure.ts'
import type { Bundle } from '../world/bundles.ts'
import type { Usage } from '../world/function-process-protocol.ts'
import type { Services } from '../world/services.ts'
import { type HandlerRound, openRounds } from './handler-rounds.ts'

/** What one change costs of CPU time (all threads) and of waiting, in milliseconds, and the bytes that it logs at INFO. */
export type HandlerCost = {
  readonly what: string
  readonly cpuMs: Figure
  readonly wallMs: Figure
  readonly logBytes: number
}
export type Handlers = {
  readonly costs: readonly HandlerCost[]
  /** Memory of the warm function `syncCustomer`, in MB. */
  readonly syncMemoryMb: number
}

/** The first rounds warm up and are not counted. */
const warmUps = 4

/** Measures the bundles, kind after kind, round after round. */
export async function measureHandlers(
  bundles: readonly Bundle[],
  services: Services,
  wires: Readonly<Record<string, readonly (readonly WireCall[])[]>>,
  count: number,
): Promise<Handlers> {
  const { rounds, close } = await openRounds(bundles, services, wires)
  const measured = new Map<HandlerRound, Measured[]>(rounds.map((round) => [round, []]))
  for (let number = 0; number < count + warmUps; number += 1) {
    for (const round of rounds) {
      const once = await measureOnce(round, number)
      if (number >= warmUps) measured.get(round)?.push(once)
    }
  }
  close()
  const costs = [...measured].map(([round, list]) => costOf(round, list))
  const [[, created = []] = []] = measured
  return { costs, syncMemoryMb: Math.round(created.at(-1)?.usage.rssMb ?? 0) }
}

type Measured = { readonly usage: Usage; readonly logged: number }

async function measureOnce({ what, running, events }: HandlerRound, number: number): Promise<Measured> {
  const made = await events(number)
  const before = await running.logBytes()
  const usage = await running.invoke(made)
  // A figure of changes that failed would say nothing.
  const text = JSON.stringify(usage.answer) ?? ''
  if (/"itemIdentifier"|"statusCode":[45]/.test(text)) {
    throw new Error(`${what}: changes failed: ${text.slice(0, 300)}`)
  }
  return { usage, logged: (await running.logBytes()) - before }
}

function costOf({ what, count }: HandlerRound, measured: readonly Measured[]): HandlerCost {
  return {
    what,
    cpuMs: figureOf(measured.map(({ usage }) => usage.cpuMs / count)),
    wallMs: figureOf(measured.map(({ usage }) => usage.wallMs / count)),
    logBytes: Math.round(figureOf(measured.map(({ logged }) => logged / count)).median),
  }
}
