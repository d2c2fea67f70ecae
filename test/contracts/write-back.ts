import type { RecordRef } from '../../lib/core/model/change.ts'
import { Misconfigured, Rejected, RetryLater } from '../../lib/core/model/errors.ts'
import type { CrmSource, ReadChanges } from '../../lib/core/ports/crm-source.ts'
import type { CustomerIdWriter } from '../../lib/core/ports/customer-id-writer.ts'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { jsonBody } from '../../lib/sources/body-encoding.ts'
import type { WriteBackCase } from '../../lib/sources/offline-definition.ts'
import { aRequest, rejectionOf } from '../sources/requests.ts'
import { buildHalves, type SourceHalves, startCrmSandbox } from '../support/a-source.ts'

/** The contract of a source that can write ids of provider customers into its records. */
export function writeBackContract(halves: SourceHalves, its: WriteBackCase): void {
  const { definition, offline } = halves
  const { contract, encoding = jsonBody } = offline
  const ref = (recordId: string): RecordRef => ({
    source: definition.name,
    account: contract.account,
    recordType: 'contact',
    recordId,
  })
  const found = ref(contract.found)
  const ids = { notchpay: 'cus.aB3 x', wooshpay: '7710' } as never

  describe(`${definition.title}, where ids are written back`, () => {
    let api: RunningSandbox
    let build: (config?: object) => CrmSource
    beforeEach(async () => {
      const secrets = { ...offline.secrets, ...contract.secrets }
      const started = await startCrmSandbox(halves, contract.records, secrets)
      api = started.api
      build = (config = its.config) => buildHalves(halves, { secrets, variables: started.variables, config })
    })
    afterEach(() => api.close())

    const writerOf = (source: CrmSource): CustomerIdWriter => {
      if (!source.writeBack) throw new Error('nothing is written back')
      return source.writeBack
    }
    const read = async (source: CrmSource) => {
      const [answer] = (await source.fetchCustomers?.([found])) ?? []
      if (answer?.kind !== 'found') throw new Error('the record was not found')
      return answer
    }
    /** Calls but those that ask for tokens. */
    const calls = () => api.ledger.filter(({ path }) => path !== contract.tokenPath)
    const told = async (source: CrmSource, body: unknown): Promise<ReadChanges> => {
      if (its.byEvent) return (await source.readEvent?.(body)) ?? Promise.reject(new Error('no events'))
      const request = aRequest({ body: encoding.encode(body) })
      return (await source.door?.readChanges(request)) ?? Promise.reject(new Error('no webhooks'))
    }

    it('writes nothing and reads no further property unless it is switched on', async () => {
      const source = build({})
      expect(source.writeBack).toBeUndefined()
      expect((await read(source)).customerIds).toBeUndefined()
      expect(JSON.stringify(calls())).not.toContain(Object.values(its.config.writeBack.contact)[0])
      const { changes, ignored } = await told(source, its.echo)
      expect([changes.length, ignored]).toEqual([1, 0])
    })

    it('writes for the configured types of records only', () => {
      const writer = writerOf(build())
      expect(writer.providersFor('contact')).toEqual(['notchpay', 'wooshpay'])
      expect(writer.providersFor('company')).toEqual([])
    })

    it('reads the properties with the record, and sets them, and nothing else, by one call', async () => {
      const source = build()
      const before = await read(source)
      expect(before.customerIds).toEqual({ notchpay: null, wooshpay: null })
      expect(calls()).toHaveLength(1)
      expect(await writerOf(source).write(found, ids)).toBe('written')
      expect(calls()).toHaveLength(2)
      const after = await read(source)
      expect(after.customerIds).toEqual(ids)
      expect(after.customer).toEqual(before.customer)
      expect(await writerOf(source).write(found, { wooshpay: '7711' } as never)).toBe('written')
      expect((await read(source)).customerIds).toEqual({ notchpay: 'cus.aB3 x', wooshpay: '7711' })
    })

    it('tells where the write to a merged record ended up, or that the record is gone', async () => {
      if (contract.merged === null) return
      const answer = await writerOf(build()).write(ref(contract.merged), ids)
      expect(['gone', { mergedInto: contract.mergedInto }]).toContainEqual(answer)
    })

    it('says that a deleted record is gone', async () => {
      expect(await writerOf(build()).write(ref(contract.deleted), ids)).toBe('gone')
    })

    it('ignores the change that its own write is, and follows one with which another field changed', async () => {
      const source = build()
      expect(await told(source, its.echo)).toEqual({ changes: [], ignored: 1, unknownFields: [] })
      const { changes } = await told(source, its.mixed)
      expect(changes).toMatchObject([{ recordId: contract.found, kind: 'changed' }])
    })

    it.each([429, 500, 502, 503, 408, 425, 409])('can be tried again after a %s', async (status) => {
      const writer = writerOf(build())
      api.setFaults([{ method: 'PATCH', effect: 'answer', status, body: { message: 'ama@example.gh' } }])
      const error = await rejectionOf(() => writer.write(found, ids))
      expect(error).toBeInstanceOf(RetryLater)
      expect(String(error)).not.toContain('ama@example.gh')
      api.setFaults([])
      expect(await writer.write(found, ids)).toBe('written')
    })

    it.each(['reset', 'commit-then-reset'] as const)('can be tried again after a %s', async (effect) => {
      api.setFaults([{ method: 'PATCH', effect }])
      expect(await rejectionOf(() => writerOf(build()).write(found, ids))).toBeInstanceOf(RetryLater)
    })

    it('says that the configuration is wrong where the property does not exist, and reads records all the same', async () => {
      const [notchpay = '', wooshpay = ''] = Object.values(its.config.writeBack.contact)
      // Of the same form, and unknown to the CRM.
      const unknown = notchpay.replace(/[0-9a-z](?=(__c)?$)/, (end) => (end === '0' ? '1' : '0'))
      const source = build({ writeBack: { contact: { notchpay: unknown, wooshpay } } })
      expect((await read(source)).customer).toEqual((await read(build({}))).customer)
      const error = await rejectionOf(() => writerOf(source).write(found, ids))
      expect(error).toBeInstanceOf(Misconfigured)
      expect(error).toMatchObject({ code: 'WRITE_BACK_REFUSED', status: 400 })
    })

    it('is not repeated for every record where the CRM refuses all', async () => {
      const [, wooshpay = ''] = Object.values(its.config.writeBack.contact)
      const unknown = wooshpay.replace(/[0-9a-z](?=(__c)?$)/, (end) => (end === '0' ? '1' : '0'))
      const writer = writerOf(build({ writeBack: { contact: { wooshpay: unknown } } }))
      for (let round = 0; round < 3; round += 1) {
        expect(await rejectionOf(() => writer.write(found, { wooshpay: '1' } as never))).toBeInstanceOf(
          Misconfigured,
        )
      }
      expect(api.ledger.filter(({ method }) => method === 'PATCH')).toHaveLength(1)
    })

    it('is final for a record that the CRM refuses, without a word of what it answered', async () => {
      api.setFaults([{ method: 'PATCH', effect: 'answer', status: 422, body: { message: 'ama@example.gh' } }])
      const error = await rejectionOf(() => writerOf(build()).write(found, ids))
      expect(error).toBeInstanceOf(Rejected)
      expect(String(error)).not.toMatch(/ama@|aB3/)
    })

    it('refuses a property that customers are read from, and one for two providers', () => {
      const [property = ''] = Object.values(its.config.writeBack.contact)
      const twice = { writeBack: { contact: { notchpay: property, wooshpay: property } } }
      const isRead = { ...its.config, fields: { contact: { 'metadata.id': property } } }
      for (const config of [twice, isRead]) {
        expect(definition.config.safeParse(config).error?.issues).toHaveLength(1)
      }
    })
  })
}
