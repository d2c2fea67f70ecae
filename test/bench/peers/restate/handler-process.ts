import { createServer } from 'node:http2'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ContactEvent } from '../work/contact-event.ts'
import { createCustomer } from '../work/create-customer.ts'
import { pauseMs } from '../work/retries.ts'

/** A virtual object for each contact, whose handler creates the customer and is tried again until it succeeds. */
type RestateContext = {
  run(name: string, action: () => Promise<void>, options: object): Promise<void>
}
type RestateSdk = {
  object(definition: object): unknown
  createEndpointHandler(options: {
    readonly services: readonly unknown[]
  }): Parameters<typeof createServer>[1]
}

const { PROVIDER_URL: url = '', PROVIDER_KEY: key = '', PORT, PEER_FOLDER = '' } = process.env

// It is not among the dependencies of this project.
const sdk = createRequire(join(PEER_FOLDER, 'package.json'))('@restatedev/restate-sdk') as RestateSdk

/** Without a greatest number of attempts, there is none. */
const retry = { initialRetryInterval: pauseMs, retryIntervalFactor: 2, maxRetryInterval: 5000 }

const contact = sdk.object({
  name: 'contact',
  handlers: {
    sync: (context: RestateContext, event: ContactEvent) =>
      context.run('create', () => createCustomer(url, key, event), retry),
  },
})

createServer(sdk.createEndpointHandler({ services: [contact] })).listen(Number(PORT), '127.0.0.1')
