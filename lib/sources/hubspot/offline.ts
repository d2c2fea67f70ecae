import { fieldsEntry, invented, sandbox, writeBackEntry } from '../../support/doc-entries.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { hubspotDiagnosis } from './diagnosis.ts'
import { hubspotSandbox } from './sandbox.ts'
import { signHubspotRequest } from './signature.ts'

const portalId = 48213377

/** An event about the contact that the contract suite reads. */
const changeOf = (propertyName: string) => ({
  subscriptionType: 'contact.propertyChange',
  propertyName,
  objectId: 501,
  portalId,
  eventId: 9,
  occurredAt: 1772442900000,
  changeSource: 'INTEGRATION',
})

export const offline = {
  secrets: {
    HUBSPOT_CLIENT_SECRET: 'hubspot-client-secret-offline',
    // The samples are from two portals.
    HUBSPOT_ACCESS_TOKEN: `${portalId}=pat-offline,48990112=pat-offline-second`,
  },
  wrongSecrets: { HUBSPOT_CLIENT_SECRET: 'the secret of another app' },
  // HubSpot sends the old signature along with the new one; the new one decides.
  sign: (webhook, secret) => {
    const request = { ...webhook, method: 'POST', clientSecret: secret('HUBSPOT_CLIENT_SECRET') }
    return { headers: { ...signHubspotRequest(request, 'v1'), ...signHubspotRequest(request, 'v3') } }
  },
  sandboxes: {
    HUBSPOT_API_URL: {
      isDefault: true,
      create: ({ HUBSPOT_ACCESS_TOKEN: accessToken = '' }) => hubspotSandbox({ accessToken, portalId }),
    },
  },
  tell: (person, { eventId, at }) => ({
    body: [
      {
        portalId,
        subscriptionType: 'contact.propertyChange',
        objectId: person.id,
        eventId,
        occurredAt: at.getTime(),
        propertyName: 'email',
        propertyValue: person.email,
      },
    ],
    records: [
      {
        object: 'contacts',
        id: String(person.id),
        properties: {
          firstname: person.given,
          lastname: person.family,
          email: person.email,
          phone: person.phone,
          mobilephone: person.phone,
          company: person.company,
          address: person.line1,
          city: person.city,
          state: person.state,
          zip: person.postalCode,
          country: person.country,
          hs_country_region_code: person.country,
        },
      },
    ],
  }),
  diagnosis: hubspotDiagnosis,
  docs: {
    records: 'contacts, companies',
    variables: {
      HUBSPOT_API_URL: {
        meaning: 'Origin of the API, such as `https://api.hubapi.com`.',
        offline: sandbox,
      },
      HUBSPOT_ACCESS_TOKEN: {
        meaning: 'Token of a private app, or `portalId=token` pairs separated by commas for several portals.',
        offline: invented,
      },
      HUBSPOT_CLIENT_SECRET: {
        meaning:
          "The app's client secret, which verifies webhooks. Several separated by commas while it is rotated.",
        offline: invented,
      },
    },
    settings: {
      fields: fieldsEntry,
      allowUntimedSignatures: {
        values: '`true`, `false`',
        meaning: 'Accept requests signed with v1 or v2 only. They carry no time, so they can be replayed.',
        unset: '`false`',
      },
      writeBack: writeBackEntry('notchpay_customer_id'),
    },
    proof: {
      type: 'apiKey',
      in: 'header',
      name: 'X-HubSpot-Signature-v3',
      description: 'With X-HubSpot-Request-Timestamp, as HubSpot signs requests.',
    },
  },
  contract: {
    // Without a portal id, so that HubSpot is asked for it.
    secrets: { HUBSPOT_ACCESS_TOKEN: 'pat-contract' },
    records: [
      {
        object: 'contacts',
        id: '501',
        properties: { firstname: 'Ama', phone: '024 123 4567', country: 'Ghana' },
      },
      { object: 'contacts', id: '502', deleted: true },
      { object: 'contacts', id: '503', mergedInto: '501' },
    ],
    account: String(portalId),
    foreignAccount: '48990112',
    accountPath: '/account-info/v3/details',
    found: '501',
    deleted: '502',
    merged: '503',
    mergedInto: '501',
    followed: 'contact.creation',
    nameless: [
      { subscriptionType: 'contact.propertyChange', propertyName: 'email', objectId: 7, portalId: 1 },
    ],
    unfollowed: [{ subscriptionType: 'deal.creation', objectId: 7, portalId: 1 }],
    writeBack: {
      config: {
        writeBack: { contact: { notchpay: 'notchpay_customer_id', wooshpay: 'wooshpay_customer_id' } },
      },
      echo: [changeOf('notchpay_customer_id')],
      mixed: [changeOf('notchpay_customer_id'), changeOf('email')],
    },
  },
} satisfies OfflineSource
