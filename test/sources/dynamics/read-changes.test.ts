import { readDynamicsChanges } from '../../../lib/sources/dynamics/read-changes.ts'
import { aRequest, bytes, sample, samplesOf, thrownBy } from '../requests.ts'
import { guid, organizationId } from './a-dataverse.ts'

const read = (body: unknown) =>
  readDynamicsChanges(aRequest({ body: body instanceof Uint8Array ? body : bytes(body) }))

const ref = (recordId: string, recordType = 'contact') => ({
  source: 'dynamics',
  account: organizationId,
  recordType,
  recordId,
})

function aContext(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    MessageName: 'Update',
    PrimaryEntityName: 'contact',
    PrimaryEntityId: guid(7),
    OrganizationId: organizationId,
    OperationId: '4af10637-4ea2-4711-8122-000d3aa2331c',
    ...changes,
  }
}

const target = (value: unknown) => ({ InputParameters: [{ key: 'Target', value }] })
const modified = (value: unknown) =>
  target({ Id: guid(7), Attributes: [{ key: 'modifiedon', value }], LogicalName: 'contact' })

describe('the changes in a Dataverse webhook', () => {
  it.each([
    ['contact.create', ref(guid(101)), 'changed', '2026-03-02T08:15:00.000Z'],
    ['contact.update', ref(guid(102)), 'changed', '2026-03-02T09:20:11.000Z'],
    ['contact.update-cleared', ref(guid(103)), 'changed', '2026-03-02T09:41:30.000Z'],
    ['contact.update-oversize', ref(guid(104)), 'changed', undefined],
    ['contact.restore', ref(guid(107)), 'restored', undefined],
    [
      'account.update',
      ref('acc00000-0000-4000-8000-000000000202', 'company'),
      'changed',
      '2026-03-02T11:10:00.000Z',
    ],
    ['account.delete', ref('acc00000-0000-4000-8000-000000000203', 'company'), 'deleted', undefined],
    ['lead.create', ref('1ead0000-0000-4000-8000-000000000301', 'lead'), 'changed', undefined],
  ])('are read from %s', (name, record, kind, occurredAt) => {
    const { changes, ignored, unknownFields } = read(sample('dynamics', name).body)
    expect(changes).toEqual([
      { ...record, kind, occurredAt, eventId: expect.stringContaining(record.recordId) },
    ])
    expect([ignored, unknownFields]).toEqual([0, []])
  })

  it('are the survivor and the merged record of a merge', () => {
    const { changes } = read(sample('dynamics', 'contact.merge').body)
    expect(changes).toMatchObject([{ ...ref(guid(105)), kind: 'merged', mergedIds: [guid(106)] }])
  })

  it.each([
    ['parameters', {}],
    ['the id of the merged record', target({ Id: guid(7) })],
    ['another record', { InputParameters: [{ key: 'SubordinateId', value: guid(7) }] }],
    [
      'any id',
      { InputParameters: [{ key: 'SubordinateId', value: '00000000-0000-0000-0000-000000000000' }] },
    ],
  ])('of a merge without %s only say that the survivor changed', (_, parameters) => {
    const { changes } = read(aContext({ MessageName: 'Merge', ...parameters }))
    expect(changes).toMatchObject([{ ...ref(guid(7)), kind: 'changed' }])
    expect(changes[0]).not.toHaveProperty('mergedIds')
  })

  it('contain nothing of the record, so that it is read', () => {
    for (const { body } of samplesOf('dynamics'))
      for (const change of read(body).changes) expect(change).not.toHaveProperty('snapshot')
  })

  it.each([
    ['an opportunity', { PrimaryEntityName: 'opportunity' }],
    ['another message', { MessageName: 'Associate' }],
    ['a table of another case', { PrimaryEntityName: 'toString' }],
  ])('ignore %s', (_, changes) => {
    expect(read(aContext(changes))).toEqual({ changes: [], ignored: 1, unknownFields: [] })
  })

  it('are read with a byte order mark, keys in any case, and ids in capitals and braces', () => {
    const context = {
      messageName: 'Update',
      PRIMARYENTITYNAME: 'contact',
      primaryEntityId: `{${guid(7).toUpperCase()}}`,
      organizationId: organizationId.toUpperCase(),
      operationid: 'op',
      inputParameters: [
        { Key: 'target', Value: { attributes: [{ Key: 'ModifiedOn', Value: '2026-03-01T10:00:00Z' }] } },
      ],
    }
    const { changes } = read(Buffer.from(`\uFEFF${JSON.stringify(context)}`))
    expect(changes).toMatchObject([{ ...ref(guid(7)), occurredAt: '2026-03-01T10:00:00.000Z' }])
  })

  it.each([
    ['/Date(1506384247000)/', '2017-09-26T00:04:07.000Z'],
    ['/Date(1506384247000-0700)/', '2017-09-26T00:04:07.000Z'],
    ['2026-03-01T10:00:00+03:00', '2026-03-01T07:00:00.000Z'],
    ['/Date(99999999999999999)/', undefined],
    ['/Date(-62135596800000)/', undefined],
    ['/Date(x)/', undefined],
    [null, undefined],
    [{ Value: 1 }, undefined],
  ])('have the time %j', (value, occurredAt) => {
    expect(read(aContext(modified(value))).changes[0]?.occurredAt).toBe(occurredAt)
  })

  it('take their time from an image when the record’s own attributes have none', () => {
    const image = { Attributes: [{ key: 'modifiedon', value: '/Date(1506384247000)/' }] }
    const { changes } = read(aContext({ PostEntityImages: [{ key: 'PostImage', value: image }] }))
    expect(changes[0]?.occurredAt).toBe('2017-09-26T00:04:07.000Z')
  })

  it('never take the time of the system job, which is off by a time zone in Microsoft’s example', () => {
    const { changes } = read(aContext({ OperationCreatedOn: '/Date(1506409448000-0700)/' }))
    expect(changes[0]?.occurredAt).toBeUndefined()
  })

  it.each([
    ['the target', { PrimaryEntityId: undefined, ...target({ Id: guid(8) }) }],
    [
      'the target, where the first is empty',
      {
        PrimaryEntityId: '00000000-0000-0000-0000-000000000000',
        ...target({ Id: guid(8) }),
      },
    ],
    ['what a Create returns', { PrimaryEntityId: null, OutputParameters: [{ key: 'id', value: guid(8) }] }],
  ])('take their id from %s', (_, changes) => {
    expect(read(aContext(changes)).changes).toMatchObject([ref(guid(8))])
  })

  it.each([
    ['no id at all', { PrimaryEntityId: undefined }],
    ['an id that is no GUID', { PrimaryEntityId: '../accounts' }],
    ['no organization', { OrganizationId: undefined }],
    ['no message', { MessageName: 7 }],
  ])('are refused with %s', (_, changes) => {
    expect(thrownBy(() => read(aContext(changes)))).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
  })

  it('have one id however often the same system job runs, and another for each job and record', () => {
    const id = (changes = {}) => read(aContext(changes)).changes[0]?.eventId
    expect(id()).toBe(id())
    const others = [
      id({ OperationId: '5af10637-4ea2-4711-8122-000d3aa2331c' }),
      id({ PrimaryEntityId: guid(8) }),
      id({ MessageName: 'Delete' }),
    ]
    expect(new Set([id(), ...others]).size).toBe(4)
  })

  it.each([undefined, null, '', '00000000-0000-0000-0000-000000000000', 7])(
    'have an id for each delivery where the step was synchronous: OperationId %j',
    (OperationId) => {
      const ids = [1, 2].map(() => read(aContext({ OperationId })).changes[0]?.eventId)
      expect(new Set(ids).size).toBe(2)
    },
  )

  it('survive parameters of any kind', () => {
    for (const InputParameters of [null, 7, 'x', {}, [null], [{ key: 7 }], [{ key: 'Target' }], [[[]]]]) {
      for (const MessageName of ['Update', 'Merge', 'Delete'])
        expect(read(aContext({ InputParameters, MessageName })).changes).toMatchObject([ref(guid(7))])
    }
  })
})
