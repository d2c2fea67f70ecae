import { Misconfigured, RetryLater, SyncError, WebhookRejected } from '../model/errors.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { Log, Metrics } from '../ports/observers.ts'
import { refusals, type WebhookAnswer } from '../ports/webhook-answers.ts'

type RefusalDeps = {
  readonly isSource: (name: string) => boolean
  readonly log: Log
  readonly metrics: Metrics
}

/** The answer to a webhook that failed: the error's own status, or 503, which asks the CRM to send it again. */
export function refusal(
  error: unknown,
  sourceName: string,
  { isSource, log, metrics }: RefusalDeps,
): WebhookAnswer {
  const source = isSource(sourceName) ? sourceName : 'unknown'
  if (error instanceof WebhookRejected) {
    metrics.count('WebhooksRefused')
    const { status, code, message } = error
    log.warn(logMessages.webhookRefused, { source, status, code, reason: message })
    return plain(status, message, status === refusals.wrongMethod ? { allow: 'POST' } : {})
  }
  log.error(logMessages.webhookNotAccepted, { source, ...reasonOf(error) })
  return plain(refusals.unavailable, 'not accepted, please send it again', { 'retry-after': '30' })
}

/** The message of an unforeseen error may quote the request, so only its class is logged. */
export function reasonOf(error: unknown): { readonly code: string; readonly reason: string } {
  const isForeseen =
    error instanceof RetryLater || error instanceof Misconfigured || error instanceof WebhookRejected
  if (isForeseen) return { code: error.code, reason: error.message }
  return {
    code: error instanceof SyncError ? error.code : 'UNEXPECTED',
    reason: error instanceof Error ? error.name : typeof error,
  }
}

function plain(status: number, line: string, headers: Record<string, string>): WebhookAnswer {
  return {
    status,
    body: `${line}\n`,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  }
}
