import type { Sample } from '../../../lib/operator/samples/samples.ts'
import { hubspotStorm, sampleOf } from '../../support/made-up-samples.ts'

export type Contact = {
  readonly index: number
  /** Another revision is another address. */
  readonly revision?: number
  readonly at?: Date
}

/** The webhook of one invented contact, with the whole record; every other one is routed to Notch Pay. */
export function contactSample({ index, revision = 0, at = new Date() }: Contact): Sample {
  const id = `bench-${index}`
  const country = index % 2 === 0 ? 'CM' : 'PH'
  const data = {
    id,
    name: 'Amina Diallo',
    email: `${id}@example.com`,
    address: { line1: `${id} Road ${revision}`, country },
  }
  return sampleOf('standard-webhooks', { type: 'contact.updated', timestamp: at.toISOString(), data })
}

/** Half of its contacts are routed to Notch Pay. */
export const stormSample = (first: number): Sample => hubspotStorm(first, ['CM', 'PH'])
