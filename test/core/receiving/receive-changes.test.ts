import type { CustomerChange, RecordChange } from '../../../lib/core/model/change.ts'
import { Misconfigured, RetryLater } from '../../../lib/core/model/errors.ts'
import type { WebhookRequest } from '../../../lib/core/ports/crm-source.ts'
import { receiveChanges } from '../../../lib/core/receiving/receive-changes.ts'
import { fakeSealer } from '../../fakes/sealer.ts'
import { fakeSource } from '../../fakes/source.ts'
import { aCustomer, crmTime, ref } from '../../fakes/world.ts'

function aRecordChange(changes: Partial<RecordChange> = {}): RecordChange {
  return { ...ref, kind: 'changed', eventId: 'e1', ...changes }
}

function aRequest(changes: Partial<WebhookRequest> & { changes?: RecordChange[] } = {}): WebhookRequest {
  const { changes: sent = [aRecordChange()], ...rest } = changes
  return {
    method: 'POST',
    path: '/webhooks/hubspot',
    query: '',
    headers: {
      signature: 'good',
      'content-type': 'application/json; charset=utf-8',
    },
    body: Buffer.from(JSON.stringify({ changes: sent, ignored: 0 })),
    receivedAt: new Date(crmTime(0)),
    ...rest,
  }
}

function aDoor(source = fakeSource()) {
  const sent: CustomerChange[] = []
  const lines: string[] = []
  const counts: Record<string, number> = {}
  const write = (message: string, fields: object = {}) =>
    void lines.push(`${message} ${JSON.stringify(fields)}`)
  const deps = {
    isSource: (name: string) => name === 'hubspot',
    source: async (name: string) => (name === 'hubspot' ? source : null),
    sealer: fakeSealer(),
    queue: {
      send: async (changes: readonly CustomerChange[]) => void sent.push(...changes),
    },
    log: { debug: write, info: write, warn: write, error: write },
    metrics: {
      count: (name: string, value = 1) => {
        counts[name] = (counts[name] ?? 0) + value
      },
      measure: () => {},
    },
  }
  return {
    sent,
    counts,
    lines,
    deps,
    post: (request: WebhookRequest, name = 'hubspot') => receiveChanges(name, request, deps),
  }
}

