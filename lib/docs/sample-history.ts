import { appendFileSync } from 'node:fs'
import { logMessages } from '../core/ports/log-messages.ts'

const minuteMs = 60_000
const minutes = 55
/** Minutes ago, from and to: WooshPay does not answer. */
const outage = { from: 34, to: 27 } as const

type Line = Readonly<Record<string, string | number | readonly string[] | null>>
type Message = keyof typeof logMessages

/** Adds the last hour of an invented shop to the log of a local stack, so that the charts of the pictures show something. */
export function writeSampleHistory(logFile: string, now: Date): void {
  const random = seeded(7)
  const lines: string[] = []
  const write = (at: number, message: Message, fields: Line) =>
    lines.push(
      JSON.stringify({
        level: message === 'changeRetried' ? 'WARN' : 'INFO',
        message: logMessages[message],
        timestamp: new Date(at).toISOString(),
        service: 'crm-pay-sync',
        ...fields,
      }),
    )
  for (let ago = minutes; ago >= 1; ago -= 1) {
    const isOut = ago <= outage.from && ago >= outage.to
    const swing = 3 * Math.sin(ago / 6)
    const changes = Math.round(7 + swing + random() * 5)
    for (let index = 0; index < changes; index += 1) {
      const at = now.getTime() - ago * minuteMs + Math.floor((index / changes) * minuteMs)
      const provider = random() < 0.6 ? 'notchpay' : 'wooshpay'
      const record = recordOf(random)
      const link = { ...record, provider, mode: 'test' }
      write(at, 'webhookAccepted', { source: record.source, records: 1, ignoredEvents: 0 })
      if (isOut && provider === 'wooshpay') {
        const waits = { ...link, outcome: 'retried', code: 'PROVIDER_UNAVAILABLE', status: 503 }
        for (let tries = 1 + Math.floor(random() * 3); tries > 0; tries -= 1) {
          write(at + tries * 4000, 'changeRetried', { ...waits, reason: 'WooshPay answered 503', tries })
        }
      } else {
        write(at + 1500, messageOf(random()), { ...link, latencyMs: latencyOf(random, isOut) })
      }
    }
  }
  appendFileSync(logFile, `${lines.join('\n')}\n`)
}

function recordOf(random: () => number) {
  const isHubspot = random() < 0.7
  const recordId = String((isHubspot ? 701_000_000_200 : 400) + Math.floor(random() * 90))
  return {
    source: isHubspot ? 'hubspot' : 'pipedrive',
    account: isHubspot ? '48213377' : '9120457',
    recordType: 'contact',
    recordId,
  }
}

function messageOf(chance: number): Message {
  if (chance < 0.16) return 'customerCreated'
  return chance < 0.72 ? 'customerUpdated' : 'customerUnchanged'
}

function latencyOf(random: () => number, isOut: boolean): number {
  const slow = random() < 0.04 ? 900 : 0
  return Math.round(340 + random() * 420 + slow + (isOut ? 500 : 0))
}

/** The same numbers on every machine, between 0 and 1. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 16_807) % 2_147_483_647
    return state / 2_147_483_647
  }
}
