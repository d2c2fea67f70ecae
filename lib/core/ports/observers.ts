/** Fields are ids, codes and counts: never a name, e-mail, phone, address or secret. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | null | undefined | readonly string[]>
>
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Counted for the operator's dashboard and alarms. */
export type MetricName =
  | 'ChangesReceived'
  | 'EventsIgnored'
  | 'WebhooksAccepted'
  | 'FieldsUnknown'
  | 'WebhooksRefused'
  | 'WebhooksUnreadable'
  | 'CustomersCreated'
  | 'CustomersAdopted'
  | 'CustomersUpdated'
  | 'CustomersUnchanged'
  | 'ChangesSuperseded'
  | 'CustomersClosed'
  | 'CustomersErased'
  | 'CustomersNotRouted'
  /** Fields that are filled in the CRM but cannot be read, such as a phone number. */
  | 'FieldsUnreadable'
  /** Ids of provider customers that were written into CRM records, and those that a CRM refused. */
  | 'CustomerIdsWritten'
  | 'CustomerIdsRefused'
  | 'ChangesFailed'
  | 'ChangesDeadLettered'
  /** Receives of a message whose body this release cannot read. */
  | 'MessagesUnreadable'
  /** Tries that ended because the provider is paused. */
  | 'ChangesHeldByPause'
  | 'ProviderPaused'
  | 'ProviderProbed'
  | 'ProviderResumed'
  /** Walks through a CRM's changed records that could not go on. */
  | 'WalksFailed'
  /** Comparisons that found too many records missing. */
  | 'ComparisonsStopped'
/** `ChangeLatency`: from the webhook's receipt to the provider's response, in milliseconds. */
export type DurationName = 'ChangeLatency'
export interface Metrics {
  count(name: MetricName, value?: number): void
  measure(name: DurationName, millis: number): void
}

export type Clock = { now(): Date }

/** The same log, with these fields in every line. A line's own fields win. */
export function boundLog(log: Log, bound: LogFields): Log {
  return {
    debug: (message, fields) => log.debug(message, { ...bound, ...fields }),
    info: (message, fields) => log.info(message, { ...bound, ...fields }),
    warn: (message, fields) => log.warn(message, { ...bound, ...fields }),
    error: (message, fields) => log.error(message, { ...bound, ...fields }),
  }
}
