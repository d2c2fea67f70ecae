import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  changeKinds,
  maxEventIdLength,
  maxMergedIds,
  type RecordRef,
  recordRefSchema,
} from '../../lib/core/model/change.ts'
import { customerSchema } from '../../lib/core/model/customer.ts'
import { Misconfigured, Rejected, RetryLater, WebhookRejected } from '../../lib/core/model/errors.ts'
import type { CrmSource, ListedRecords, WebhookRequest } from '../../lib/core/ports/crm-source.ts'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { type BodyEncoding, jsonBody } from '../../lib/sources/body-encoding.ts'
import { webhookPath } from '../../lib/sources/build-source.ts'
import { aChange, aCustomer, aWorld, crmTime } from '../fakes/world.ts'
import { aRequest, bytes, failureOf, now, rejectionOf, thrownBy } from '../sources/requests.ts'
import { buildHalves, publicUrl, type SourceHalves, startCrmSandbox } from '../support/a-source.ts'
import { anyText } from '../support/any-text.ts'
import { aPerson } from '../support/canaries.ts'

/** A source with a webhook endpoint and an API. */
type CompleteSource = CrmSource & Required<Pick<CrmSource, 'door' | 'fetchCustomers'>>

function complete(source: CrmSource): CompleteSource {
  const { door, fetchCustomers } = source
  if (!door || !fetchCustomers) throw new Error(`${source.name} has no webhook endpoint or no API`)
  return { ...source, door, fetchCustomers }
}

/** A built source with the expectations of its case. */
type Case = {
  readonly source: CompleteSource
  /** The same source before it has called its CRM. */
  readonly another: () => CompleteSource
  /** The same source without a webhook secret. */
  readonly unsecured: CompleteSource
  readonly api: RunningSandbox
  /** A signed request. `secret` signs with another secret; `delivery` is the CRM's id of the delivery, if it has one. */
  readonly sign: (body: Uint8Array, secret?: 'right' | 'wrong', delivery?: string) => WebhookRequest
  readonly secrets: readonly string[]
  readonly encoding: BodyEncoding
  readonly followed: Uint8Array
  /** Null where every event has an id. */
  readonly nameless: Uint8Array | null
  readonly unfollowed: Uint8Array
  readonly found: RecordRef
  /** The same record id in another account; null where the sender defines the accounts. */
  readonly foreign: RecordRef | null
  readonly accountPath: string
  readonly deleted: RecordRef
  /** Null where the CRM does not say what a record was merged into. */
  readonly merged: RecordRef | null
  readonly mergedInto: string | null
}

async function startCase(halves: SourceHalves, events: string): Promise<Case> {
  const { definition, offline } = halves
  const { name } = definition
  const { contract, encoding = jsonBody } = offline
  const secrets = { ...offline.secrets, ...contract.secrets }
  const { api, variables } = await startCrmSandbox(halves, contract.records, secrets)
  const build = () => complete(buildHalves(halves, { secrets, variables }))
  const ref = (recordId: string, account = contract.account): RecordRef => ({
    source: name,
    account,
    recordType: 'contact',
    recordId,
  })
  const url = `${publicUrl}${webhookPath(name)}`
  return {
    source: build(),
    another: build,
    unsecured: complete(
      buildHalves(halves, {
        secrets: Object.fromEntries(definition.webhookSecrets.map((secret) => [secret, ' '])),
        variables,
      }),
    ),
    api,
    sign: (body, which = 'right', delivery = 'msg_1') => {
      const values: Readonly<Record<string, string>> = which === 'right' ? secrets : offline.wrongSecrets
      const proof = offline.sign({ url, body, sentAt: now, delivery }, (secret) => {
        const value = values[secret]
        if (value === undefined) throw new Error(`${name}: ${secret} is a secret that no source declares`)
        return value
      })
      return aRequest({ body, ...proof })
    },
    secrets: Object.values(secrets),
    encoding,
    followed: readFileSync(join(events, name, `${contract.followed}${encoding.extension}`)),
    nameless: contract.nameless === null ? null : encoding.encode(contract.nameless),
    unfollowed: encoding.encode(contract.unfollowed),
    found: ref(contract.found),
    foreign: contract.foreignAccount === null ? null : ref(contract.found, contract.foreignAccount),
    accountPath: contract.accountPath ?? '/account',
    deleted: ref(contract.deleted),
    merged: contract.merged === null ? null : ref(contract.merged),
    mergedInto: contract.mergedInto,
  }
}

