import { pauseMs, tries } from '../work/retries.ts'
import { toCustomerBody } from '../work/to-customer-body.ts'

/** The path of the webhook, after `/webhook/`. */
export const path = 'contacts'
export const workflowId = 'benchPeersContct'

/** Webhook → Code → HTTP Request, tried again by n8n → Respond to Webhook, with 502 when the tries are used up. */
export function workflowOf({ url, key }: { readonly url: string; readonly key: string }): object {
  const nodes = [
    {
      ...node('webhook', 2, { httpMethod: 'POST', path, responseMode: 'responseNode' }),
      // Without one, the path begins with the id of the workflow.
      webhookId: path,
    },
    node('code', 2, {
      mode: 'runOnceForEachItem',
      jsCode: `${toCustomerBody}\nreturn { json: toCustomerBody($json.body) }`,
    }),
    {
      ...node('httpRequest', 4.2, {
        method: 'POST',
        url: `${url}/customers`,
        sendHeaders: true,
        headerParameters: {
          parameters: [
            { name: 'authorization', value: key },
            { name: 'accept', value: 'application/json' },
          ],
        },
        sendBody: true,
        specifyBody: 'json',
        jsonBody: '={{ $json }}',
      }),
      retryOnFail: true,
      maxTries: tries,
      waitBetweenTries: pauseMs,
      onError: 'continueErrorOutput',
    },
    answer('done', 200),
    answer('failed', 502),
  ]
  return {
    id: workflowId,
    name: 'contacts',
    active: false,
    settings: {},
    nodes: nodes.map((each, index) => ({ ...each, position: [200 * index, 0] })),
    connections: {
      webhook: { main: [to('code')] },
      code: { main: [to('httpRequest')] },
      httpRequest: { main: [to('done'), to('failed')] },
    },
  }
}

const node = (type: string, typeVersion: number, parameters: object) => ({
  id: type,
  name: type,
  type: `n8n-nodes-base.${type}`,
  typeVersion,
  parameters,
})

const answer = (name: string, responseCode: number) => ({
  ...node('respondToWebhook', 1.1, { respondWith: 'noData', options: { responseCode } }),
  id: name,
  name,
})

const to = (name: string) => [{ node: name, type: 'main', index: 0 }]
