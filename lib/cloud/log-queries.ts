/** The functions by the prefix of their logical ids in the template. */
export type LogName =
  | 'ReceiveWebhook'
  | 'ReceiveSalesforceEvents'
  | 'SyncCustomer'
  | 'RetryDeadLetters'
  | 'Reconcile'
  | 'RenewChannels'

/** A query of CloudWatch Logs Insights: saved by the template, shown in docs/operations.md, some on the dashboard. */
export type LogQuery = {
  readonly title: string
  readonly purpose: string
  readonly logs: readonly LogName[]
  readonly text: string
}

/** Of the functions that process changes. */
const changeLogs = ['ReceiveWebhook', 'ReceiveSalesforceEvents', 'SyncCustomer', 'RetryDeadLetters'] as const

/** The ids in the queries are those of the samples in events/; the operator replaces them. */
export const logQueries = {
  customer: {
    title: 'One customer',
    purpose:
      'Everything about one customer, oldest first. Put a record id, an event id or a provider customer id between the quotation marks. An id that contains `/` is written with `\\/`.',
    logs: changeLogs,
    text: `fields @timestamp, level, message, kind, provider, mode, providerCustomerId, code, reason, attempts, afterSeconds, requestId
| filter @message like /"cust-0001"/
| sort @timestamp asc
| limit 1000`,
  },
  request: {
    title: 'One request',
    purpose:
      'Every line of one request. The CRM sees the id of its webhook in the response header `apigw-requestid`; for the other functions it is the id of the Lambda invocation.',
    logs: [...changeLogs, 'RenewChannels'],
    text: `fields @timestamp, level, message, source, recordType, recordId, provider, providerCustomerId, code, reason
| filter requestId = "JKJaXmPLvHcESHA="
| sort @timestamp asc
| limit 1000`,
  },
  failures: {
    title: 'Failures by code',
    purpose:
      'How often each code occurred, for how many records. [Error codes](errors.md) has the fix of each code.',
    logs: ['SyncCustomer'],
    text: `filter message in ["change will be tried again", "change dead-lettered"]
| stats count(*) as failures, count_distinct(recordId) as records, latest(@timestamp) as last by code, provider, source, message
| sort failures desc
| limit 100`,
  },
  slowest: {
    title: 'Slowest changes',
    purpose: 'The changes that took longest from the webhook to the provider, in seconds.',
    logs: ['ReceiveWebhook', 'ReceiveSalesforceEvents', 'SyncCustomer'],
    text: `filter message in ["change queued", "customer created", "customer adopted", "customer updated"]
| stats min(@timestamp) as queued, max(@timestamp) as done, (done - queued) / 1000 as seconds by source, account, recordType, recordId, eventIds.0
| sort seconds desc
| limit 50`,
  },
  refused: {
    title: 'Refused webhooks',
    purpose: 'Webhooks that were refused, by CRM and code.',
    logs: ['ReceiveWebhook'],
    text: `filter message = "webhook refused"
| stats count(*) as webhooks, latest(@timestamp) as last by source, code, status, reason
| sort webhooks desc
| limit 100`,
  },
  paused: {
    title: 'Changes held by a paused provider',
    purpose:
      'Records whose changes waited because their provider is paused, and until when it was paused last.',
    logs: ['SyncCustomer'],
    text: `filter message = "change will be tried again" and code = "PROVIDER_PAUSED"
| stats count(*) as tries, latest(@timestamp) as last, latest(reason) as pause by provider, mode, source, account, recordType, recordId
| sort last desc
| limit 1000`,
  },
  listed: {
    title: 'Listed records by CRM',
    purpose: 'How far each CRM has been listed, how many records that were, and what failed.',
    logs: ['Reconcile'],
    text: `filter message in ["changed records listed", "changed records could not be listed", "linked records compared with the CRM", "too many linked records are missing in the CRM, nothing was closed"]
| stats count(*) as runs, sum(records) as records, latest(until) as until, latest(code) as code, latest(@timestamp) as last by source, message
| sort last desc`,
  },
  accepted: {
    title: 'Webhooks by CRM',
    purpose:
      'How many webhooks each CRM sent, the records that they concerned, and the events that were ignored.',
    logs: ['ReceiveWebhook', 'ReceiveSalesforceEvents'],
    text: `filter message = "webhook accepted"
| stats count(*) as webhooks, sum(records) as changes, sum(ignoredEvents) as ignored, latest(@timestamp) as last by source
| sort webhooks desc`,
  },
} as const satisfies Readonly<Record<string, LogQuery>>
