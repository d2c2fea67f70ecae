import type { Crm, CrmEvent } from './crm.ts'
import type { FifoQueue, QueueMessage } from './fifo-queue.ts'
import type { History } from './history.ts'
import type { WebhookSecrets } from './keys.ts'
import type { LinksTable } from './links-table.ts'
import type { Service } from './network.ts'
import type { Gone } from './processed.ts'
import type { ProviderApi, SimulatedProvider } from './provider-api.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Settings } from './settings.ts'
import type { Weather } from './weather.ts'
import type { Acceptance } from './webhooks.ts'

/** Everything of one run; exactly one is under way at a time. */
export type Run = {
  readonly seed: number
  readonly random: Random
  readonly scheduler: Scheduler
  readonly history: History
  readonly settings: Settings
  readonly weather: Weather
  readonly table: LinksTable
  /** The Parameter Store. */
  readonly parameters: Map<string, string>
  /** What the CRMs sign with now. */
  webhookSecrets: WebhookSecrets
  /** When the providers' keys became live ones; null while they are test keys. */
  keysSwitchedAt: number | null
  readonly changes: FifoQueue
  readonly letters: FifoQueue
  readonly manualLetters: FifoQueue
  readonly crms: readonly Crm[]
  readonly providers: Readonly<Record<SimulatedProvider, ProviderApi>>
  readonly services: readonly Service[]
  /** Every line and metric that the functions wrote. */
  readonly written: string[]
  readonly counts: Map<string, number>
  count(what: string): void
  /** What must never be, noticed on the way. */
  readonly problems: string[]
  readonly acceptances: Acceptance[]
  /** Invocations that went on, or had calls on their way, when somebody else got their message. */
  readonly zombies: Set<string>
  onWorkedOff(message: QueueMessage, startedAt: number): void
  readonly workedOff: Gone[]
  /** How long each message took from being sent to being worked off. */
  readonly finished: { readonly key: string; readonly seconds: number }[]
  readonly deletedByHand: Set<string>
  /** Provider customers that a zombie wrote to. */
  readonly writtenByZombies: Set<string>
  readonly sickProvider: SimulatedProvider | null
  /** HubSpot events that go along with the next webhook. */
  readonly pendingEvents: Map<Crm, CrmEvent[]>
  webhooksUnderWay: number
  webhookCount: number
  invocationCount: number
  /** The doors' functions while they are warm. */
  door: unknown
  eventDoor: unknown
}

let current: Run | undefined

export function beginRun(run: Run): void {
  current = run
}

export const maybeRun = (): Run | undefined => current

export function theRun(): Run {
  if (!current) throw new Error('no run is under way')
  return current
}
