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
import type { CrmSource, WebhookRequest } from '../../lib/core/ports/crm-source.ts'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { webhookPath } from '../../lib/sources/build-source.ts'
import { aChange, aCustomer, aWorld, crmTime } from '../fakes/world.ts'
import { aRequest, bytes, failureOf, now, thrownBy } from '../sources/requests.ts'
import { buildHalves, publicUrl, type SourceHalves, startCrmSandbox } from '../support/a-source.ts'

/** A source with a door and an API, as those of this suite are. */
type CompleteSource = CrmSource & Required<Pick<CrmSource, 'door' | 'fetchCustomers'>>

function complete(source: CrmSource): CompleteSource {
  const { door, fetchCustomers } = source
  if (!door || !fetchCustomers) throw new Error(`${source.name} has no door, or no API`)
  return { ...source, door, fetchCustomers }
}

/** One source, built, with what its case says of it. */
type Case = {
  readonly source: CompleteSource
  /** The same source, cold: it has asked its CRM nothing yet. */
  readonly another: () => CompleteSource
  /** The same source with no webhook secret configured. */
  readonly unsecured: CompleteSource
  readonly api: RunningSandbox
  /** An authentic request; with another secret when told to. `delivery` is what the CRM calls it, if it calls it anything. */
  readonly sign: (body: Uint8Array, secret?: 'right' | 'wrong', delivery?: string) => WebhookRequest
  readonly secrets: readonly string[]
  readonly followed: Uint8Array
  readonly nameless: Uint8Array
  readonly unfollowed: Uint8Array
  readonly found: RecordRef
  /** The same record id in an account that the token does not belong to; null where accounts are the sender's own. */
  readonly foreign: RecordRef | null
  readonly accountPath: string
  readonly deleted: RecordRef
  readonly merged: RecordRef
  readonly mergedInto: string
}

async function startCase(halves: SourceHalves, events: string): Promise<Case> {
  const { definition, offline } = halves
  const { name } = definition
  const { contract } = offline
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
      const headers = offline.sign({ url, body, sentAt: now, delivery }, (secret) => {
        const value = values[secret]
        if (value === undefined) throw new Error(`${name}: ${secret} is a secret that no source declares`)
        return value
      })
      return aRequest({ body, headers })
    },
    secrets: Object.values(secrets),
    followed: readFileSync(join(events, name, `${contract.followed}.json`)),
    nameless: bytes(contract.nameless),
    unfollowed: bytes(contract.unfollowed),
    found: ref(contract.found),
    foreign: contract.foreignAccount === null ? null : ref(contract.found, contract.foreignAccount),
    accountPath: contract.accountPath ?? '/account',
    deleted: ref(contract.deleted),
    merged: ref(contract.merged),
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

