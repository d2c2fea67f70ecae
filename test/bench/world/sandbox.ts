import type { LedgerEntry } from '../../../lib/offline/sandbox/sandbox.ts'
import type { Services } from './services.ts'

/** Adds records to the sandbox of a CRM. */
export async function putRecords(
  { sandboxes }: Services,
  name: string,
  records: readonly unknown[],
): Promise<void> {
  for (const record of records) {
    const response = await fetch(`${sandboxes[name]}/_sandbox/records`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(record),
    })
    if (!response.ok) throw new Error(`the sandbox ${name} answered ${response.status}`)
  }
}

const providers = ['notchpay', 'wooshpay'] as const

/** The customers of a provider. */
export async function fetchCustomers(
  { sandboxes }: Pick<Services, 'sandboxes'>,
  name: (typeof providers)[number],
): Promise<readonly { readonly email: string }[]> {
  const response = await fetch(`${sandboxes[name]}/_sandbox/records`)
  return (await response.json()) as readonly { readonly email: string }[]
}

/** The requests that a provider got, oldest first. */
export async function fetchRequests(
  { sandboxes }: Pick<Services, 'sandboxes'>,
  name: (typeof providers)[number],
): Promise<readonly LedgerEntry[]> {
  const response = await fetch(`${sandboxes[name]}/_sandbox/requests`)
  return (await response.json()) as readonly LedgerEntry[]
}

/** Customers of all providers, and of how many people they are. */
export async function countCustomers({ sandboxes }: Pick<Services, 'sandboxes'>): Promise<{
  readonly customers: number
  readonly people: number
}> {
  const lists = await Promise.all(providers.map((name) => fetchCustomers({ sandboxes }, name)))
  const emails = lists.flat().map(({ email }) => email)
  return { customers: emails.length, people: new Set(emails).size }
}

/** Replaces the faults of all providers. */
export async function setFaults(
  { sandboxes }: Pick<Services, 'sandboxes'>,
  faults: readonly object[],
): Promise<void> {
  for (const name of providers) {
    const response = await fetch(`${sandboxes[name]}/_sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(faults),
    })
    if (!response.ok) throw new Error(`the sandbox ${name} answered ${response.status}`)
  }
}
