import { pauseMs, tries } from '../work/retries.ts'
import { toCustomerBody } from '../work/to-customer-body.ts'

/** The path of the webhook. */
export const path = '/contacts'

/** http in → function → http request → function → http response, or a delay and the http request again. */
export function flowOf({ url, key }: { readonly url: string; readonly key: string }): readonly object[] {
  const map = `
${toCustomerBody}
msg.customer = toCustomerBody(msg.payload)
msg.payload = msg.customer
msg.headers = { authorization: ${JSON.stringify(key)}, accept: 'application/json' }
msg.tries = 0
return msg`
  const judge = `
msg.tries += 1
const isDone = msg.statusCode >= 200 && msg.statusCode < 300
if (isDone || msg.tries === ${tries}) {
  return [{ ...msg, statusCode: isDone ? 200 : 502, headers: {}, payload: '' }, null]
}
msg.payload = msg.customer
msg.headers = { authorization: ${JSON.stringify(key)}, accept: 'application/json' }
return [null, msg]`
  const nodes = [
    { id: 'webhook', type: 'http in', url: path, method: 'post', wires: [['map']] },
    { id: 'map', type: 'function', func: map, outputs: 1, wires: [['create']] },
    {
      id: 'create',
      type: 'http request',
      method: 'POST',
      url: `${url}/customers`,
      ret: 'txt',
      persist: true,
      wires: [['judge']],
    },
    { id: 'judge', type: 'function', func: judge, outputs: 2, wires: [['answer'], ['wait']] },
    {
      id: 'wait',
      type: 'delay',
      pauseType: 'delay',
      timeout: String(pauseMs),
      timeoutUnits: 'milliseconds',
      wires: [['create']],
    },
    { id: 'answer', type: 'http response', wires: [] },
  ]
  return [{ id: 'tab', type: 'tab', label: 'contacts' }, ...nodes.map((node) => ({ ...node, z: 'tab' }))]
}
