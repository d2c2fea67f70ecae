import type { DurationName, MetricName } from '../core/ports/observers.ts'
import type { LogName } from './log-queries.ts'
import type { Line } from './widgets.ts'

type Options = Readonly<Record<string, string | number | boolean>>

/** How often something happened, by the functions' own count. */
export function counted(name: MetricName, label: string, options: Options = {}): Line {
  return own(name, { label, stat: 'Sum', ...options })
}

/** A percentile of a duration. */
export function measured(name: DurationName, stat: string): Line {
  return own(name, { label: stat, stat })
}

function own(name: MetricName | DurationName, options: Options): Line {
  return [`\${self:service}`, name, 'service', `\${sls:stage}`, options]
}

/** The queues by their logical ids in the template. */
type QueueId =
  | 'ChangesQueue'
  | 'ListedQueue'
  | 'DeadLettersQueue'
  | 'ManualDeadLettersQueue'
  | 'SalesforceEventsFailedQueue'

export function ofQueue(queue: QueueId, name: string, options: Options): Line {
  return ['AWS/SQS', name, 'QueueName', `\${${queue}.QueueName}`, { stat: 'Maximum', ...options }]
}

export function ofFunction(name: LogName, metric: string, options: Options): Line {
  return ['AWS/Lambda', metric, 'FunctionName', `\${${name}LambdaFunction}`, options]
}

export function ofApi(metric: string, label: string): Line {
  return ['AWS/ApiGateway', metric, 'ApiId', `\${HttpApi}`, { label, stat: 'Sum' }]
}
