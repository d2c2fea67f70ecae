/** One line a step. Fields are ids, codes and counts: never a name, e-mail, phone, address or secret. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | null | undefined | readonly string[]>
>
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Counts for the operator's dashboard and alarms. */
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
  /** Fields that are filled in the CRM and cannot be read, such as a phone number. */
  | 'FieldsUnreadable'
  | 'ChangesFailed'
  | 'ChangesDeadLettered'
  /** Each time a message is received whose body this release cannot read. */
  | 'MessagesUnreadable'
  /** Each time a waiting change meets a paused provider. */
  | 'ChangesHeldByPause'
  | 'ProviderPaused'
  | 'ProviderProbed'
  | 'ProviderResumed'
/** `ChangeLatency`: from the webhook's receipt to the provider's answer. */
export type DurationName = 'ChangeLatency'
export interface Metrics {
  count(name: MetricName, value?: number): void
  measure(name: DurationName, millis: number): void
}

export type Clock = { now(): Date }
