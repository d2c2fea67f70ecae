import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ContactEvent } from '../work/contact-event.ts'
import { createCustomer } from '../work/create-customer.ts'
import { pauseMs, tries } from '../work/retries.ts'

/** An HTTP server that creates the customer while the webhook waits for its answer. */
const { PROVIDER_URL: url = '', PROVIDER_KEY: key = '', PORT } = process.env

createServer(async (req, res) => {
  try {
    await tryToCreate(JSON.parse(await text(req)) as ContactEvent)
    res.writeHead(200).end()
  } catch {
    res.writeHead(502).end()
  }
}).listen(Number(PORT), '127.0.0.1')

async function tryToCreate(event: ContactEvent): Promise<void> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await createCustomer(url, key, event)
    } catch (error) {
      if (left === 0) throw error
      await sleep(pauseMs)
    }
  }
}
