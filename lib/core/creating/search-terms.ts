import { openSnapshot, sealSnapshot } from '../messages/sealed-snapshot.ts'
import type { Customer } from '../model/customer.ts'
import type { Sealer } from '../ports/sealer.ts'

/** Older ones belong to creates that were looked for twice and believed not to have happened. */
const remembered = 3

/**
 * By what a create can be found again if its answer is lost, also when the CRM has changed meanwhile: the e-mail and
 * phone it was sent with. They are sealed as snapshots are, so that the table holds no readable customer data.
 */
export async function rememberTerms(
  customer: Customer,
  earlier: readonly string[],
  version: string,
  sealer: Sealer,
): Promise<readonly string[]> {
  const terms = termsOf(customer)
  if ((await recallTerms(earlier, sealer)).some((known) => isSame(known, terms))) return earlier
  return [...earlier, await sealSnapshot({ customer: terms, version }, sealer)].slice(-remembered)
}

/**
 * All of them, or throws like `openSnapshot`: a search by fewer than all may miss the customer, which would then be created
 * a second time.
 */
export async function recallTerms(sealed: readonly string[], sealer: Sealer): Promise<readonly Customer[]> {
  return Promise.all(sealed.map(async (text) => (await openSnapshot(text, sealer)).customer))
}

function termsOf({ email, phone }: Customer): Customer {
  return { ...(email && { email }), ...(phone && { phone }) }
}

/** Whether a search by the one finds what a search by the other does. */
export function isSame(a: Customer, b: Customer): boolean {
  return (a.email ?? null) === (b.email ?? null) && (a.phone ?? null) === (b.phone ?? null)
}
