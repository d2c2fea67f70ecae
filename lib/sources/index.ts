/** All CRMs. To add one, add its folder and one line here. */

export { bitrix24 } from './bitrix24/index.ts'
export { dynamics } from './dynamics/index.ts'
export { hubspot } from './hubspot/index.ts'
export { odoo } from './odoo/index.ts'
export { pipedrive } from './pipedrive/index.ts'
export { standardWebhooks } from './standard-webhooks/index.ts'
export { zoho } from './zoho/index.ts'
