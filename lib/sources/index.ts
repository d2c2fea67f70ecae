/** All CRMs. To add one, add its folder and one line here. */
export { attio } from './attio/index.ts'
export { close } from './close/index.ts'
export { hubspot } from './hubspot/index.ts'
export { pipedrive } from './pipedrive/index.ts'
export { standardWebhooks } from './standard-webhooks/index.ts'