describe('receiveChanges', () => {
  it('has no endpoint for a source that receives no webhooks', async () => {
    const { door: _, ...source } = fakeSource()
    const answer = await aDoor(source as ReturnType<typeof fakeSource>).post(aRequest())
    expect(answer).toMatchObject({ status: 404 })
  })

  it('logs each change that it queues, with its record and event', async () => {
    const door = aDoor()
    await door.post(
      aRequest({ changes: [aRecordChange(), aRecordChange({ recordId: '502', eventId: 'e2' })] }),
    )
    const queued = { source: 'hubspot', account: '33', recordType: 'contact' }
    expect(door.lines.slice(1)).toEqual([
      `change queued ${JSON.stringify({ ...queued, recordId: '501', eventIds: ['e1'], kind: 'changed' })}`,
      `change queued ${JSON.stringify({ ...queued, recordId: '502', eventIds: ['e2'], kind: 'changed' })}`,
    ])
  })

  it('lists and counts unknown fields, and accepts the others', async () => {
    const door = aDoor()
    const body = { changes: [aRecordChange()], ignored: 0, unknownFields: ['data.adress.city', 'data.nick'] }
    const answer = await door.post(aRequest({ body: Buffer.from(JSON.stringify(body)) }))
    expect(answer).toMatchObject({ status: 202 })
    expect(door.sent).toHaveLength(1)
    expect(door.counts['FieldsUnknown']).toBe(2)
    expect(door.lines).toContain(
      'fields not known {"source":"hubspot","fields":["data.adress.city","data.nick"]}',
    )
  })

  it('splits a record’s merges into messages that fit the queue', async () => {
    const door = aDoor()
    const merge = (eventId: string, from: number): RecordChange => ({
      ...aRecordChange({ eventId, kind: 'merged' }),
      mergedIds: Array.from({ length: 800 }, (_, index) => `m${from + index}`),
    })
    await door.post(aRequest({ changes: [merge('e1', 0), merge('e2', 800)] }))
    expect(door.sent.map(({ mergedIds }) => mergedIds?.length)).toEqual([1000, 600])
    expect(new Set(door.sent.map(({ eventId }) => eventId)).size).toBe(2)
    expect(new Set(door.sent.flatMap(({ mergedIds }) => mergedIds)).size).toBe(1600)
  })

  it('logs nothing when there are no unknown fields', async () => {
    const door = aDoor()
    await door.post(aRequest())
    expect(door.counts).not.toHaveProperty('FieldsUnknown')
    expect(door.lines.join()).not.toContain('fields not known')
  })

  it('answers with the CRM’s success status once every change is queued', async () => {
    const door = aDoor()
    expect(await door.post(aRequest())).toMatchObject({ status: 202 })
    expect(door.sent).toMatchObject([
      { ...ref, v: 1, kind: 'changed', eventId: 'e1', receivedAt: crmTime(0) },
    ])
  })

  it('combines the changes of one record in a request into one message', async () => {
    const door = aDoor()
    const changes = [
      aRecordChange({ eventId: 'e1', occurredAt: crmTime(0) }),
      aRecordChange({ eventId: 'e2', occurredAt: crmTime(1) }),
      aRecordChange({ eventId: 'e3', recordId: '502' }),
    ]
    await door.post(aRequest({ changes }))
    expect(door.sent).toMatchObject([{ recordId: '501', occurredAt: crmTime(1) }, { recordId: '502' }])
  })

  it('identifies a message by its events in any order, so that a repeated webhook is the same message', async () => {
    const door = aDoor()
    const changes = [aRecordChange({ eventId: 'e1' }), aRecordChange({ eventId: 'e2' })]
    await door.post(aRequest({ changes }))
    await door.post(aRequest({ changes: changes.toReversed() }))
    expect(door.sent[0]?.eventId).toBe(door.sent[1]?.eventId)
  })

  it('encrypts snapshots: no customer data is queued in plain text', async () => {
    const door = aDoor()
    const snapshot = { customer: aCustomer(), version: crmTime(0) }
    await door.post(aRequest({ changes: [aRecordChange({ snapshot })] }))
    expect(door.sent[0]?.sealedSnapshot).toBeDefined()
    expect(JSON.stringify(door.sent)).not.toContain('amina')
  })

  const noKey = async () => {
    throw new Misconfigured('NO_SEALING_KEY', 'SEALING_KEYS is not set')
  }
  const whole = aRecordChange({ snapshot: { customer: aCustomer(), version: crmTime(0) } })

  it('drops the snapshot when there is no key to seal it, and logs that', async () => {
    const { deps, lines, sent } = aDoor()
    const answer = await receiveChanges('hubspot', aRequest({ changes: [whole] }), {
      ...deps,
      sealer: { ...deps.sealer, seal: noKey },
    })
    expect(answer.status).toBe(202)
    expect(sent[0]).not.toHaveProperty('sealedSnapshot')
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^snapshot dropped.*"recordId":"501","eventIds":\["e1"\],"code":"NO_SEALING_KEY"/,
      ),
    )
  })

  it('asks the CRM to resend the request when there is no key and the CRM cannot be asked', async () => {
    const { deps, sent } = aDoor(fakeSource({ canFetch: false }))
    const answer = await receiveChanges('hubspot', aRequest({ changes: [whole] }), {
      ...deps,
      sealer: { ...deps.sealer, seal: noKey },
    })
    expect(answer.status).toBe(503)
    expect(sent).toEqual([])
  })

  it('keeps the information that one of the combined changes was a deletion', async () => {
    const door = aDoor()
    const changes = [
      aRecordChange({ eventId: 'e1', kind: 'deleted', occurredAt: crmTime(0) }),
      aRecordChange({ eventId: 'e2', occurredAt: crmTime(1) }),
    ]
    await door.post(aRequest({ changes }))
    expect(door.sent).toMatchObject([{ kind: 'changed', saidDeleted: true }])
  })

  it('accepts an authentic request without relevant events, and does not call the queue', async () => {
    const door = aDoor()
    const body = Buffer.from(JSON.stringify({ changes: [], ignored: 3 }))
    expect(await door.post(aRequest({ body }))).toMatchObject({ status: 202 })
    expect(door.sent).toEqual([])
    expect(door.lines.join()).toContain('"ignoredEvents":3')
  })

  const big = Buffer.alloc(1024 * 1024 + 1, 'a')
  const wrong = { signature: 'bad', 'content-type': 'application/json' }
  it.each([
    ['an unknown source before anything else', 404, 'shopify', { method: 'GET', body: big }],
    ['a method other than POST before the size', 405, 'hubspot', { method: 'PUT', body: big }],
    [
      'a body over 1 MiB before the media type',
      413,
      'hubspot',
      { body: big, headers: { 'content-type': 'text/plain' } },
    ],
    [
      'a wrong media type before the signature',
      415,
      'hubspot',
      { headers: { ...wrong, 'content-type': 'text/csv' } },
    ],
    ['a wrong signature before the format', 401, 'hubspot', { headers: wrong, body: Buffer.from('{') }],
    ['an authentic body that is not in the CRM’s format', 400, 'hubspot', { body: Buffer.from('{') }],
  ])('rejects %s', async (_, status, name, changes) => {
    const door = aDoor()
    const answer = await door.post(aRequest(changes), name)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatch(/^[^\n]+\n$/)
    expect(door.sent).toEqual([])
  })

  it('counts each webhook once, as accepted or as refused', async () => {
    const door = aDoor()
    const nothingToFollow = Buffer.from(JSON.stringify({ changes: [], ignored: 1 }))
    await door.post(
      aRequest({ changes: [aRecordChange({ recordId: '1' }), aRecordChange({ recordId: '2' })] }),
    )
    await door.post(aRequest({ body: nothingToFollow }))
    await door.post(aRequest({ headers: wrong }))
    expect(door.counts).toMatchObject({ WebhooksAccepted: 2, WebhooksRefused: 1, ChangesReceived: 2 })
  })

  it('accepts a missing media type', async () => {
    expect(await aDoor().post(aRequest({ headers: { signature: 'good' } }))).toMatchObject({ status: 202 })
  })

  it('answers success to an unreadable body where the CRM penalises errors, and logs it as an error', async () => {
    const door = aDoor(fakeSource({ answers: { unreadable: 200 } }))
    expect(await door.post(aRequest({ body: Buffer.from('{') }))).toMatchObject({ status: 200 })
    expect(door.lines.join()).toContain('unreadable')
    expect(door.counts).toMatchObject({ WebhooksUnreadable: 1 })
  })

  it('asks the CRM to resend the request when the queue or the secrets do not answer', async () => {
    const down = async () => {
      throw new RetryLater('QUEUE_UNAVAILABLE', 'the queue did not answer')
    }
    const { deps } = aDoor()
    for (const broken of [
      { ...deps, queue: { send: down } },
      { ...deps, source: down },
    ]) {
      const answer = await receiveChanges('hubspot', aRequest(), broken)
      expect(answer).toMatchObject({
        status: 503,
        headers: { 'retry-after': '30' },
      })
    }
  })

  it('answers an unexpected error without crashing, and quotes none of it', async () => {
    const door = aDoor()
    const deps = {
      ...door.deps,
      source: async () => {
        throw new TypeError('amina@example.cm is not a function')
      },
    }
    expect(await receiveChanges('hubspot', aRequest(), deps)).toMatchObject({
      status: 503,
    })
    expect(door.lines.join()).not.toContain('amina')
  })
})
