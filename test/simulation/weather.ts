import type { Random } from './random.ts'
import type { Settings } from './settings.ts'

/** Everything that may go wrong, and what it does. Each run has some of it, more or less often. */
export const faultNames = [
  // functions
  'door.crash',
  'sync.crash',
  'sync.killed', // at an instant, between two awaits
  // table
  'table.throttled',
  'table.lost', // not written, and no answer
  'table.lostAfterWrite',
  'table.retriedAfterWrite', // the SDK tries again, and its condition fails on its own first write
  'table.hangs',
  'table.slow',
  // queues
  'queue.sendFails',
  'queue.sendLost', // sent, and no answer
  'queue.sendPartly',
  'queue.deleteFails',
  'queue.postponeFails',
  'queue.hangs',
  'letters.sendFails',
  'letters.sendLost',
  // secret store
  'secrets.fails',
  'secrets.hangs',
  // CRM
  'crm.throttled',
  'crm.fails',
  'crm.hangs',
  'crm.garbage',
  'crm.unreachable',
  'crm.down', // for hours
  'crm.futureTime', // a record is dated 2099
  // providers
  'provider.throttled',
  'provider.fails',
  'provider.failsAfterCommit',
  'provider.resets',
  'provider.resetsAfterCommit',
  'provider.hangs',
  'provider.hangsAfterCommit',
  'provider.commitsLate', // after we gave up waiting, before the lease is over
  'provider.garbageAfterCommit',
  'provider.unreachable',
  'provider.slow',
  'provider.down', // for hours
  'provider.keyRefused', // for hours
  'provider.firewall', // a customer whose data a firewall dislikes
  'provider.customerDeletedByHand',
  'provider.customersByPayments', // with the e-mail or phone of a record, and nothing else
  // webhooks
  'webhook.doubled',
  'webhook.late',
  'webhook.lost',
  'webhook.untimed', // HubSpot does not say when
  'webhook.answerLost',
] as const
export type FaultName = (typeof faultNames)[number]

/** How often a fault strikes, from 0 to 1, whatever the seed says. */
export type FaultRates = Readonly<Partial<Record<FaultName, number>>>

export type Weather = {
  /** Whether this fault happens now. Nothing does once the weather is calm. */
  strikes(fault: FaultName): boolean
  readonly enabled: ReadonlySet<FaultName>
  calm(): void
  isCalm(): boolean
}

/** What shows the same each time is rarer, what there is little occasion for more frequent. */
const factors: FaultRates = {
  'table.throttled': 0.2,
  'provider.commitsLate': 2,
}

/** Some faults, each at its own rate: runs with few faults find what many at once would hide. */
export function seededWeather(
  random: Random,
  settings: Settings,
  rates: FaultRates,
  count: (fault: FaultName) => void,
): Weather {
  const severity = settings.sick === 'nothing' ? random.pick([0, 0.15, 0.4, 0.7]) : 0
  const chances = new Map<FaultName, number>()
  for (const fault of faultNames) {
    const rate = random.pick([0.02, 0.07, 0.2])
    if (random.chance(severity)) chances.set(fault, rate * (factors[fault] ?? 1))
  }
  for (const [fault, rate] of Object.entries(rates)) chances.set(fault as FaultName, rate)
  let calm = false
  return {
    enabled: new Set(chances.keys()),
    calm: () => {
      calm = true
    },
    isCalm: () => calm,
    strikes: (fault) => {
      const rate = chances.get(fault)
      if (calm || rate === undefined || !random.chance(rate)) return false
      count(fault)
      return true
    },
  }
}
