/** What an invocation came to: the function's answer, or that it threw, timed out or could not be reached. */
export type Invocation =
  | { readonly failed: false; readonly answer: unknown }
  | {
      readonly failed: true
      readonly reason: string
      /** As Lambda names it: the class of what was thrown, or `Sandbox.Timedout`, `Runtime.ExitError`. */
      readonly errorType?: string
      readonly trace?: readonly string[]
    }

/** Every message is deleted or every one stays, or only those named in the answer stay. */
export type BatchVerdict = {
  readonly failedIds: ReadonlySet<string>
  readonly complaint?: string
}

/**
 * Which messages of a batch stay on the queue, by Lambda's rules for partial batch responses: an empty or absent
 * list means that all succeeded; a failure that cannot be matched to a message means that none did.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function judgeBatch(
  messageIds: readonly string[],
  invocation: Invocation,
  reportsBatchItemFailures: boolean,
): BatchVerdict {
  const all = (complaint: string): BatchVerdict => ({
    failedIds: new Set(messageIds),
    complaint,
  })
  if (invocation.failed) return all(invocation.reason)
  if (!reportsBatchItemFailures) return { failedIds: new Set() }

  const { answer } = invocation
  if (answer === null || answer === undefined) return { failedIds: new Set() }
  // Lambda's page is silent on answers that are no object; taking them for "all failed" shows the mistake.
  if (typeof answer !== 'object' || Array.isArray(answer)) return all('the answer is not an object')
  const { batchItemFailures: failures } = answer as {
    batchItemFailures?: unknown
  }
  if (failures === null || failures === undefined) return { failedIds: new Set() }
  if (!Array.isArray(failures)) return all('batchItemFailures is not a list')

  const failedIds = new Set<string>()
  for (const failure of failures) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier
    if (typeof id !== 'string' || !messageIds.includes(id)) {
      return all('batchItemFailures names a message that is not in the batch')
    }
    failedIds.add(id)
  }
  return { failedIds }
}
