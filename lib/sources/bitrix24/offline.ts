import { fieldsEntry, invented, sandbox } from '../../support/doc-entries.ts'
import { formBody } from '../form-body.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { bitrix24Diagnosis } from './diagnosis.ts'
import { bitrix24Sandbox } from './sandbox.ts'
import { signBitrix24Body } from './signature.ts'

const portal = {
  domain: 'baobab.bitrix24.com',
  client_endpoint: 'https://baobab.bitrix24.com/rest/',
  server_endpoint: 'https://oauth.bitrix.info/rest/',
  member_id: '5c1f0b7d9e3a42688d40c2b6a17f93e5',
} as const

export const offline = {
  secrets: {
    BITRIX24_WEBHOOK_SECRET: 'bitrix24applicationtokenoffline',
    BITRIX24_ACCESS_TOKEN: '17/bitrix24codeoffline',
  },
  wrongSecrets: { BITRIX24_WEBHOOK_SECRET: 'applicationtokenofanotherportal' },
  sign: ({ body }, secret) => ({ body: signBitrix24Body(body, secret('BITRIX24_WEBHOOK_SECRET')) }),
  encoding: formBody,
  sandboxes: {
    BITRIX24_API_URL: {
      isDefault: true,
      create: ({ BITRIX24_ACCESS_TOKEN: accessToken = '' }) => bitrix24Sandbox({ accessToken }),
    },
  },
  tell: (person, { at }) => ({
    body: {
      event: 'ONCRMCONTACTUPDATE',
      event_handler_id: '31',
      data: { FIELDS: { ID: String(person.id) } },
      ts: String(Math.floor(at.getTime() / 1000)),
      auth: portal,
    },
    records: [
      {
        object: 'contact',
        id: person.id,
        name: person.given,
        lastName: person.family,
        fm: [
          { typeId: 'PHONE', valueType: 'MOBILE', value: person.phone },
          { typeId: 'EMAIL', valueType: 'WORK', value: person.email },
        ],
        ufCrm1700000000: person.note,
        addresses: [
          {
            ADDRESS_1: person.line1,
            CITY: person.city,
            POSTAL_CODE: person.postalCode,
            PROVINCE: person.state,
            COUNTRY: person.country,
          },
        ],
        updatedTime: at.toISOString(),
      },
    ],
  }),
  diagnosis: bitrix24Diagnosis,
  docs: {
    records: 'leads, contacts, companies',
    variables: {
      BITRIX24_API_URL: {
        meaning: "The portal's address, such as `https://acme.bitrix24.com`.",
        offline: sandbox,
      },
      BITRIX24_ACCESS_TOKEN: {
        meaning:
          "`<user>/<code>` of an incoming webhook: what follows `/rest/` in its URL. The webhook's user must see all records.",
        offline: invented,
      },
      BITRIX24_WEBHOOK_SECRET: {
        meaning: "The outgoing webhook's application token. Several separated by commas while it is rotated.",
        offline: invented,
      },
    },
    settings: { fields: fieldsEntry },
    proof: {
      type: 'apiKey',
      in: 'query',
      name: 'auth[application_token]',
      description:
        "The outgoing webhook's application token, as a field of the form in the body, which OpenAPI has no place for.",
    },
  },
  contract: {
    records: [
      {
        object: 'contact',
        id: 8,
        name: 'Ama',
        lastName: 'Serwaa',
        fm: [{ typeId: 'EMAIL', value: 'ama@example.gh' }],
        addresses: [{ CITY: 'Accra', COUNTRY: 'Ghana' }],
      },
      { object: 'contact', id: 9, deleted: true },
    ],
    account: portal.member_id,
    foreignAccount: null,
    accountPath: null,
    found: '8',
    deleted: '9',
    merged: null,
    mergedInto: null,
    followed: 'contact.update',
    nameless: {
      event: 'ONCRMCONTACTUPDATE',
      data: { FIELDS: { ID: '8' } },
      auth: { member_id: portal.member_id },
    },
    unfollowed: { event: 'ONCRMDEALUPDATE', data: { FIELDS: { ID: '662' } }, auth: portal },
  },
} satisfies OfflineSource
