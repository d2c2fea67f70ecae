/** The answer to a webhook. */
export type WebhookAnswer = {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

type Success = 200 | 202

/**
 * What CRMs are answered in different ways: a row of the table of all CRMs, which docs/operations.md shows and
 * test/functions/door.test.ts checks cell by cell. The source's folder is the only place of its row.
 */
export type DoorAnswers = {
  /** Every change in the request is safely on the queue. */
  readonly queued: Success
  /** Authentic, and nothing in it is followed. */
  readonly ignored: Success
  /**
   * Authentic, but not the CRM's format: 2xx where the CRM bans, pauses or fails a webhook that is refused, or sends nothing again
   * anyway, so that one bad body does not cost the good ones after it. It is logged as an error and raises an alarm.
   */
  readonly unreadable: Success | 400 | 415
  /** HEAD: 200 where the CRM checks the URL by it. */
  readonly head: 200 | 405
  /** What a success contains, where the CRM needs more than its status. */
  readonly acknowledgement?: Pick<WebhookAnswer, 'body' | 'headers'>
}

/** The status of every other refusal, the same for all CRMs, in the order of the checks. */
export const refusals = {
  unknownSource: 404,
  wrongMethod: 405,
  tooLarge: 413,
  wrongMediaType: 415,
  unproven: 401,
  /** Also where a body is refused before it is read. */
  unreadable: 400,
  /** The queue or the secret store did not answer: the CRM must send it again. */
  unavailable: 503,
} as const

/** A success as the CRM needs it. */
export function accept(
  status: Success,
  { acknowledgement = { body: '', headers: {} } }: DoorAnswers,
): WebhookAnswer {
  return { status, ...acknowledgement }
}

/** Whether a cell of the row is a success. */
export function isSuccess(status: number): status is Success {
  return status < 300
}
