import { type ErrorCodeTable, nothingToDo, thenContinues } from './entry.ts'

/** What a CRM answers, or does not, and the settings that reading from it needs. */
export const crmCodes = {
  CRM_DENIED: {
    meaning: 'The CRM refuses the access token (401 or 403), or redirects the request.',
    fix: `Check the token, its scopes and the API URL. ${thenContinues}`,
    appears: ['retried automatically'],
  },
  CRM_NOT_THERE: {
    meaning: "The CRM answered with a web page instead of its API's 404 or 410.",
    fix: `Check the CRM's API URL. ${thenContinues}`,
    appears: ['retried automatically'],
  },
  NO_ACCESS_TOKEN: {
    meaning: 'There is no access token for the CRM, or none for this HubSpot portal.',
    fix: `Put the token into \`api/<NAME>\` in Parameter Store. ${thenContinues}`,
    appears: ['retried automatically'],
  },
  NO_API_URL: {
    meaning: "The address of the CRM's API is not set.",
    fix: `Deploy with \`--param="pipedriveApiUrl=https://<company>.pipedrive.com"\`. ${thenContinues}`,
    appears: ['retried automatically'],
  },
  BAD_SETTING: {
    meaning: 'A secret or a setting of the CRM is not in the expected form. The message names it.',
    fix: `Correct it in Parameter Store, or deploy with the right parameter. ${thenContinues}`,
    appears: ['retried automatically'],
  },
  SOURCE_OFF: {
    meaning: 'Changes of a source are queued, and `sync.config.ts` does not list that source any more.',
    fix: `List the source in \`sync.config.ts\` and deploy. ${thenContinues}`,
    appears: ['retried automatically'],
  },
  FOREIGN_ACCOUNT: {
    meaning: 'The event comes from a CRM account that the access token does not belong to.',
    fix: 'Remove the webhook from that account and drop the dead letter. Or configure a token of that account and redrive.',
    appears: ['dead letter'],
  },
  CANNOT_FETCH: {
    meaning:
      'The event of a Standard Webhooks or CloudEvents sender holds ids only, and there is no API to read the customer from.',
    fix: 'Deploy with the `standardWebhooksApiUrl` or `cloudeventsApiUrl` parameter and redrive. Or let the sender send the whole customer, then drop.',
    appears: ['dead letter'],
  },
  CRM_REFUSED: {
    meaning: 'The CRM refuses to read the record (a 4xx that does not concern the token).',
    fix: 'Retrying does not help. Look the record up in the CRM; drop the dead letter when the reason is clear.',
    appears: ['dead letter'],
  },
  UNKNOWN_RECORD_TYPE: {
    meaning: 'The CRM has no records of this type that can be read, such as leads at HubSpot.',
    fix: 'Retrying does not help. Drop the dead letter.',
    appears: ['dead letter'],
  },
  CRM_UNAVAILABLE: {
    meaning: 'The CRM is down (503). The change waits and does not use up a try.',
    fix: nothingToDo,
    appears: ['retried automatically'],
  },
  CRM_THROTTLED: {
    meaning:
      'The CRM limits the rate. The change waits for as long as the CRM asks, and does not use up a try.',
    fix: nothingToDo,
    appears: ['retried automatically'],
  },
  CRM_TOKEN_PENDING: {
    meaning:
      'The access token of the CRM has expired, and another function is asking for the next one. All functions share one token.',
    fix: nothingToDo,
    appears: ['retried automatically'],
  },
  CRM_FAILED: {
    meaning: 'The CRM failed to answer (408, or 5xx other than 503).',
    fix: nothingToDo,
    appears: ['retried automatically', 'dead letter'],
  },
  CRM_BUSY: {
    meaning: 'The CRM asks to send the request again (425).',
    fix: nothingToDo,
    appears: ['retried automatically', 'dead letter'],
  },
  CRM_ANSWER_UNREADABLE: {
    meaning:
      "The CRM answered with success, but the answer is not in its API's format, or lacks the time of the last change.",
    fix: `${nothingToDo} If it lasts, check the CRM's API URL.`,
    appears: ['retried automatically', 'dead letter'],
  },
  CRM_NO_ANSWER: {
    meaning: 'The CRM answered a request for several records, but said nothing about this one.',
    fix: nothingToDo,
    appears: ['retried automatically', 'dead letter'],
  },
} as const satisfies ErrorCodeTable
