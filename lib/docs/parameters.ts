/** What each parameter of serverless.yml changes. Its defaults are read from there; those of CRMs and providers are variables. */
export const parameters: Readonly<Record<string, string>> = {
  alarmEmail: 'Address that alarms are sent to. AWS asks it to confirm the subscription.',
  alarmTopicArn: 'ARN of an SNS topic of your own that alarms are sent to as well.',
  alarmChatWebhook:
    '`true`: alarms are posted to [a chat](operations.md#alarms-in-a-chat). The URL of its webhook is a secret in Secrets Manager.',
  dashboard:
    '`false`: no [dashboard](operations.md#dashboard), which costs $3 a month beyond three in the account.',
  webhookPublicUrl:
    "The URL that the CRMs were given, without `/webhooks/…`, when it is not API Gateway's own (a custom domain).",
  logLevel: '`DEBUG`, `INFO`, `WARN` or `ERROR`.',
  tracing: '`true`: AWS X-Ray [traces](operations.md#tracing) the functions.',
  logRetentionDays: 'How many days logs are kept.',
  deletionPolicy: 'What happens to the table and the queues when the stack is removed: `Delete` or `Retain`.',
  deletionProtection: '`true`: DynamoDB refuses to delete the table.',
  receiveMemory: 'Memory of `receiveWebhook` in MB.',
  syncMemory: 'Memory of `syncCustomer` in MB.',
  syncConcurrency:
    'How many batches are processed at the same time. Bounded by the rate limits of the CRM and the providers.',
  listedConcurrency:
    'How many messages of listed records, of up to 100 records each, are processed at the same time, beside those of webhooks; at least 2.',
  retryMemory: 'Memory of `retryDeadLetters` in MB.',
  salesforceEventBus:
    "Name of the partner event bus that Salesforce's [Change Data Capture](connect/salesforce.md#change-data-capture) arrives on. Without it, nothing invokes `receiveSalesforceEvents`.",
  reconcileMemory: 'Memory of `reconcile` in MB.',
  reconcileRate: 'How often the CRMs are asked what changed.',
  retryRate: 'How often dead letters are retried; not more often than every 15 minutes.',
  requestsPerSecond: 'Requests per second that API Gateway lets through.',
  requestsBurst: 'Requests at once that API Gateway lets through.',
  oldestMessageAlarmSeconds: 'How long a change may wait before an alarm.',
  changeLatencyAlarmMilliseconds:
    'Time from webhook to provider (p95) that raises an alarm when it lasts 15 minutes.',
  refusedShareAlarm: 'Share of refused webhooks, of those of 15 minutes, that raises an alarm.',
}
