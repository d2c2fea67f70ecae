import { type ErrorCodeTable, nothingToDo, thenContinues } from './entry.ts'

/** The table of links, the queues, the secrets, the sealing keys, and the functions themselves. */
export const storageCodes = {
  TABLE_NOT_THERE: {
    meaning: 'The table of links, or its index, does not exist in this region.',
    fix: `Check the name of the table, the stage and the region. ${thenContinues}`,
    appears: ['retried automatically', 'command refusal'],
  },
  TABLE_DENIED: {
    meaning: "The function's role may not access the table of links.",
    fix: `Correct the role. ${thenContinues}`,
    appears: ['retried automatically', 'command refusal'],
  },
  TABLE_UNAVAILABLE: {
    meaning: 'DynamoDB did not answer, or throttles.',
    fix: nothingToDo,
    appears: ['retried automatically', 'command refusal'],
  },
  LINK_TOO_LARGE: {
    meaning: "What is kept of the record would exceed DynamoDB's limit of 400 KB, after very many merges.",
    fix: 'Create the customer at the provider yourself, then drop the dead letter.',
    appears: ['dead letter'],
  },
  TABLE_REFUSED: {
    meaning: "DynamoDB refuses what is kept of the record, such as an id over DynamoDB's limit.",
    fix: 'Create the customer at the provider yourself, then drop the dead letter.',
    appears: ['dead letter'],
  },
  LINK_CONFLICT: {
    meaning: 'Another function or command changed the link at the same time. Everything is read again.',
    fix: 'Nothing where a change is retried. In a command: look at the link again, then repeat the command.',
    appears: ['retried automatically', 'command refusal'],
  },
  QUEUE_UNAVAILABLE: {
    meaning: 'SQS did not answer. A webhook is answered with 503, and the CRM sends it again.',
    fix: nothingToDo,
    appears: ['retried automatically', 'answered to the CRM', 'command refusal'],
  },
  QUEUE_REFUSED: {
    meaning:
      'SQS took only part of a batch of messages. A webhook is answered with 503, and the CRM sends it again.',
    fix: nothingToDo,
    appears: ['retried automatically', 'answered to the CRM', 'command refusal'],
  },
  SECRETS_UNAVAILABLE: {
    meaning: 'Parameter Store did not answer, and the function has no cached secrets yet.',
    fix: nothingToDo,
    appears: ['retried automatically', 'answered to the CRM', 'command refusal'],
  },
  NO_SEALING_KEY: {
    meaning:
      '`SEALING_KEYS` is not set. CRMs that cannot be asked for a record are answered with 503 until it is.',
    fix: 'Run `npm run deploy`, which makes the key in both paths where it is missing.',
    appears: ['retried automatically', 'answered to the CRM'],
  },
  BAD_SEALING_KEY: {
    meaning: '`SEALING_KEYS` is not 32 bytes in base64, or a comma-separated list of such keys.',
    fix: `Correct \`SEALING_KEYS\` in both paths (\`openssl rand -base64 32\` makes a key). ${thenContinues}`,
    appears: ['retried automatically', 'answered to the CRM', 'command refusal'],
  },
  SEALING_KEY_MISSING: {
    meaning:
      'Customer data was encrypted with a key that is not in `SEALING_KEYS` any more. The encrypted data is kept.',
    fix: 'Put the missing key back into both `SEALING_KEYS` parameters, then redrive. See [Rotate keys and secrets](operations.md#rotate-keys-and-secrets).',
    appears: ['retried automatically', 'dead letter'],
  },
  SEALED_DATA_DAMAGED: {
    meaning: 'Encrypted customer data was altered, or was not written by this product.',
    fix: 'Let the sender send the customer again, then drop the dead letter. If the link is `creating`: find the customer at the provider, then use `links attach` or `links forget`.',
    appears: ['dead letter'],
  },
  MESSAGE_UNREADABLE: {
    meaning:
      'This release cannot read a queue message: it is not ours, or another release wrote it. Its body is kept unchanged.',
    fix: '`npm run dead-letters -- show <id>` tells what was unexpected. Redrive it with the release that wrote it, or drop it.',
    appears: ['dead letter'],
  },
  RECEIVE_LIMIT: {
    meaning: 'SQS delivered the change 1,000 times, or the function crashed on it every time.',
    fix: 'See the log of `syncCustomer`. The dead letter is retried automatically.',
    appears: ['dead letter'],
  },
  OUT_OF_TIME: {
    meaning:
      'The function had too little time left for another call. The rest is done by its next invocation.',
    fix: nothingToDo,
    appears: ['retried automatically'],
  },
  UNEXPECTED: {
    meaning:
      'A failure that the code does not foresee, so probably a defect. A webhook is answered with 503, and the CRM sends it again.',
    fix: 'See the log for `errorName` and `errorAt`, and report it. Then redrive.',
    appears: ['retried automatically', 'dead letter', 'answered to the CRM'],
  },
} as const satisfies ErrorCodeTable
