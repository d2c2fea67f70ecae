import { toLinkRow } from '../../operator/links/link-row.ts'
import { providers } from '../../providers/registry.ts'
import { plural } from './show.ts'
import type { DemoWorld, ProviderCustomer } from './world.ts'

/** Whether each record has at most one customer at each provider, according to the customers' metadata. */
export function onePerRecord(customers: readonly ProviderCustomer[]): [holds: boolean, claim: string] {
  const owners = customers.map(({ provider, metadata }) =>
    JSON.stringify([provider, ...identityIn(metadata)]),
  )
  const doubles = owners.length - new Set(owners).size
  const claim =
    doubles === 0 ? 'no record has two customers at a provider' : `${plural(doubles, 'double customer')}`
  return [doubles === 0, `${claim}: ${held(customers)}`]
}

function identityIn(metadata: unknown): readonly unknown[] {
  const known = (metadata ?? {}) as Readonly<Record<string, unknown>>
  return ['crm_source', 'crm_account', 'crm_record'].map((name) => known[name])
}

/** How many customers each provider has. */
export function held(customers: readonly ProviderCustomer[]): string {
  const counts = Object.values(providers).map(
    ({ name, title }) => `${title} holds ${customers.filter(({ provider }) => provider === name).length}`,
  )
  return counts.join(', ')
}

/** Everything in the table that a duplicate webhook must not change. */
export async function describeLinks({ links }: DemoWorld): Promise<string> {
  const rows = (await Array.fromAsync(links.listLinks())).map(toLinkRow)
  const lasting = rows.map(({ syncedAt: _at, lastOutcome: _outcome, lastError: _error, ...row }) =>
    JSON.stringify(row),
  )
  return lasting.toSorted().join('\n')
}
