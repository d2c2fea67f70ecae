import type { RecordRef } from '../../core/model/change.ts'
import type { Customer } from '../../core/model/customer.ts'
import { Undecided } from '../../core/model/errors.ts'
import type { ProviderCustomerId } from '../../core/model/provider.ts'
import type { FoundCustomer } from '../../core/ports/payment-provider.ts'
import type { Api } from '../api.ts'
import { callApi, unreadable } from '../call-api.ts'
import { ownerOf } from '../metadata.ts'
import { type CustomerAnswer, readPage } from './schemas.ts'
import { readContact } from './to-payload.ts'

const pageSize = 100
const mostPages = 20
/** List results may lack metadata, so up to this many matches are retrieved one by one to identify their owners. */
const mostReads = 25

/**
 * Finds customers whose e-mail, phone or metadata matches exactly. Notch Pay's `search` is fuzzy ("by name, email, or
 * phone"), so results are compared here. Throws instead of returning incomplete results.
 */
export async function findNotchPayCustomers(
  api: Api,
  customer: Customer,
  ref: RecordRef,
  retrieve: (id: ProviderCustomerId) => Promise<CustomerAnswer | null>,
): Promise<FoundCustomer[]> {
  const { email, phone } = readContact(customer)
  const isMatch = (found: CustomerAnswer) =>
    (email && found.email?.trim().toLowerCase() === email.toLowerCase()) ||
    (phone && digitsOf(found.phone) === digitsOf(phone)) ||
    ownerOf(found.metadata, ref) === 'this-record'

  const matches = new Map<string, CustomerAnswer>()
  for (const term of searchTerms(email, phone)) {
    for (const found of await searchAll(api, term)) if (isMatch(found)) matches.set(found.id, found)
  }
  const unread = [...matches.values()].filter(({ metadata }) => !metadata)
  if (unread.length > mostReads) throw tooWide(`more than ${mostReads} customers`, unread)
  const answers: FoundCustomer[] = []
  for (const listed of matches.values()) {
    const id = listed.id as ProviderCustomerId
    const known = listed.metadata ? listed : await retrieve(id)
    // Deleted between the list call and this one, so no longer a match.
    if (known) answers.push({ id, owner: ownerOf(known.metadata, ref) })
  }
  return answers
}

/** Includes the lower-case e-mail and the phone without its plus, because matching rules are not documented. */
function searchTerms(email: string | undefined, phone: string | undefined): Set<string> {
  const terms = [email, email?.toLowerCase(), phone, phone?.slice(1)]
  return new Set(terms.filter((term) => term !== undefined))
}

async function searchAll(api: Api, term: string): Promise<CustomerAnswer[]> {
  const all: CustomerAnswer[] = []
  for (let page = 1; page <= mostPages; page += 1) {
    const query = new URLSearchParams({ search: term, limit: String(pageSize), page: String(page) })
    const call = { method: 'GET', path: `/customers?${query}` } as const
    const { body } = await callApi(api, call)
    const read = readPage(body)
    if (!read) throw unreadable(api, call)
    all.push(...read.items)
    const isLast = read.lastPage === undefined ? read.items.length < pageSize : page >= read.lastPage
    if (isLast || read.items.length === 0) return all
  }
  throw tooWide(`more than ${mostPages * pageSize} customers`, [])
}

function tooWide(howMany: string, candidates: readonly CustomerAnswer[]): Undecided {
  return new Undecided(
    'SEARCH_TOO_WIDE',
    `Notch Pay finds ${howMany} similar to this one: attach the correct one`,
    candidates.map(({ id }) => id),
  )
}

const digitsOf = (phone: string | null | undefined): string =>
  (phone ?? '').replace(/\D/g, '').replace(/^00/, '')
