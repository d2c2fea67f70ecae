/** The messages that functions log, by a stable key. A log is read by these, never by words in between. */
export const logMessages = {
  webhookAccepted: 'webhook accepted',
  webhookRefused: 'webhook refused',
  webhookNotAccepted: 'webhook not accepted, the CRM is asked to send it again',
  changeQueued: 'change queued',
  customerCreated: 'customer created',
  customerAdopted: 'customer adopted',
  customerUpdated: 'customer updated',
  customerUnchanged: 'customer unchanged',
  changeSuperseded: 'change superseded by a newer state',
  linkClosed: 'link closed',
  customerErased: 'customer erased',
  customerNotRouted: 'customer not routed: no route takes it',
  changeRetried: 'change will be tried again',
  changeDeadLettered: 'change dead-lettered',
  deadLetterRedriven: 'dead letter redriven',
  providerPaused: 'provider paused',
  providerProbed: 'provider tried again',
  providerResumed: 'provider resumed',
} as const

export type LogEvent = keyof typeof logMessages
