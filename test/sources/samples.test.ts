import { customerSchema } from '../../lib/core/model/customer.ts'
import type { CrmSource } from '../../lib/core/ports/crm-source.ts'
import { hubspotSandbox } from '../../lib/offline/sandbox/hubspot.ts'
import { pipedriveSandbox } from '../../lib/offline/sandbox/pipedrive.ts'
import { type RunningSandbox, startSandbox } from '../../lib/offline/sandbox/server.ts'
import { hubspotSource, parseAccessTokens } from '../../lib/sources/hubspot/index.ts'
import { pipedriveSource } from '../../lib/sources/pipedrive/index.ts'
import { standardWebhooksSource } from '../../lib/sources/standard-webhooks/index.ts'
import { aRequest, clock, samplesOf } from './requests.ts'

/** The samples are of two portals. */
const accessToken = '48213377=t,48990112=t-second'

const unfollowed = new Set(['deal.creation', 'object.deletion', 'deal.change', 'invoice.paid'])

/** What a sample needs to be read back to become a customer; what is not listed is found, or came along. */
const outcomes: Readonly<Record<string, string>> = {
  'test-button': 'deleted',
  'contact.deletion': 'deleted',
  'contact.privacyDeletion': 'deleted',
  'company.deletion': 'deleted',
  'person.create': 'deleted',
  'v1.person.added': 'deleted',
  'v1.organization.added': 'deleted',
  'organization.create': 'deleted',
  'person.delete': 'deleted',
  'organization.delete': 'deleted',
  'v1.person.deleted': 'deleted',
  'v1.organization.deleted': 'deleted',
}

describe.each(['hubspot', 'pipedrive'] as const)('the %s samples', (name) => {
  let api: RunningSandbox
  let source: CrmSource
  beforeAll(async () => {
    const sandbox = name === 'hubspot' ? hubspotSandbox({ accessToken }) : pipedriveSandbox({ apiToken: 't' })
    for (const { records } of samplesOf(name)) for (const record of records) sandbox.putRecord?.(record)
    api = await startSandbox(sandbox)
    source =
      name === 'hubspot'
        ? hubspotSource({
            clientSecrets: [],
            accessTokens: parseAccessTokens(accessToken),
            apiUrl: api.url,
            publicUrl: api.url,
            clock,
          })
        : pipedriveSource({ webhookUsers: [], webhookPasswords: [], apiUrl: api.url, apiToken: 't', clock })
  })
  afterAll(() => api.close())

  it.each(samplesOf(name))('$name tells of a record that the sandbox knows', async (sample) => {
    const { changes, ignored } = source.readChanges(aRequest({ body: sample.body }))
    expect({ changed: changes.length > 0, ignored: ignored > 0 }).toEqual({
      changed: !unfollowed.has(sample.name),
      ignored: unfollowed.has(sample.name),
    })
    for (const answer of await source.fetchCustomers(changes)) {
      expect(answer.kind).toBe(outcomes[sample.name] ?? 'found')
      if (answer.kind !== 'found') continue
      const { email, phone, name: person } = answer.customer
      expect(customerSchema.safeParse(answer.customer).error).toBeUndefined()
      expect(person).toBeDefined()
      expect(Boolean(email ?? phone)).toBe(
        !['contact.creation-unreachable', 'organization.change', 'v1.organization.updated'].includes(
          sample.name,
        ),
      )
    }
    for (const { snapshot } of changes) {
      if (snapshot) expect(customerSchema.safeParse(snapshot.customer).error).toBeUndefined()
    }
  })
})

it.each(samplesOf('standard-webhooks'))('the standard-webhooks sample $name is read', (sample) => {
  const source = standardWebhooksSource({ secrets: [], clock })
  const { changes, ignored } = source.readChanges(aRequest({ body: sample.body }))
  expect([changes.length, ignored]).toEqual(unfollowed.has(sample.name) ? [0, 1] : [1, 0])
  for (const { snapshot } of changes) {
    if (snapshot) expect(customerSchema.safeParse(snapshot.customer).error).toBeUndefined()
  }
})