const notTheFormat = [
  '',
  '[',
  '{"a":',
  'null',
  '1',
  '"text"',
  '[[[]]]',
  '{}',
  '\u0000',
  '[null]',
  '{"data":7}',
]

/** The contract of every CRM source. */
export function crmSourceContract(halves: SourceHalves, events = 'events'): void {
  describe(`${halves.definition.title} as a CRM source`, () => {
    let subject: Case
    beforeAll(async () => {
      subject = await startCase(halves, events)
    })
    afterEach(() => subject.api.setFaults([]))
    afterAll(() => subject.api.close())

    it('accepts a request that its CRM signed', () => {
      expect(thrownBy(() => subject.source.door.verify(subject.sign(subject.followed)))).toBeUndefined()
    })

    it('rejects an unsigned request, a wrong signature, and any request when no secret is configured', () => {
      const bare = aRequest({ body: subject.followed })
      const attempts = [
        () => subject.source.door.verify(bare),
        () => subject.source.door.verify(subject.sign(subject.followed, 'wrong')),
        () => subject.unsecured.door.verify(subject.sign(subject.followed)),
      ]
      for (const attempt of attempts) {
        const error = thrownBy(attempt)
        expect(error).toBeInstanceOf(WebhookRejected)
        expect(error).toMatchObject({ status: 401, code: expect.stringMatching(/^[A-Z_]+$/) })
        for (const secret of subject.secrets) expect(String(error)).not.toContain(secret)
      }
    })

    it('declares whether its webhooks are subscriptions that expire', () => {
      expect(subject.source.channels !== undefined).toBe(halves.definition.hasChannels === true)
    })

    it('states whether its webhooks contain whole records', async () => {
      const { changes } = await subject.source.door.readChanges(subject.sign(subject.followed))
      expect(changes.some(({ snapshot }) => snapshot !== undefined)).toBe(subject.source.sendsSnapshots)
    })

    it('assigns the same event id when the CRM sends an event again', async () => {
      const first = await subject.source.door.readChanges(subject.sign(subject.followed))
      const again = await subject.source.door.readChanges(subject.sign(subject.followed))
      expect(first.changes).not.toHaveLength(0)
      expect(again).toEqual(first)
      for (const change of first.changes) {
        expect(recordRefSchema.safeParse(change).success).toBe(true)
        expect(change.source).toBe(subject.source.name)
        expect(change.eventId).not.toBe('')
      }
    })

    it('distinguishes two deliveries whose bodies are equal and have no event id', async () => {
      const { nameless } = subject
      if (!nameless) return
      const ids = new Set<string | undefined>()
      for (const delivery of ['first', 'second']) {
        const request = subject.sign(nameless, 'right', delivery)
        const { changes } = await subject.source.door.readChanges(request)
        expect(changes).toHaveLength(1)
        ids.add(changes[0]?.eventId)
      }
      expect(ids.size).toBe(2)
    })

    it('limits event ids to 256 characters and keeps them stable, however long the CRM’s own are', async () => {
      const template = subject.encoding.decode(subject.followed)
      const long = 'é'.repeat(3000)
      for (const path of pathsOf(template)) {
        const body = subject.encoding.encode(replaced(template, path, long))
        const request = subject.sign(body, 'right', long)
        const first = await idsOf(subject.source, request)
        expect(await idsOf(subject.source, request)).toEqual(first)
        for (const id of first) expect(id.length).toBeLessThanOrEqual(256)
      }
    })

    it('accepts events it does not follow and counts them as ignored', async () => {
      expect(await subject.source.door.readChanges(subject.sign(subject.unfollowed))).toEqual({
        changes: [],
        ignored: 1,
        unknownFields: [],
      })
    })

    it.each(notTheFormat)('rejects %j as not its format, with a single line', async (text) => {
      const error = await rejectionOf(() => subject.source.door.readChanges(subject.sign(bytes(text))))
      expect(error).toBeInstanceOf(WebhookRejected)
      expect(error).toMatchObject({ status: 400 })
      expect((error as Error).message).toMatch(/^[^\n]+$/)
    })

    it('throws nothing but a rejection, whatever JSON is sent', async () => {
      const template = subject.encoding.decode(subject.followed)
      const anything = fc.oneof(fc.jsonValue(), mutationsOf(template))
      await fc.assert(
        fc.asyncProperty(anything, async (json) => {
          const error = await rejectionOf(async () => {
            const request = subject.sign(subject.encoding.encode(json))
            const { changes } = await subject.source.door.readChanges(request)
            for (const change of changes) {
              expect(change.eventId.length).toBeGreaterThan(0)
              expect(change.eventId.length).toBeLessThanOrEqual(maxEventIdLength)
              expect(change.mergedIds?.length ?? 0).toBeLessThanOrEqual(maxMergedIds)
            }
          })
          expect(error === undefined || error instanceof WebhookRejected).toBe(true)
        }),
      )
      expect(({} as Record<string, unknown>)['x']).toBeUndefined()
    })

    it('answers for each record in the requested order, also for duplicates', async () => {
      const refs = [subject.deleted, subject.found, subject.found]
      const answers = await subject.source.fetchCustomers(refs)
      expect(answers.map(({ kind }) => kind)).toEqual(['deleted', 'found', 'found'])
      const found = answers[1]
      if (found?.kind !== 'found') throw new Error('the record was not found')
      expect(customerSchema.safeParse(found.customer).success).toBe(true)
      if (found.version !== null) expect(new Date(found.version).toISOString()).toBe(found.version)
    })

    it('answers for a merged record with the one it was merged into, where the CRM tells', async () => {
      if (!subject.merged) return expect(subject.mergedInto).toBeNull()
      const answers = await subject.source.fetchCustomers([subject.merged, subject.found])
      expect(answers).toMatchObject([{ kind: 'merged', intoId: subject.mergedInto }, { kind: 'found' }])
    })

    it('makes no call when no record is requested', async () => {
      const before = subject.api.ledger.length
      expect(await subject.source.fetchCustomers([])).toEqual([])
      expect(subject.api.ledger).toHaveLength(before)
    })

    it.each([
      { status: 429, failure: { code: 'CRM_THROTTLED', counts: false }, type: RetryLater },
      { status: 503, failure: { code: 'CRM_UNAVAILABLE', counts: false }, type: RetryLater },
      { status: 500, failure: { code: 'CRM_FAILED', counts: true }, type: RetryLater },
      { status: 425, failure: { code: 'CRM_BUSY', counts: true }, type: RetryLater },
      { status: 400, failure: { code: 'CRM_REFUSED' }, type: Rejected },
      { status: 401, failure: { code: 'CRM_DENIED' }, type: Misconfigured },
      { status: 403, failure: { code: 'CRM_DENIED' }, type: Misconfigured },
      { status: 302, failure: { code: 'CRM_DENIED' }, type: Misconfigured },
    ])('classifies the CRM’s answer $status', async ({ status, failure, type }) => {
      subject.api.setFaults([{ effect: 'answer', status, body: { message: 'leaked@example.com' } }])
      const error = await failureOf(subject.source.fetchCustomers([subject.found]))
      expect(error).toBeInstanceOf(type)
      expect(error).toMatchObject(failure)
      expect(String(error)).not.toContain('leaked@example.com')
    })

    it.each(['reset', 'answer'] as const)('retries later after a %s instead of a record', async (effect) => {
      subject.api.setFaults([{ effect, status: 200, body: '<html>' }])
      expect(await failureOf(subject.source.fetchCustomers([subject.found]))).toBeInstanceOf(RetryLater)
    })

    it('retries a refusal that is not in the format of the API: a proxy may have failed', async () => {
      subject.api.setFaults([{ effect: 'answer', status: 400, body: '<html>' }])
      const error = await failureOf(subject.source.fetchCustomers([subject.found]))
      expect(error).toBeInstanceOf(RetryLater)
      expect(error).toMatchObject({ code: 'CRM_ANSWER_UNREADABLE' })
    })

    const paths = () =>
      subject.api.ledger.map(({ path }) => path).filter((path) => path !== halves.offline.contract.tokenPath)

    it('owns the account of its records, and asks for it once', async () => {
      subject.api.ledger.length = 0
      const source = subject.another()
      const owned = [1, 2, 3].map(() => source.ownsAccount(subject.found.account))
      expect(await Promise.all(owned)).toEqual([true, true, true])
      expect(await source.ownsAccount(subject.found.account)).toBe(true)
      expect(paths()).toEqual(subject.foreign ? [subject.accountPath] : [])
    })

    it('recognises the account of another token, and reads none of its records', async () => {
      subject.api.ledger.length = 0
      const source = subject.another()
      const account = subject.foreign?.account ?? 'anything'
      expect(await source.ownsAccount(account)).toBe(subject.foreign === null)
      expect(await source.ownsAccount(account)).toBe(subject.foreign === null)
      expect(paths()).toEqual(subject.foreign ? [subject.accountPath] : [])
    })

    it.each(changeKinds)('follows nothing of another account, whatever the event: %s', async (kind) => {
      const { foreign } = subject
      if (!foreign) return
      subject.api.ledger.length = 0
      const source = subject.another()
      const world = aWorld({ source: async () => source, sendsSnapshots: source.sendsSnapshots })
      const snapshot = { customer: aCustomer(), version: crmTime(0) }
      const changes = [
        aChange({ ...foreign, kind, occurredAt: crmTime(0) }),
        aChange({ ...foreign, kind, snapshot }),
      ]
      expect(await world.sync(...changes)).toEqual([])
      expect(paths()).toEqual([subject.accountPath])
      expect(world.links.items.size).toBe(0)
      expect([world.notchpay.calls, world.wooshpay.calls]).toEqual([[], []])
      expect(world.parked).toMatchObject([
        { change: { ...foreign, kind }, failure: { code: 'FOREIGN_ACCOUNT', retryable: false } },
      ])
    })

    it('asks for its account again when the first call failed', async () => {
      if (!subject.foreign) return
      const source = subject.another()
      subject.api.setFaults([{ path: subject.accountPath, effect: 'answer', status: 503, times: 1 }])
      const asked = [source.ownsAccount(subject.found.account), source.ownsAccount(subject.foreign.account)]
      for (const answer of await Promise.allSettled(asked)) {
        expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'CRM_UNAVAILABLE' } })
      }
      expect(await source.ownsAccount(subject.found.account)).toBe(true)
      expect(await source.ownsAccount(subject.foreign.account)).toBe(false)
    })

    it('continues when the CRM does not return the account of a token', async () => {
      subject.api.setFaults([
        { path: subject.accountPath, effect: 'answer', status: 404, body: { message: 'none' } },
      ])
      const source = subject.another()
      const ref = subject.foreign ?? subject.found
      expect(await source.ownsAccount(ref.account)).toBe(true)
    })

    const listAll = async (since: string) => {
      const { listChanged, ownsAccount } = subject.another()
      // Some CRMs tell which account the token's is only in their webhooks.
      await ownsAccount(subject.found.account)
      const pages: ListedRecords[] = []
      for (let cursor: string | null = null; listChanged; ) {
        const page: ListedRecords = await listChanged(since, cursor)
        pages.push(page)
        cursor = page.cursor
        if (cursor === null) break
      }
      return pages
    }

    it('lists the records that changed since a time, where it can, and deleted ones only where it says so', async () => {
      const pages = await listAll('2020-01-01T00:00:00.000Z')
      const listed = pages.flatMap(({ refs }) => refs)
      if (!subject.source.listChanged) return expect(listed).toEqual([])
      expect(listed).toContainEqual(subject.found)
      expect(new Set(pages.map(({ completeUntil }) => completeUntil)).size).toBe(1)
      const kinds = (await subject.source.fetchCustomers(listed)).map(({ kind }) => kind)
      if (subject.source.listsDeleted) {
        const gone = [subject.deleted, ...(subject.merged ? [subject.merged] : [])]
        expect(listed).toEqual(expect.arrayContaining(gone))
      } else {
        // A merged record may be listed: reading it says what it was merged into.
        expect(new Set(kinds.filter((kind) => kind !== 'merged'))).toEqual(new Set(['found']))
      }
      expect(kinds).not.toContain('failed')
      const future = await listAll('2100-01-01T00:00:00.000Z')
      const { listsEverything = false } = halves.offline.contract
      expect(future.flatMap(({ refs }) => refs)).toEqual(listsEverything ? listed : [])
    })

    it('reads as many records in one call as it declares', async () => {
      const { readsTogether, fetchCustomers } = subject.source
      if (!readsTogether) return
      for (let id = 501; id < 521; id += 1) {
        const telling = { eventId: `e${id}`, at: new Date(now.getTime() - 3_600_000), whole: true }
        const { records } = halves.offline.tell({ ...aPerson(id), note: '', line1: '' }, telling)
        for (const record of records) subject.api.sandbox.putRecord?.(record)
      }
      const listed = (await listAll('2020-01-01T00:00:00.000Z')).flatMap(({ refs }) => refs)
      const contacts = listed.filter(({ recordType }) => recordType === subject.found.recordType)
      expect(contacts.length).toBeGreaterThanOrEqual(20)
      await fetchCustomers([subject.found])
      subject.api.ledger.length = 0
      const answers = await fetchCustomers(contacts)
      expect(answers).toHaveLength(contacts.length)
      // Those that a batch leaves out are asked for one by one: they may have been merged.
      const alone = answers.filter(({ kind }) => kind !== 'found').length
      expect(paths().length - alone).toBeLessThanOrEqual(Math.ceil(contacts.length / readsTogether) + 1)
    })

    it.each([
      { status: 429, failure: { code: 'CRM_THROTTLED' } },
      { status: 503, failure: { code: 'CRM_UNAVAILABLE' } },
      { status: 401, failure: { code: 'CRM_DENIED' } },
    ])('classifies the answer $status to a list', async ({ status, failure }) => {
      const { listChanged, ownsAccount } = subject.source
      if (!listChanged) return
      await ownsAccount(subject.found.account)
      subject.api.setFaults([{ effect: 'answer', status, body: { message: 'leaked@example.com' } }])
      const [listing] = await Promise.allSettled([listChanged('2020-01-01T00:00:00.000Z', null)])
      const error: unknown = listing?.status === 'rejected' ? listing.reason : null
      expect(error).toMatchObject(failure)
      expect(String(error)).not.toContain('leaked@example.com')
    })

    it('does not treat a 404 web page as a deleted customer', async () => {
      subject.api.setFaults([
        { effect: 'answer', status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' },
      ])
      expect(await failureOf(subject.source.fetchCustomers([subject.found]))).toBeInstanceOf(Misconfigured)
    })
  })
}

/** The event ids in a request; none when it is rejected. */
async function idsOf(source: CompleteSource, request: WebhookRequest): Promise<string[]> {
  try {
    const { changes } = await source.door.readChanges(request)
    return changes.map(({ eventId }) => eventId)
  } catch (error) {
    if (error instanceof WebhookRejected) return []
    throw error
  }
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const inner = value !== null && typeof value === 'object' ? Object.entries(value) : []
  const below = inner.flatMap(([key, item]) => pathsOf(item, [...path, key]))
  return path.length > 0 ? [path, ...below] : below
}

/** A followed event with one of its values replaced by an arbitrary value. */
function mutationsOf(template: unknown): fc.Arbitrary<unknown> {
  const odd = fc.oneof(
    fc.jsonValue(),
    anyText(),
    fc.constantFrom('..', '\ud800', '9'.repeat(400), 1e300, -1, 2 ** 60, '__proto__', 0, '', ' '),
  )
  return fc
    .tuple(fc.constantFrom(...pathsOf(template)), odd)
    .map(([path, value]) => replaced(template, path, value))
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? replaced(item, rest, by) : item))
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, by) }
}
