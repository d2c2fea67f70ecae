import { signSample } from '../../../../lib/operator/samples/sign-sample.ts'
import { benchSecrets } from '../../world/bench-secrets.ts'
import { contactSample } from '../../world/contacts.ts'
import type { RunningPeer } from '../peer.ts'

export type Sent = {
  /** Index of the contact → when its webhook was sent, in milliseconds since 1970. */
  readonly sentAt: ReadonlyMap<number, number>
  /** Webhooks that were answered with something else than 2xx. */
  readonly refused: number
}

const concurrency = 10
const answerLimitMs = 60_000

/** Sends the webhooks of so many new contacts, each once, 10 at a time. */
export async function sendContacts(peer: RunningPeer, first: number, count: number): Promise<Sent> {
  const sentAt = new Map<number, number>()
  let refused = 0
  const sender = async () => {
    while (sentAt.size < count) {
      const index = first + sentAt.size
      sentAt.set(index, Date.now())
      if (!(await sendContact(peer, index))) refused += 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, sender))
  return { sentAt, refused }
}

/** Returns whether the answer was 2xx, within the time limit. The webhook is the one that this product gets, signature included. */
export async function sendContact(peer: RunningPeer, index: number): Promise<boolean> {
  const sample = contactSample({ index })
  const signing = { variables: benchSecrets, publicUrl: 'https://hooks.example.com' }
  const { headers: signed } = signSample(sample, signing)
  const { url, headers } = peer.addressOf(`bench-${index}`, signed['webhook-id'] ?? '')
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...signed, ...headers },
      body: Buffer.from(sample.body),
      signal: AbortSignal.timeout(answerLimitMs),
    })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
