import { defineSyncConfig } from './lib/core/sync-config.ts'

/** What an operator edits: which CRMs are listened to, and which customer goes where. Checked at start. */
export default defineSyncConfig({
  sources: {
    hubspot: {},
    pipedrive: {},
    'standard-webhooks': {},
  },
  providers: ['notchpay', 'wooshpay'],
  // The first route that fits decides where a customer is created. Links that exist are always kept up to date.
  routes: [
    { countries: ['CM', 'CI', 'SN', 'GA', 'GH', 'NG', 'KE', 'UG'], to: 'notchpay' },
    { to: 'wooshpay' },
  ],
  policies: {
    onDelete: 'keep',
    clear: [],
    firstSight: 'create',
    // A phone number in the CRM that cannot be read: 'keep' leaves the provider the number it has, which for mobile money is
    // the account that is paid; 'refuse' dead-letters the change (PHONE_UNREADABLE) until the number is put right.
    unreadablePhone: 'keep',
  },
})
