import { Agent, request } from 'node:http'
import type { ContactEvent } from './contact-event.ts'
import { toCustomerBody } from './to-customer-body.ts'

const agent = new Agent({ keepAlive: true })

/** Calls the provider once for the contact. Rejects unless the answer says that the customer was created. */
export function createCustomer(url: string, key: string, event: ContactEvent): Promise<void> {
  const body = JSON.stringify(toCustomerBody(event))
  const headers = {
    authorization: key,
    accept: 'application/json',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    const req = request(`${url}/customers`, { agent, method: 'POST', headers }, (res) => {
      const { statusCode = 0 } = res
      res.resume().on('end', () => {
        if (statusCode >= 200 && statusCode < 300) resolve()
        else reject(new Error(`the provider answered ${statusCode}`))
      })
    })
    req.on('error', reject).end(body)
  })
}
