import { type Posted, post } from './post.ts'
import type { Sample } from './samples.ts'

/** Lambda's Invoke API of the local stack. */
export type LocalFunctions = { readonly url: string; readonly stage: string }

type EventSample = Sample & { readonly eventFunction: string }

/**
 * Invokes the function of an event as EventBridge would, and waits for it. The status is 200, or 500 when the function failed.
 * Events reach the local stack only: of a deployed one, the bus belongs to the CRM.
 */
export async function postEvent(sample: EventSample, functions: LocalFunctions | undefined): Promise<Posted> {
  const { file, source, body, eventFunction } = sample
  if (!functions) {
    const command = `npx serverless invoke -f ${eventFunction} --path ${file}`
    return { file, source, status: null, answer: `not sent: it is an event of EventBridge, see ${command}` }
  }
  const url = `${functions.url}/2015-03-31/functions/crm-pay-sync-${functions.stage}-${eventFunction}/invocations`
  return post(sample, { url, headers: { 'content-type': 'application/json' }, body }, (response) =>
    response.headers.has('x-amz-function-error') ? 500 : response.status,
  )
}
