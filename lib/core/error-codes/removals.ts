import type { ErrorCodeTable } from './entry.ts'

/** Erasures, deletions and merges that could not be completed. */
export const removalCodes = {
  ERASE_INCOMPLETE: {
    meaning:
      'WooshPay answered an erasure with a customer that still holds data, or did not show that nothing is left.',
    fix: "Check the customer in WooshPay's dashboard, ask WooshPay to erase it, then drop the dead letter.",
    appears: ['dead letter'],
  },
  ERASE_LOST_CREATE: {
    meaning:
      'The record was erased while a create of it was unanswered, and the idempotency key has expired since.',
    fix: 'At the provider, erase the customer whose metadata names this record. Then run `npm run links -- forget <record id> --provider <provider> --mode <mode>`, and drop the dead letter.',
    appears: ['dead letter'],
  },
  OTHER_MODE: {
    meaning:
      'The customer is in the mode (test or live) that the key in place is not for. Its erasure, its deletion or a merge could not be completed.',
    fix: 'Set a key of that mode and redrive. Or do it at the provider, run `npm run links -- forget <record id> --provider <provider> --mode <mode>` (with `--force` if the link is in use), and drop the dead letter.',
    appears: ['dead letter'],
  },
  PROVIDER_OFF: {
    meaning:
      '`sync.config.ts` does not list the provider that holds the customer. Its erasure, its deletion or a merge could not be completed.',
    fix: 'List the provider under `providers`, deploy and redrive. Or do it at the provider, run `npm run links -- forget <record id> --provider <provider> --mode <mode>` (with `--force` if the link is in use), and drop the dead letter.',
    appears: ['dead letter'],
  },
  MERGE_LOOP: {
    meaning: 'Records are marked as merged into each other.',
    fix: 'This is probably a defect: see the log of `syncCustomer`, and report it. Then redrive.',
    appears: ['retried automatically', 'dead letter'],
  },
} as const satisfies ErrorCodeTable
