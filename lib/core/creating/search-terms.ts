import { openSnapshot, sealSnapshot } from '../messages/sealed-snapshot.ts'
import type { Customer } from '../model/customer.ts'
import type { Sealer } from '../ports/sealer.ts'

/** Older terms belong to creates that were searched for twice and not found. */
const mostTerms = 3

/**
 * Adds the e-mail and phone that a create is sent with, by which it is found if its response is lost and the CRM record has
 * changed since. They are sealed like snapshots, so that the table holds no readable customer data.
 */
export async function rememberTerms(
  customer: Customer,
  earlier: readonly string[],
  version: string,
  sealer: Sealer,
): Promise<readonly string[]> {
  const terms = termsOf(customer)
  if ((await recallTerms(earlier, sealer)).some((known) => isSame(known, terms))) return earlier
  return [...earlier, await sealSnapshot({ customer: terms, version }, sealer)].slice(-mostTerms)
}

/**
 * Opens all terms, or throws like `openSnapshot`: a search by only some of them may miss the customer, which would then be
 * created twice.
 */
export async function recallTerms(sealed: readonly string[], sealer: Sealer): Promise<readonly Customer[]> {
  return Promise.all(sealed.map(async (text) => (await openSnapshot(text, sealer)).customer))
}

function termsOf({ email, phone }: Customer): Customer {
  return { ...(email && { email }), ...(phone && { phone }) }
}

/** Whether searches by both find the same customers. */
export function isSame(a: Customer, b: Customer): boolean {
  return (a.email ?? null) === (b.email ?? null) && (a.phone ?? null) === (b.phone ?? null)
}
