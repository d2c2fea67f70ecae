import { chooseCustomer, type ErrorCodeTable, nothingToDo } from './entry.ts'

/** What a customer's own data, or the customer at the provider, can be the cause of. */
export const customerCodes = {
  CONTACT_MISSING: {
    meaning:
      'Notch Pay needs an e-mail address or a phone number, and the CRM record has neither in a form that can be read.',
    fix: 'Give the record an e-mail address or a phone number in the CRM, then redrive. Pipedrive organizations have neither: [map a custom field](configuration.md#field-mapping).',
    appears: ['dead letter'],
  },
  EMAIL_TOO_LONG: {
    meaning:
      'The e-mail address is longer than the provider accepts: 240 characters at Notch Pay, 512 at WooshPay.',
    fix: 'Correct the e-mail address in the CRM, then redrive.',
    appears: ['dead letter'],
  },
  PHONE_UNREADABLE: {
    meaning: "The record's phone number cannot be read, and `policies.unreadablePhone` is `'refuse'`.",
    fix: 'Correct the phone number in the CRM, best with its country code, then redrive.',
    appears: ['dead letter'],
  },
  REFUSED_BY_PROVIDER: {
    meaning:
      "The provider refuses the customer's data. The reason names the field where the provider named it.",
    fix: 'Correct that field in the CRM, then redrive.',
    appears: ['dead letter'],
  },
  SEVERAL_MATCHES: {
    meaning:
      'Several provider customers match the record, and none of them can be chosen with certainty. The link is `undecided` and lists them as candidates.',
    fix: chooseCustomer,
    appears: ['dead letter'],
  },
  SEARCH_TOO_WIDE: {
    meaning:
      'A search at Notch Pay finds more than 25 matching customers, or more than 2,000 results, so the match may not be among those that were read.',
    fix: chooseCustomer,
    appears: ['dead letter'],
  },
  KEY_EXPIRED: {
    meaning:
      'The answer to a create was lost more than 24 hours ago. WooshPay may have forgotten the idempotency key, so repeating the create could make a second customer.',
    fix: chooseCustomer,
    appears: ['dead letter'],
  },
  IDEMPOTENCY_CONFLICT: {
    meaning:
      'WooshPay has seen the idempotency key with another body. A customer exists, but its id is not known.',
    fix: chooseCustomer,
    appears: ['dead letter'],
  },
  ID_MISMATCH: {
    meaning:
      'The provider answered with the id of another customer than the one that was asked for. The reason names both.',
    fix: chooseCustomer,
    appears: ['dead letter'],
  },
  CUSTOMER_UNCLEAR: {
    meaning: 'The provider shows the customer, but answers an update of it as if it did not exist.',
    fix: chooseCustomer,
    appears: ['dead letter'],
  },
  CUSTOMER_VANISHED: {
    meaning: 'The provider does not know the customer that it named in its answer to the create.',
    fix: chooseCustomer,
    appears: ['dead letter'],
  },
  BAD_CUSTOMER_ID: {
    meaning: 'The link holds a provider customer id that cannot be part of a URL, such as a blank one.',
    fix: chooseCustomer,
    appears: ['dead letter'],
  },
  MATCH_VANISHED: {
    meaning:
      'The customer that a search found was gone when it was to be updated. The provider is searched again.',
    fix: nothingToDo,
    appears: ['retried automatically'],
  },
  SEARCH_MAY_LAG: {
    meaning:
      'The answer to a create was lost, and a search does not show the customer yet. The search is repeated before anything is created.',
    fix: nothingToDo,
    appears: ['retried automatically'],
  },
  CLAIM_HELD: {
    meaning:
      'An earlier call for this customer had no answer and may still be carried out. The change waits until it must have been carried out or not.',
    fix: nothingToDo,
    appears: ['retried automatically'],
  },
  NOT_SUPPORTED: {
    meaning: 'WooshPay cannot block a customer.',
    fix: "Set `policies.onDelete` to `'keep'` in `sync.config.ts`, deploy, then redrive or drop.",
    appears: ['dead letter'],
  },
} as const satisfies ErrorCodeTable
