import type { Invocation } from './partial-batch-response.ts'

export type InvokeFunction = (event: unknown, signal: AbortSignal) => Promise<Invocation>

/**
 * Invokes a function at Lambda's Invoke API (serverless-offline serves it) and waits for its answer, at most
 * `timeoutSeconds`. Never throws: what goes wrong is an invocation that failed.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function functionInvoker(
  lambdaUrl: string,
  functionName: string,
  timeoutSeconds: number,
): InvokeFunction {
  const url = `${lambdaUrl}/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`
  return async (event, signal) => {
    // The server ends a function that runs too long; the extra second is for its word about that.
    const limit = AbortSignal.timeout((timeoutSeconds + 1) * 1000)
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-amz-invocation-type': 'RequestResponse',
        },
        body: JSON.stringify(event),
        signal: AbortSignal.any([signal, limit]),
      })
      return readInvocation(response.status, response.headers, await response.text())
    } catch (error) {
      return {
        failed: true,
        reason: limit.aborted ? 'timed out' : String((error as Error).message),
      }
    }
  }
}

function readInvocation(status: number, headers: Headers, body: string): Invocation {
  if (headers.has('x-amz-function-error')) return { failed: true, reason: errorMessage(body) }
  if (status < 200 || status > 299) return { failed: true, reason: `the invoke endpoint answered ${status}` }
  if (body === '') return { failed: false, answer: null }
  try {
    return { failed: false, answer: JSON.parse(body) }
  } catch {
    return { failed: true, reason: 'the answer is not JSON' }
  }
}

function errorMessage(body: string): string {
  try {
    return String(JSON.parse(body).errorMessage)
  } catch {
    return 'the function failed'
  }
}
