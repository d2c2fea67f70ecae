import type { ContactEvent } from './contact-event.ts'

/**
 * The body that this product would send to Notch Pay for the contact. Peers that take code as text are given the source of this
 * function, so it must not use anything from outside.
 */
export function toCustomerBody({ data }: ContactEvent) {
  return {
    email: data.email,
    name: data.name,
    metadata: {
      crm_source: 'standard-webhooks',
      crm_account: 'default',
      crm_record: `contact:${data.id}`,
    },
    address: { country: data.address.country, address_line1: data.address.line1 },
  }
}
