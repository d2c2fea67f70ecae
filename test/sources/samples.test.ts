import { type RecordChange, refOf, type SourceName } from '../../lib/core/model/change.ts'
import { customerSchema } from '../../lib/core/model/customer.ts'
import type { CrmSource } from '../../lib/core/ports/crm-source.ts'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { sourceNames } from '../../lib/sources/registry.ts'
import { aSource, halvesOf, startCrmSandbox } from '../support/a-source.ts'
import { aRequest, type Sample, samplesOf } from './requests.ts'

const unfollowed = new Set([
  'deal.creation',
  'object.deletion',
  'deal.change',
  'cdc.opportunity.update',
  'deal.update',
  'deals.update',
  'invoice.paid',
  'lead.change',
  'note.created',
  'opportunity.update',
  'opportunity.updated',
  'outbound.deleted-meanwhile',
  'outbound.opportunity',
  'ping',
  'close/lead.deleted',
])
const isUnfollowed = (source: SourceName, { name }: Sample) =>
  unfollowed.has(name) || unfollowed.has(`${source}/${name}`)

/** Samples that say that records were left out. */
const recordless = new Set(['cdc.account.gap-overflow'])

/** The samples of customers with neither an e-mail address nor a phone number. */
const unreachable = new Set([
  'contact.creation-unreachable',
  'organization.change',
  'v1.organization.updated',
  'company.updated',
  'record.created-company',
])

/** What reading a sample back requires to yield a customer, by its name, with the source where that is needed. Samples not listed are found, or contain the customer. */
const outcomes: Readonly<Record<string, string>> = {
  'test-button': 'deleted',
  'contact.deletion': 'deleted',
  'contact.privacyDeletion': 'deleted',
  'company.deletion': 'deleted',
  // Deleted by a later sample.
  'contact.add': 'deleted',
  'contact.delete': 'deleted',
  'company.add': 'deleted',
  'company.delete': 'deleted',
  'lead.add': 'deleted',
  'lead.delete': 'deleted',
  'person.create': 'deleted',
  'v1.person.added': 'deleted',
  'v1.organization.added': 'deleted',
  'organization.create': 'deleted',
  'person.delete': 'deleted',
  'organization.delete': 'deleted',
  'partner.archive': 'deleted',
  'partner.delete': 'deleted',
  'v1.person.deleted': 'deleted',
  'v1.organization.deleted': 'deleted',
  'cdc.contact.delete': 'deleted',
  'cdc.contact.delete-merged': 'merged',
  'contacts.delete': 'deleted',
  'accounts.delete': 'deleted',
  'leads.delete': 'deleted',
  'dynamics/account.create': 'deleted',
  'dynamics/account.delete': 'deleted',
  'intercom/contact.deleted': 'deleted',
  'intercom/contact.archived': 'deleted',
  'intercom/contact.merged': 'merged',
  'intercom/company.created': 'deleted',
  'intercom/company.deleted': 'deleted',
  'close/contact.created': 'deleted',
  'close/contact.deleted': 'deleted',
  'record.created': 'deleted',
  'record.deleted': 'deleted',
  'record.created-before-merge': 'deleted',
}

/** The records that the changes concern: those of related records are looked up. */
async function recordsOf({ expand }: CrmSource, changes: readonly RecordChange[]) {
  const concerned = changes.map(async (change) =>
    change.kind === 'related' ? ((await expand?.(refOf(change))) ?? []) : [change],
  )
  return (await Promise.all(concerned)).flat()
}

function readChangesOf({ door, name, readEvent }: CrmSource, { body, headers, isEvent }: Sample) {
  if (isEvent && readEvent) return readEvent(JSON.parse(Buffer.from(body).toString('utf8')))
  if (!door) throw new Error(`${name} has no webhook endpoint`)
  return door.readChanges(aRequest({ body, headers }))
}

/** The sources whose records are read back; the samples of the others contain the customer. */
const readBack = sourceNames.filter((name) =>
  Object.values(halvesOf(name).offline.sandboxes).some(({ isDefault }) => isDefault),
)

describe.each(readBack)('the %s samples', (name) => {
  let api: RunningSandbox
  let source: CrmSource
  beforeAll(async () => {
    const records = samplesOf(name).flatMap((sample) => sample.records)
    const crm = await startCrmSandbox(halvesOf(name), records)
    api = crm.api
    source = aSource(name, { variables: crm.variables })
  })
  afterAll(() => api.close())

  it.each(samplesOf(name))('$name is about a record that the sandbox has', async (sample) => {
    const { changes, ignored } = await readChangesOf(source, sample)
    expect({ changed: changes.length > 0, ignored: ignored > 0 }).toEqual({
      changed: !isUnfollowed(name, sample) && !recordless.has(sample.name),
      ignored: isUnfollowed(name, sample),
    })
    for (const answer of (await source.fetchCustomers?.(await recordsOf(source, changes))) ?? []) {
      expect(answer.kind).toBe(outcomes[`${name}/${sample.name}`] ?? outcomes[sample.name] ?? 'found')
      if (answer.kind !== 'found') continue
      const { email, phone, name: person } = answer.customer
      expect(customerSchema.safeParse(answer.customer).error).toBeUndefined()
      expect(person).toBeDefined()
      expect(Boolean(email ?? phone)).toBe(!unreachable.has(sample.name))
    }
    for (const { snapshot } of changes) {
      if (snapshot) expect(customerSchema.safeParse(snapshot.customer).error).toBeUndefined()
    }
  })
})

describe.each(sourceNames.filter((name) => !readBack.includes(name)))('the %s samples', (name) => {
  it.each(samplesOf(name))('$name is read', async (sample) => {
    const { changes, ignored } = await readChangesOf(aSource(name), sample)
    // A batch may hold both.
    if (isUnfollowed(name, sample)) expect([changes.length, ignored]).toEqual([0, 1])
    else expect(changes).not.toHaveLength(0)
    for (const { snapshot } of changes) {
      if (snapshot) expect(customerSchema.safeParse(snapshot.customer).error).toBeUndefined()
    }
  })
})
