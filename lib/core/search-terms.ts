import type { Customer } from './customer.ts'
import type { CrmSource } from './ports.ts'

/** Older ones belong to creates that were looked for twice and believed not to have happened. */
const remembered = 3

/**
 * By what a create can be found again if its answer is lost, also when the CRM has changed meanwhile: the e-mail and
 * phone it was sent with. They are sealed as snapshots are, so that nothing of the customer rests in the table.
 */
export function rememberTerms(
  customer: Customer,
  earlier: readonly string[],
  version: string,
  source: CrmSource,
): readonly string[] {
  const terms = termsOf(customer)
  if (recallTerms(earlier, source).some((known) => isSame(known, terms))) return earlier
  return [...earlier, source.sealSnapshot({ customer: terms, version })].slice(-remembered)
}

/** What can still be opened: a secret that was rotated away takes what it sealed along. */
export function recallTerms(sealed: readonly string[], source: CrmSource): readonly Customer[] {
  return sealed.flatMap((text) => source.openSnapshot(text)?.customer ?? [])
}

function termsOf({ email, phone }: Customer): Customer {
  return { ...(email && { email }), ...(phone && { phone }) }
}

/** Whether a search by the one finds what a search by the other does. */
export function isSame(a: Customer, b: Customer): boolean {
  return (a.email ?? null) === (b.email ?? null) && (a.phone ?? null) === (b.phone ?? null)
}
