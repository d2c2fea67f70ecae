import { setTimeout as sleep } from 'node:timers/promises'
import { fetchCustomers, fetchRequests } from '../../world/sandbox.ts'
import type { Services } from '../../world/services.ts'
import { emailOf } from './contact-event.ts'

export type Arrivals = {
  /** Index of the contact → when the provider first told that it had created the customer, in milliseconds since 1970. */
  readonly succeededAt: ReadonlyMap<number, number>
  /** Of these contacts, also those whose answers were lost. */
  readonly customers: number
  readonly people: number
}

/** Tells what Notch Pay has of these contacts, once it has told the success of all of them, or after this time. */
export async function awaitArrivals(
  services: Services,
  contacts: Iterable<number>,
  limitMs: number,
): Promise<Arrivals> {
  const indexes = new Map([...contacts].map((index) => [emailOf(index), index]))
  const endsAt = Date.now() + limitMs
  let succeededAt = await fetchSuccesses(services, indexes)
  while (succeededAt.size < indexes.size && Date.now() < endsAt) {
    await sleep(500)
    succeededAt = await fetchSuccesses(services, indexes)
  }
  const emails = (await fetchCustomers(services, 'notchpay'))
    .map(({ email }) => email)
    .filter((email) => indexes.has(email))
  return { succeededAt, customers: emails.length, people: new Set(emails).size }
}

async function fetchSuccesses(
  services: Services,
  indexes: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<number, number>> {
  const succeededAt = new Map<number, number>()
  for (const { status, at, body } of await fetchRequests(services, 'notchpay')) {
    if (status === null || status >= 300) continue
    const index = indexes.get((JSON.parse(body) as { readonly email: string }).email)
    if (index !== undefined && !succeededAt.has(index)) succeededAt.set(index, Date.parse(at))
  }
  return succeededAt
}
