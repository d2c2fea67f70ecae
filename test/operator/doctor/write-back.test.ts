import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { examine } from '../../../lib/operator/doctor/doctor.ts'
import { hubspotSandbox } from '../../../lib/sources/hubspot/sandbox.ts'
import { offlineSource } from '../../../lib/sources/offline.ts'
import syncConfig from '../../../sync.config.ts'
import { type DoctorWorld, problems, startDoctorWorld } from '../../support/doctor-world.ts'

/** What the doctor tells of writing ids into CRM records. */
const names = ['hubspot', 'pipedrive', 'salesforce'] as const
const contactOf = (name: (typeof names)[number]) =>
  offlineSource(name).contract.writeBack?.config.writeBack.contact ?? {}

let world: DoctorWorld
beforeAll(async () => {
  for (const name of names)
    Object.assign(syncConfig.sources[name] ?? {}, { writeBack: { contact: contactOf(name) } })
  world = await startDoctorWorld()
})
beforeEach(() => world.restart())
afterAll(() => world.close())

const put = (name: string, record: object) => world.sandboxes[name]?.sandbox.putRecord?.(record)

it('where they are written to, when all is well', async () => {
  const findings = await examine({})
  expect(findings.filter(({ check }) => check.startsWith('write-back'))).toEqual(
    names.map((name) => ({
      check: `write-back ${name}`,
      ok: true,
      finding: expect.stringMatching(
        new RegExp(
          `^ids are written into ${Object.values(contactOf(name))[0]} of (contacts|persons|Contact)`,
        ),
      ),
      fix: null,
    })),
  )
})

it('a property that is missing, or cannot hold an id', async () => {
  const [field = ''] = Object.values(contactOf('pipedrive'))
  put('hubspot', { object: 'properties', of: 'contacts', name: 'notchpay_customer_id', type: 'number' })
  put('pipedrive', {
    object: 'fields',
    of: 'persons',
    field_code: field,
    field_name: 'x',
    field_type: 'double',
  })
  put('salesforce', {
    object: 'CustomField',
    of: 'Contact',
    name: 'NotchPay_Customer_Id__c',
    updateable: false,
  })
  expect(await problems()).toEqual({
    'write-back hubspot': [
      'the property notchpay_customer_id of contacts of portal 48213377 is of the type number',
      'Create it under Settings → Properties as single-line text, or correct its name in sync.config.ts: see docs/connect/hubspot.md.',
    ],
    'write-back pipedrive': [
      `the property ${field} of persons is of the type double`,
      'Create a custom field of the type Text, and copy its API key into sync.config.ts: see docs/connect/pipedrive.md.',
    ],
    'write-back salesforce': [
      'the property NotchPay_Customer_Id__c of Contact cannot be edited by the connected user',
      'Create it in Setup → Object Manager as Text(80), and let the connected user edit it: see docs/connect/salesforce.md.',
    ],
  })
})

it('a property that does not exist', async () => {
  Object.assign(syncConfig.sources.hubspot ?? {}, { writeBack: { company: { notchpay: 'typo_id' } } })
  Object.assign(syncConfig.sources.pipedrive ?? {}, { writeBack: { company: { notchpay: 'f'.repeat(40) } } })
  Object.assign(syncConfig.sources.salesforce ?? {}, { writeBack: { lead: { notchpay: 'Typo__c' } } })
  const found = await problems()
  expect(Object.values(found).map(([finding]) => finding)).toEqual([
    'the property typo_id of companies of portal 48213377 does not exist',
    `the property ${'f'.repeat(40)} of organizations does not exist`,
    'the property Typo__c of Lead does not exist, or the connected user may not see it',
  ])
})

it('a token of HubSpot that may read only', async () => {
  const scopes = ['crm.objects.contacts.read', 'crm.objects.companies.read']
  const strict = await startSandbox(hubspotSandbox({ accessToken: 'pat', scopes }))
  Object.assign(syncConfig.sources.hubspot ?? {}, {
    writeBack: { contact: { notchpay: 'notchpay_customer_id' } },
  })
  world.restart({ environment: { HUBSPOT_API_URL: strict.url, HUBSPOT_ACCESS_TOKEN: 'pat' } })
  expect((await problems())['write-back hubspot']).toEqual([
    'ids cannot be written: the token lacks the scope crm.objects.contacts.write',
    'Add it under Scopes of the private app: see docs/connect/hubspot.md.',
  ])
  await strict.close()
})

it('nothing where it is switched off', async () => {
  for (const name of names) Object.assign(syncConfig.sources[name] ?? {}, { writeBack: {} })
  const checks = (await examine({})).map(({ check }) => check)
  expect(checks.filter((check) => check.startsWith('write-back'))).toEqual([])
})
