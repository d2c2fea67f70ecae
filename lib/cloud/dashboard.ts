import { counted, measured, ofApi, ofFunction, ofQueue } from './lines.ts'
import { type LogName, logQueries } from './log-queries.ts'
import { alarmStatus, graph, type Line, logTable, placed, text } from './widgets.ts'

const pages = 'https://github.com/crm-pay-sync/crm-pay-sync/blob/main/docs'

const functions: Readonly<Record<LogName, string>> = {
  ReceiveWebhook: 'receiveWebhook',
  ReceiveSalesforceEvents: 'receiveSalesforceEvents',
  SyncCustomer: 'syncCustomer',
  RetryDeadLetters: 'retryDeadLetters',
  Reconcile: 'reconcile',
  RenewChannels: 'renewChannels',
}
const perFunction = (line: (name: LogName, label: string) => Line): readonly Line[] =>
  (Object.keys(functions) as LogName[]).map((name) => line(name, functions[name]))

const alarms = [
  ...['ReceiveWebhookErrors', 'ReceiveWebhookThrottles', 'SyncCustomerErrors', 'SyncCustomerThrottles'],
  ...['RetryDeadLettersErrors', 'RetryDeadLettersThrottles', 'ReconcileErrors', 'ReconcileThrottles'],
  ...['RenewChannelsErrors', 'RenewChannelsThrottles'],
  ...['WalksFailed', 'ComparisonsStopped'],
  ...['DeadLetters', 'DeadLettersGrowth', 'DeadLettersAge'],
  ...['ManualDeadLetters', 'ManualDeadLettersGrowth', 'ManualDeadLettersAge'],
  ...['OldestChange', 'ChangesInFlight', 'ProviderPaused', 'ChangeLatency'],
  ...['WebhookServerErrors', 'WebhooksUnreadable', 'WebhooksRefused'],
].map((name) => `${name}Alarm`)

/** Waiting and hidden ones: listing dead letters hides them for a while. */
const deadLetters = (queue: 'DeadLettersQueue' | 'ManualDeadLettersQueue', id: string, label: string) => [
  [{ id, label, expression: `${id}Waiting + ${id}Hidden` }] as const,
  ofQueue(queue, 'ApproximateNumberOfMessagesVisible', { id: `${id}Waiting`, visible: false }),
  ofQueue(queue, 'ApproximateNumberOfMessagesNotVisible', { id: `${id}Hidden`, visible: false }),
  ofQueue(queue, 'ApproximateAgeOfOldestMessage', { label: `${label}: age in seconds`, yAxis: 'right' }),
]

const third = { width: 8, height: 6 }
const half = { width: 12, height: 6 }

/** What the dashboard of a stage shows. Its names and ids are references that the framework and CloudFormation resolve. */
export const dashboardBody = {
  widgets: placed([
    [
      text({ width: 24, height: 3 }, [
        `## \${self:service}, stage \${sls:stage}`,
        `[What to do](${pages}/operations.md) · [Error codes](${pages}/errors.md) · [Guarantees](${pages}/guarantees.md)`,
        '',
        `What failed, and why: \`npm run dead-letters -- list --stage \${sls:stage}\` · One customer: \`npm run links -- show <record or customer id> --stage \${sls:stage}\``,
      ]),
    ],
    [alarmStatus({ width: 24, height: 5 }, 'Alarms', alarms)],
    [
      graph(
        { width: 16, height: 7 },
        'Outcomes of changes',
        [
          counted('CustomersCreated', 'created'),
          counted('CustomersAdopted', 'adopted'),
          counted('CustomersUpdated', 'updated'),
          counted('CustomersUnchanged', 'unchanged'),
          counted('ChangesFailed', 'failed', { color: '#ff7f0e' }),
          counted('ChangesDeadLettered', 'dead-lettered', { color: '#d62728' }),
          counted('ChangesSuperseded', 'superseded'),
          counted('CustomersClosed', 'closed'),
          counted('CustomersErased', 'erased'),
          counted('CustomersNotRouted', 'not routed'),
        ],
        { stacked: true },
      ),
      graph({ width: 8, height: 7 }, 'Latency, webhook to provider (ms)', [
        measured('ChangeLatency', 'p50'),
        measured('ChangeLatency', 'p95'),
        measured('ChangeLatency', 'p99'),
      ]),
    ],
    [
      graph(half, 'Queue of changes', [
        ofQueue('ChangesQueue', 'ApproximateNumberOfMessagesVisible', { label: 'waiting' }),
        ofQueue('ChangesQueue', 'ApproximateNumberOfMessagesNotVisible', {
          label: 'in process, or between two tries',
        }),
        ofQueue('ChangesQueue', 'ApproximateAgeOfOldestMessage', {
          label: 'age of the oldest in seconds',
          yAxis: 'right',
        }),
        ofQueue('ListedQueue', 'ApproximateNumberOfMessagesVisible', {
          label: 'messages of listed records waiting',
        }),
      ]),
      graph(half, 'Dead letters', [
        ...deadLetters('DeadLettersQueue', 'automatic', 'retried automatically'),
        ...deadLetters('ManualDeadLettersQueue', 'manual', 'need an operator'),
        ofQueue('SalesforceEventsFailedQueue', 'ApproximateNumberOfMessagesVisible', {
          label: 'events of Salesforce that failed',
        }),
      ]),
    ],
    [
      graph(third, 'Webhooks', [
        counted('WebhooksAccepted', 'accepted'),
        counted('WebhooksRefused', 'refused'),
        counted('WebhooksUnreadable', 'unreadable'),
        counted('WalksFailed', 'failed to list changes'),
      ]),
      graph(third, 'Paused providers', [
        counted('ProviderPaused', 'pauses'),
        counted('ChangesHeldByPause', 'tries held by a pause'),
      ]),
      graph(third, 'HTTP API', [ofApi('Count', 'requests'), ofApi('4xx', '4xx'), ofApi('5xx', '5xx')]),
    ],
    [
      graph(third, 'Errors and throttles of the functions', [
        ...perFunction((name, label) =>
          ofFunction(name, 'Errors', { label: `${label} errors`, stat: 'Sum' }),
        ),
        ...perFunction((name, label) =>
          ofFunction(name, 'Throttles', { label: `${label} throttles`, stat: 'Sum' }),
        ),
      ]),
      graph(
        third,
        'Duration of the functions that changes wait for, p95 (ms)',
        (['ReceiveWebhook', 'ReceiveSalesforceEvents', 'SyncCustomer'] as const).map((name) =>
          ofFunction(name, 'Duration', { label: functions[name], stat: 'p95' }),
        ),
      ),
      graph(
        third,
        'Concurrency',
        (['ReceiveWebhook', 'SyncCustomer'] as const).map((name) =>
          ofFunction(name, 'ConcurrentExecutions', { label: functions[name], stat: 'Maximum' }),
        ),
      ),
    ],
    [logTable(half, logQueries.failures), logTable(half, logQueries.accepted)],
  ]),
}
