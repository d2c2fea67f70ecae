import type { DurationName, MetricName } from '../../lib/core/ports/observers.ts'

/** The metrics that the functions count. A missing or unknown `MetricName` is a type error. */
const emitted: Record<MetricName | DurationName, true> = {
  ChangesReceived: true,
  EventsIgnored: true,
  FieldsUnknown: true,
  WebhooksAccepted: true,
  WebhooksRefused: true,
  WebhooksUnreadable: true,
  CustomersCreated: true,
  CustomersAdopted: true,
  CustomersUpdated: true,
  CustomersUnchanged: true,
  ChangesSuperseded: true,
  CustomersClosed: true,
  CustomersErased: true,
  CustomersNotRouted: true,
  FieldsUnreadable: true,
  CustomerIdsWritten: true,
  CustomerIdsRefused: true,
  ChangesFailed: true,
  ChangesDeadLettered: true,
  MessagesUnreadable: true,
  ChangesHeldByPause: true,
  ChangeLatency: true,
  ProviderPaused: true,
  ProviderProbed: true,
  ProviderResumed: true,
  WalksFailed: true,
  ComparisonsStopped: true,
}

/**
 * Metrics of AWS and their available dimensions:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
const ofAws: Readonly<Record<string, readonly string[]>> = {
  'AWS/SQS ApproximateNumberOfMessagesVisible': ['QueueName'],
  'AWS/SQS ApproximateNumberOfMessagesNotVisible': ['QueueName'],
  'AWS/SQS ApproximateAgeOfOldestMessage': ['QueueName'],
  'AWS/ApiGateway Count': ['ApiId'],
  'AWS/ApiGateway 4xx': ['ApiId'],
  'AWS/ApiGateway 5xx': ['ApiId'],
  'AWS/Lambda Errors': ['FunctionName'],
  'AWS/Lambda Throttles': ['FunctionName'],
  'AWS/Lambda Duration': ['FunctionName'],
  'AWS/Lambda ConcurrentExecutions': ['FunctionName'],
}

/** The dimensions of a metric; undefined when nothing publishes it. */
export function dimensionsOf(namespace: string, metric: string): readonly string[] | undefined {
  if (namespace === 'crm-pay-sync') return metric in emitted ? ['service'] : undefined
  return ofAws[`${namespace} ${metric}`]
}
