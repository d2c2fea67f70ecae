import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FaultPattern } from '../faults/patterns.ts'
import { quantile } from '../figure.ts'
import { benchSecrets } from '../world/bench-secrets.ts'
import { setFaults } from '../world/sandbox.ts'
import { type Services, startServices } from '../world/services.ts'
import type { Peer, RunningPeer } from './peer.ts'
import { treeUsage } from './processes/tree-usage.ts'
import { awaitArrivals } from './work/arrivals.ts'
import { sendContact, sendContacts } from './work/send-contacts.ts'

/** What became of new contacts. Null where the system does not tell. */
export type PeerFigures = {
  readonly peer: string
  readonly version: string
  readonly isDurable: boolean
  /** How the provider behaved. */
  readonly pattern: string
  readonly changes: number
  /** Webhooks that were answered with something else than 2xx. */
  readonly refused: number
  /** People who are customers at the provider at the end. */
  readonly settled: number
  /** The others, whatever their webhooks were answered. */
  readonly lost: number
  /** Customers at the provider beyond one per person. */
  readonly duplicates: number
  /** From the webhook until the provider tells its success, of those whose success it told. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** From the first webhook to the last answer and the last success. */
  readonly seconds: number
  readonly cpuMsPerChange: number | null
  readonly peakMemoryMb: number | null
}

const warmUps = 200
const readyLimitMs = 120_000
const warmUpLimitMs = 60_000
const settleLimitMs = 120_000

/** Starts the peer, warms it up with a healthy provider, and sends it so many new contacts while the provider has these faults. */
export async function measurePeer(
  peer: Peer,
  folder: string,
  { what, faults }: FaultPattern,
  changes: number,
): Promise<PeerFigures> {
  const { services, close } = await startServices()
  const dataFolder = mkdtempSync(join(tmpdir(), 'bench-peer-'))
  let running: RunningPeer | undefined
  try {
    const provider = {
      url: services.sandboxes['notchpay'] ?? '',
      key: benchSecrets['NOTCHPAY_PUBLIC_KEY'] ?? '',
    }
    running = await peer.start({ folder, dataFolder, provider })
    await warmUp(peer, running, services)
    await setFaults(services, faults)
    const before = treeUsage(running.pids)
    const { sentAt, refused } = await sendContacts(running, 0, changes)
    const answeredAt = Date.now()
    const { succeededAt, customers, people } = await awaitArrivals(
      services,
      sentAt.keys(),
      peer.isDurable ? settleLimitMs : 0,
    )
    const after = treeUsage(running.pids)
    const latencies = [...succeededAt].map(([index, at]) => at - (sentAt.get(index) ?? at))
    const endedAt = Math.max(answeredAt, ...succeededAt.values())
    return {
      peer: peer.name,
      version: Object.values(peer.packages?.versions ?? {})[0] ?? process.version,
      isDurable: peer.isDurable,
      pattern: what,
      changes,
      refused,
      settled: people,
      lost: changes - people,
      duplicates: customers - people,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      seconds: Math.round((endedAt - Math.min(...sentAt.values())) / 100) / 10,
      cpuMsPerChange:
        before && after ? Number(((after.cpuMs - before.cpuMs) / changes).toPrecision(3)) : null,
      peakMemoryMb: after?.peakMemoryMb ?? null,
    }
  } finally {
    await running?.stop()
    close()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

/** Throws when the peer does not create the customers while nothing fails. */
async function warmUp(peer: Peer, running: RunningPeer, services: Services): Promise<void> {
  await awaitReady(running, services, 1_000_000)
  const { sentAt, refused } = await sendContacts(running, 1_000_001, warmUps)
  const { people } = await awaitArrivals(services, sentAt.keys(), warmUpLimitMs)
  if (people < warmUps) {
    throw new Error(
      `${peer.name} refused ${refused} webhooks and created ${people} of ${warmUps} customers at a healthy provider`,
    )
  }
}

/** A peer may listen, and even answer 200, before it does its work. */
async function awaitReady(running: RunningPeer, services: Services, contact: number): Promise<void> {
  const endsAt = Date.now() + readyLimitMs
  do {
    await sendContact(running, contact)
    const { people } = await awaitArrivals(services, [contact], 1000)
    if (people > 0) return
  } while (Date.now() < endsAt)
}
