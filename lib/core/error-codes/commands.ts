import type { ErrorCodeTable } from './entry.ts'

const force = 'The message says what would happen. Add `--force` to do it anyway.'

/** Why `links attach` and `links forget` refuse. */
export const commandCodes = {
  LINK_IN_USE: {
    meaning:
      'The record is linked to a customer that works. Without that link its next change would create or update another one.',
    fix: force,
    appears: ['command refusal'],
  },
  LINK_CLAIMED: {
    meaning: 'A create for this record is under way.',
    fix: 'Wait until the time that the message names, or add `--force`.',
    appears: ['command refusal'],
  },
  LINK_TOMBSTONE: {
    meaning:
      'The line is the tombstone of an erased, merged or deleted record. Without it, a late event could create the customer again.',
    fix: force,
    appears: ['command refusal'],
  },
  LINK_ERASED: {
    meaning: 'The record was erased for privacy, and must not be linked to a customer again.',
    fix: 'Link the customer to another record. `--force` does not help here.',
    appears: ['command refusal'],
  },
  LINK_MERGED: {
    meaning: 'The record was merged into another one, which the message names.',
    fix: 'Attach the customer to the surviving record.',
    appears: ['command refusal'],
  },
  CUSTOMER_UNKNOWN: {
    meaning: 'The provider has no customer with this id in the mode of its key.',
    fix: "Check the id in the provider's dashboard, and the mode.",
    appears: ['command refusal'],
  },
  CUSTOMER_TAKEN: {
    meaning: 'The customer belongs to another record already, which the message names.',
    fix: 'Choose another customer, or add `--force` to link both records to it.',
    appears: ['command refusal'],
  },
  CUSTOMER_OF_ANOTHER: {
    meaning: "The customer's metadata at the provider names another record.",
    fix: 'Choose another customer, or add `--force` to link it anyway.',
    appears: ['command refusal'],
  },
} as const satisfies ErrorCodeTable