/** What every CRM source promises, whatever its CRM. */
export function crmSourceContract(halves: SourceHalves, events = 'events'): void {
  describe(`${halves.definition.title} as a CRM source`, () => {
    let it_: Case
    beforeAll(async () => {
      it_ = await startCase(halves, events)
    })
    afterEach(() => it_.api.setFaults([]))
    afterAll(() => it_.api.close())

    it('lets a request in that its CRM really sent', () => {
      expect(thrownBy(() => it_.source.door.verify(it_.sign(it_.followed)))).toBeUndefined()
    })

    it('refuses a request without proof, with a wrong one, or when no secret is configured', () => {
      const bare = { ...it_.sign(it_.followed), headers: {} }
      const attempts = [
        () => it_.source.door.verify(bare),
        () => it_.source.door.verify(it_.sign(it_.followed, 'wrong')),
        () => it_.unsecured.door.verify(it_.sign(it_.followed)),
      ]
      for (const attempt of attempts) {
        const error = thrownBy(attempt)
        expect(error).toBeInstanceOf(WebhookRejected)
        expect(error).toMatchObject({ status: 401, code: expect.stringMatching(/^[A-Z_]+$/) })
        for (const secret of it_.secrets) expect(String(error)).not.toContain(secret)
      }
    })

    it('says whether its webhooks bring whole records along', () => {
      const { changes } = it_.source.door.readChanges(it_.sign(it_.followed))
      expect(changes.some(({ snapshot }) => snapshot !== undefined)).toBe(it_.source.sendsSnapshots)
    })

    it('reads the same change with the same event id when the CRM sends it again', () => {
      const first = it_.source.door.readChanges(it_.sign(it_.followed))
      const again = it_.source.door.readChanges(it_.sign(it_.followed))
      expect(first.changes).not.toHaveLength(0)
      expect(again).toEqual(first)
      for (const change of first.changes) {
        expect(recordRefSchema.safeParse(change).success).toBe(true)
        expect(change.source).toBe(it_.source.name)
        expect(change.eventId).not.toBe('')
      }
    })

    it('tells two deliveries apart whose bodies are equal and name no event', () => {
      const ids = ['first', 'second'].map((delivery) => {
        const { changes } = it_.source.door.readChanges(it_.sign(it_.nameless, 'right', delivery))
        expect(changes).toHaveLength(1)
        return changes[0]?.eventId
      })
      expect(new Set(ids).size).toBe(2)
    })

    it('keeps event ids within 256 characters and the same, however long the CRM’s own are', () => {
      const template = JSON.parse(Buffer.from(it_.followed).toString('utf8'))
      const long = 'é'.repeat(3000)
      for (const path of pathsOf(template)) {
        const body = bytes(replaced(template, path, long))
        const [first, again] = [0, 1].map(() => idsOf(it_.source, it_.sign(body, 'right', long)))
        expect(again).toEqual(first)
        for (const id of first ?? []) expect(id.length).toBeLessThanOrEqual(256)
      }
    })

    it('takes events it does not follow and counts them', () => {
      expect(it_.source.door.readChanges(it_.sign(it_.unfollowed))).toEqual({
        changes: [],
        ignored: 1,
        unknownFields: [],
      })
    })

    it.each(notTheFormat)('refuses %j as not its format, with one plain line', (text) => {
      const error = thrownBy(() => it_.source.door.readChanges(it_.sign(bytes(text))))
      expect(error).toBeInstanceOf(WebhookRejected)
      expect(error).toMatchObject({ status: 400 })
      expect((error as Error).message).toMatch(/^[^\n]+$/)
    })

    it('never throws anything but a refusal, whatever JSON is sent', () => {
      const template = JSON.parse(Buffer.from(it_.followed).toString('utf8'))
      const anything = fc.oneof(fc.jsonValue(), mutationsOf(template))
      fc.assert(
        fc.property(anything, (json) => {
          const error = thrownBy(() => {
            for (const change of it_.source.door.readChanges(it_.sign(bytes(json))).changes) {
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

    it('answers for each record in the order asked, the same one twice too', async () => {
      const refs = [it_.deleted, it_.found, it_.merged, it_.found]
      const answers = await it_.source.fetchCustomers(refs)
      expect(answers.map(({ kind }) => kind)).toEqual(['deleted', 'found', 'merged', 'found'])
      expect(answers[2]).toEqual({ kind: 'merged', intoId: it_.mergedInto })
      const found = answers[1]
      if (found?.kind !== 'found') throw new Error('the record was not found')
      expect(customerSchema.safeParse(found.customer).success).toBe(true)
      if (found.version !== null) expect(new Date(found.version).toISOString()).toBe(found.version)
    })

    it('asks nobody when there is nothing to ask', async () => {
      const before = it_.api.ledger.length
      expect(await it_.source.fetchCustomers([])).toEqual([])
      expect(it_.api.ledger).toHaveLength(before)
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
    ])('says what to do when the CRM answers $status', async ({ status, failure, type }) => {
      it_.api.setFaults([{ effect: 'answer', status, body: { message: 'leaked@example.com' } }])
      const error = await failureOf(it_.source.fetchCustomers([it_.found]))
      expect(error).toBeInstanceOf(type)
      expect(error).toMatchObject(failure)
      expect(String(error)).not.toContain('leaked@example.com')
    })

    it.each(['reset', 'answer'] as const)(
      'tries again later after a %s instead of a record',
      async (effect) => {
        it_.api.setFaults([{ effect, status: 200, body: '<html>' }])
        expect(await failureOf(it_.source.fetchCustomers([it_.found]))).toBeInstanceOf(RetryLater)
      },
    )

    const paths = () => it_.api.ledger.map(({ path }) => path)

    it('owns the account of its records, and asks for it once', async () => {
      it_.api.ledger.length = 0
      const source = it_.another()
      const owned = [1, 2, 3].map(() => source.ownsAccount(it_.found.account))
      expect(await Promise.all(owned)).toEqual([true, true, true])
      expect(await source.ownsAccount(it_.found.account)).toBe(true)
      expect(paths()).toEqual(it_.foreign ? [it_.accountPath] : [])
    })

    it('tells the account of another token, and asks for none of its records', async () => {
      it_.api.ledger.length = 0
      const source = it_.another()
      const account = it_.foreign?.account ?? 'anything'
      expect(await source.ownsAccount(account)).toBe(it_.foreign === null)
      expect(await source.ownsAccount(account)).toBe(it_.foreign === null)
      expect(paths()).toEqual(it_.foreign ? [it_.accountPath] : [])
    })

    it.each(changeKinds)('has nothing of another account followed, whatever it tells: %s', async (kind) => {
      const { foreign } = it_
      if (!foreign) return
      it_.api.ledger.length = 0
      const source = it_.another()
      const world = aWorld({ source: async () => source, sendsSnapshots: source.sendsSnapshots })
      const snapshot = { customer: aCustomer(), version: crmTime(0) }
      const told = [
        aChange({ ...foreign, kind, occurredAt: crmTime(0) }),
        aChange({ ...foreign, kind, snapshot }),
      ]
      expect(await world.sync(...told)).toEqual([])
      expect(paths()).toEqual([it_.accountPath])
      expect(world.links.items.size).toBe(0)
      expect([world.notchpay.calls, world.wooshpay.calls]).toEqual([[], []])
      expect(world.parked).toMatchObject([
        { change: { ...foreign, kind }, failure: { code: 'FOREIGN_ACCOUNT', retryable: false } },
      ])
    })

    it('asks again for its account when the first answer did not come', async () => {
      if (!it_.foreign) return
      const source = it_.another()
      it_.api.setFaults([{ path: it_.accountPath, effect: 'answer', status: 503, times: 1 }])
      const asked = [source.ownsAccount(it_.found.account), source.ownsAccount(it_.foreign.account)]
      for (const answer of await Promise.allSettled(asked)) {
        expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'CRM_UNAVAILABLE' } })
      }
      expect(await source.ownsAccount(it_.found.account)).toBe(true)
      expect(await source.ownsAccount(it_.foreign.account)).toBe(false)
    })

    it('goes on where the CRM does not tell whose token it is', async () => {
      it_.api.setFaults([{ path: it_.accountPath, effect: 'answer', status: 404, body: { message: 'none' } }])
      const source = it_.another()
      const ref = it_.foreign ?? it_.found
      expect(await source.ownsAccount(ref.account)).toBe(true)
    })

    it('does not take a web page saying 404 for a deleted customer', async () => {
      it_.api.setFaults([
        { effect: 'answer', status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' },
      ])
      expect(await failureOf(it_.source.fetchCustomers([it_.found]))).toBeInstanceOf(Misconfigured)
    })
  })
}

/** The event ids in a request; none when it is refused. */
function idsOf(source: CompleteSource, request: WebhookRequest): string[] {
  try {
    return source.door.readChanges(request).changes.map(({ eventId }) => eventId)
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

/** The followed event with any one of its values replaced by anything. */
function mutationsOf(template: unknown): fc.Arbitrary<unknown> {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
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
