import { type ErrorCodeTable, nothingToDo, thenContinues } from './entry.ts'

/** What a CRM answers, or does not, and the settings that reading from it needs. */
export const crmCodes = {
  CRM_DENIED: {
    meaning: 'The CRM refuses the access token (401 or 403), or redirects the request.',
    fix: `Check the token, its scopes and the API URL. ${thenContinues}`,
    appears: ['retried automatically'],
  },
  CRM_NOT_THERE: {
    meaning:
      "The CRM's API is not at its URL: it answered 404 to every record, with a web page, or has no such table. Or it does not tell which account the token belongs to.",
    fix: `Check the CRM's API URL. Bitrix24 names its portal in its webhooks only: change any contact there. ${thenContinues}`,
    appears: ['retried automatically'],
  },
  NO_ACCESS_TOKEN: {
    meaning:
      'There is no access token for the CRM, or none for this HubSpot portal, or what goes with the token is not set.',
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
      'The event of a sender of Standard Webhooks or CloudEvents, or of Odoo, holds ids only, and there is no API to read the customer from.',
    fix: 'Deploy with the `standardWebhooksApiUrl`, `cloudeventsApiUrl` or `odooApiUrl` parameter and redrive. Or let the sender send the whole customer, then drop.',
    appears: ['dead letter'],
  },
  CRM_REFUSED: {
    meaning: 'The CRM refuses to read the record (a 4xx that does not concern the token).',
    fix: 'Retrying does not help. Look the record up in the CRM; drop the dead letter when the reason is clear.',
    appears: ['dead letter'],
  },
  CRM_FIELD_UNKNOWN: {
    meaning: 'The CRM does not know a field that `sync.config.ts` maps for it.',
    fix: `Correct the name in the \`fields\` of that source. ${thenContinues}`,
    appears: ['retried automatically', 'dead letter'],
  },
  UNKNOWN_RECORD_TYPE: {
    meaning: 'The CRM has no records of this type that can be read, such as leads at HubSpot.',
    fix: 'Retrying does not help. Drop the dead letter.',
    appears: ['dead letter'],
  },
  CHANGES_MISSED: {
    meaning:
      'The CRM left changes out of an event, as Salesforce does above 100,000 changes in one transaction (`GAP_OVERFLOW`). The log line has the time.',
    fix: 'Nothing: the next run of `reconcile` lists all records that changed since its last one. To have them sooner: `npm run resync -- --source salesforce --since` with that time.',
    appears: ['log'],
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
  TOO_MANY_MISSING: {
    meaning:
      'The weekly comparison found that the CRM does not return many of the linked records: more than 100, or more than 5 %. Nothing was closed.',
    fix: 'Check what the user of the API token may see. If the records were really deleted, run `npm run resync` with their ids.',
    appears: ['log'],
  },
  WRITE_BACK_FAILED: {
    meaning:
      'The customer is synced, but its id could not be [written into the CRM record](configuration.md#customer-ids-in-the-crm): the CRM was down, limited the rate, or failed to answer.',
    fix: `${nothingToDo} No create is repeated for it, and every try reads the record again.`,
    appears: ['retried automatically', 'dead letter'],
  },
  WRITE_BACK_REFUSED: {
    meaning:
      "The customer is synced, but the CRM refuses to take its id: the property does not exist or cannot be edited, the token may not write, or a rule of the CRM's own forbids it for this record.",
    fix: 'Run `npm run doctor`, which checks properties and permissions. A minute after it finds nothing wrong any more, `npm run resync -- --source <source>` fills in what is missing.',
    appears: ['log'],
  },
  CRM_NO_ANSWER: {
    meaning: 'The CRM answered a request for several records, but said nothing about this one.',
    fix: nothingToDo,
    appears: ['retried automatically', 'dead letter'],
  },
} as const satisfies ErrorCodeTable
