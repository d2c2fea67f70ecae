import type { CrmSource } from '../ports/crm-source.ts'

/** More would not be synced within the time of one function where the provider is slow. */
const largestPage = 100

/** How many listed records one message has: as many as the CRM reads in one call. */
export function pageSizeOf({ readsTogether = 10 }: Pick<CrmSource, 'readsTogether'>): number {
  return Math.min(readsTogether, largestPage)
}
