import { defineSyncConfig } from './lib/sync-config.ts'

/**
 * The operator's settings: the CRMs to follow, the providers in use, and where customers are created. Validated at
 * start and before packaging; docs/configuration.md describes every setting.
 */
export default defineSyncConfig({
  sources: {
    attio: {},
    bitrix24: {},
    close: {},
    cloudevents: {},
    dynamics: {},
    hubspot: {},
    intercom: {},
    odoo: {},
    pipedrive: {},
    salesforce: {},
    'standard-webhooks': {},
    zoho: {},
  },
  // A provider that is not listed is never called: links there are kept, but not updated.
  providers: ['notchpay', 'wooshpay'],
  // The first matching route decides where a customer is created. Existing links are kept up to date wherever the customer moves.
  // The country is the address's, else the billing address's, else the phone number's.
  routes: [
    { countries: ['CM', 'CI', 'SN', 'GA', 'GH', 'NG', 'KE', 'UG'], to: 'notchpay' },
    { to: 'wooshpay' },
  ],
  policies: {
    // When the CRM deletes a record: 'keep' the provider customer, or 'block' or 'delete' it where the provider can.
    onDelete: 'keep',
    // Customer fields that an empty CRM field clears at the provider. E-mail and phone are never cleared.
    clear: [],
    // A record without a link: 'create' a customer, or 'adopt-or-create': search for an existing one first, where the provider can.
    firstSight: 'create',
    // A phone number in the CRM that cannot be read: 'keep' leaves the provider the number it has, which for mobile money is
    // the account that is paid; 'refuse' dead-letters the change (PHONE_UNREADABLE) until the number is fixed.
    unreadablePhone: 'keep',
  },
})
