import { type ErrorCodeTable, nothingToDo, thenContinues } from './entry.ts'

/** What a provider answers, or does not, and the settings that its calls need. */
export const providerCodes = {
  KEY_REFUSED: {
    meaning: 'The provider refuses the key: 401, or a 403 in the format of its API. The provider is paused.',
    fix: `Put the right key into Parameter Store, and check that it is of the right mode. ${thenContinues}`,
    appears: ['retried automatically'],
  },
  BAD_KEY: {
    meaning:
      "The key is not one that can be used: Notch Pay's must be the public key, WooshPay's the secret key, without spaces.",
    fix: `Set \`NOTCHPAY_PUBLIC_KEY\` or \`WOOSHPAY_SECRET_KEY\` to the right key. ${thenContinues}`,
    appears: ['retried automatically', 'command refusal'],
  },
  WRONG_MODE: {
    meaning:
      'WooshPay has one host for live keys and one for test keys, and `WOOSHPAY_API_URL` is not the host of the key in place.',
    fix: `Set the key of the other mode, or leave \`WOOSHPAY_API_URL\` unset: the host then follows from the key. ${thenContinues}`,
    appears: ['retried automatically', 'command refusal'],
  },
  BAD_API_URL: {
    meaning: "The URL of an API is malformed, or its host is not the vendor's.",
    fix: `Correct the variable that the message names. ${thenContinues}`,
    appears: ['retried automatically', 'command refusal'],
  },
  INSECURE_URL: {
    meaning:
      'The URL of an API begins with `http://` and is not on this machine. Keys and customer data are sent over HTTPS only.',
    fix: `Use an \`https://\` URL. ${thenContinues}`,
    appears: ['retried automatically', 'command refusal'],
  },
  BLOCKED_ON_THE_WAY: {
    meaning:
      "A 403 that is not the API's own answer, such as a firewall's block page. The provider is paused when a second record is refused this way.",
    fix: 'If it is one record: look for markup or code in its fields, correct them in the CRM, then redrive. If it is many: check the API URL and the network.',
    appears: ['retried automatically', 'dead letter'],
  },
  API_NOT_THERE: {
    meaning: "A 404 that is not the API's own answer, such as a web page.",
    fix: 'Check the API URL, then redrive.',
    appears: ['retried automatically', 'dead letter'],
  },
  REDIRECTED: {
    meaning: 'The API answered with a redirect. Redirects are not followed.',
    fix: 'Check the API URL, then redrive.',
    appears: ['retried automatically', 'dead letter'],
  },
  PROVIDER_PAUSED: {
    meaning:
      'The provider is paused, because it is down or refuses the key. The change waits and does not use up a try.',
    fix: 'Find the cause in the log line `provider paused`, and see its code on this page.',
    appears: ['retried automatically'],
  },
  THROTTLED: {
    meaning:
      'The provider limits the rate. The change waits for as long as the provider asks, and does not use up a try.',
    fix: nothingToDo,
    appears: ['retried automatically'],
  },
  PROVIDER_UNAVAILABLE: {
    meaning: 'The provider is down (503). The change waits and does not use up a try.',
    fix: nothingToDo,
    appears: ['retried automatically'],
  },
  PROVIDER_FAILED: {
    meaning: 'The provider failed to process the request (408, or 5xx other than 503; at WooshPay 409 too).',
    fix: `${nothingToDo} After eight tries it becomes a dead letter: redrive it, or ask the provider.`,
    appears: ['retried automatically', 'dead letter'],
  },
  PROVIDER_BUSY: {
    meaning: 'The provider asks to send the request again (425).',
    fix: nothingToDo,
    appears: ['retried automatically', 'dead letter'],
  },
  UNREADABLE_ANSWER: {
    meaning:
      'The provider answered with success, but the answer cannot be read. The call may have been carried out.',
    fix: nothingToDo,
    appears: ['retried automatically', 'dead letter'],
  },
  ANSWER_TOO_LARGE: {
    meaning: 'A provider or CRM answered with more than 1 MiB.',
    fix: `${nothingToDo} If it lasts, check the API URL.`,
    appears: ['retried automatically', 'dead letter'],
  },
  NETWORK: {
    meaning: 'The connection to a provider or CRM failed.',
    fix: `${nothingToDo} A failure to connect does not use up a try; a connection that breaks later does.`,
    appears: ['retried automatically', 'dead letter'],
  },
  TIMEOUT: {
    meaning: 'A provider or CRM gave no complete answer within ten seconds.',
    fix: nothingToDo,
    appears: ['retried automatically', 'dead letter'],
  },
} as const satisfies ErrorCodeTable
