import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { bitrix24Diagnosis } from '../../../lib/sources/bitrix24/diagnosis.ts'
import { aSource } from '../../support/a-source.ts'
import { clock } from '../requests.ts'
import { accessToken, callsTo, ref, startPortal } from './a-portal.ts'

let api: RunningSandbox
afterEach(() => api?.close())

async function connected(scopes?: readonly string[]) {
  api = await startPortal(scopes)
  return aSource('bitrix24', {
    secrets: { BITRIX24_ACCESS_TOKEN: accessToken },
    variables: { BITRIX24_API_URL: api.url },
  })
}

describe('a Bitrix24 source', () => {
  it('owns the portal of its first webhook and no other', async () => {
    const source = await connected()
    expect(await source.ownsAccount('m1')).toBe(true)
    expect(await source.ownsAccount('m2')).toBe(false)
    expect(await source.ownsAccount('m1')).toBe(true)
    expect(api.ledger).toEqual([])
  })

  it.each([
    ['contact', { entityTypeId: 3 }],
    ['company', { entityTypeId: 4 }],
  ])('asks whose a requisite is: a %s', async (object) => {
    const source = await connected()
    api.sandbox.putRecord?.({ object, id: 7, requisiteId: 27 })
    expect(await source.expand?.(ref('requisite:27'))).toEqual([ref('7', object as 'contact')])
    expect(callsTo(api)).toEqual([
      ['crm.requisite.list', { filter: { ID: 27 }, select: ['ENTITY_TYPE_ID', 'ENTITY_ID'] }],
    ])
  })

  it('finds nobody for a requisite that was deleted, or that belongs to something else', async () => {
    const source = await connected()
    expect(await source.expand?.(ref('requisite:27'))).toEqual([])
    const body = { result: [{ ENTITY_TYPE_ID: '2', ENTITY_ID: '7' }] }
    api.setFaults([{ effect: 'answer', status: 200, body }])
    expect(await source.expand?.(ref('requisite:27'))).toEqual([])
    expect(await source.expand?.(ref('27'))).toEqual([])
  })

  it('throws for a requisite while Bitrix24 throttles', async () => {
    const source = await connected()
    api.setFaults([{ effect: 'answer', status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED' } }])
    await expect(source.expand?.(ref('requisite:27'))).rejects.toMatchObject({ code: 'CRM_THROTTLED' })
  })
})

describe('the permissions of the incoming webhook', () => {
  const examine = (token = accessToken) =>
    bitrix24Diagnosis.scopes?.({
      secrets: { BITRIX24_ACCESS_TOKEN: token },
      origins: { BITRIX24_API_URL: api.url },
      webhookUrl: null,
      guide: 'docs/connect/bitrix24.md',
      tokens: memoryTokens(),
      clock,
    })

  it.each([
    [['crm', 'user'], true],
    [['user'], false],
  ])('%j is enough: %s', async (scopes, ok) => {
    await connected(scopes)
    expect(await examine()).toMatchObject({ ok, finding: expect.stringContaining('crm') })
    expect(callsTo(api)).toEqual([['scope', {}]])
  })

  it('cannot be asked with a wrong code', async () => {
    await connected()
    await expect(examine('17/wrong')).rejects.toMatchObject({ code: 'CRM_DENIED' })
  })
})

describe('the sandbox of Bitrix24', () => {
  const call = async (method: string, body: unknown, token = accessToken) => {
    const response = await fetch(`${api.url}/rest/${token}/${method}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    return [response.status, ((await response.json()) as { error?: string }).error]
  }

  it.each([
    ['a wrong code', 'crm.item.get', { entityTypeId: 3, id: 1 }, '17/wrong', [401, 'INVALID_CREDENTIALS']],
    ['an unknown method', 'crm.contact.get', {}, accessToken, [404, 'ERROR_METHOD_NOT_FOUND']],
    [
      'an unknown parameter',
      'crm.item.get',
      { entityTypeId: 3, id: 1, x: 1 },
      accessToken,
      [400, 'INVALID_ARG_VALUE'],
    ],
    ['a missing record', 'crm.item.get', { entityTypeId: 3, id: 1 }, accessToken, [400, 'NOT_FOUND']],
    [
      'an unknown filter',
      'crm.item.list',
      { entityTypeId: 3, filter: { '>=updated': 'x' } },
      accessToken,
      [400, 'INVALID_ARG_VALUE'],
    ],
    [
      'an unknown order',
      'crm.requisite.list',
      { order: { WHEN: 'asc' } },
      accessToken,
      [400, 'INVALID_ARG_VALUE'],
    ],
  ])('refuses %s', async (_, method, body, token, expected) => {
    await connected()
    expect(await call(method, body, token)).toEqual(expected)
  })

  it('offers the methods of the CRM only with that permission', async () => {
    await connected(['user'])
    expect(await call('crm.item.get', { entityTypeId: 3, id: 1 })).toEqual([404, 'ERROR_METHOD_NOT_FOUND'])
  })

  it('pages by 50, and changes the time of a record only when it changes', async () => {
    await connected()
    for (let id = 1; id <= 51; id += 1) api.sandbox.putRecord?.({ object: 'lead', id, title: 'x' })
    const list = async (start: number) => {
      const body = JSON.stringify({ entityTypeId: 1, start, order: { id: 'DESC' } })
      const response = await fetch(`${api.url}/rest/${accessToken}/crm.item.list.json`, {
        method: 'POST',
        body,
      })
      return (await response.json()) as { result: { items: { id: number }[] }; next?: number }
    }
    expect(await list(0)).toMatchObject({ next: 50, result: { items: { length: 50, 0: { id: 51 } } } })
    expect(await list(50)).toMatchObject({ result: { items: [{ id: 1 }] } })
    expect(await list(-1)).not.toHaveProperty('next')
    const times = () => api.sandbox.records().map((record) => (record as { updatedTime: string }).updatedTime)
    const [before] = times()
    for (const record of api.sandbox.editableRecords?.() ?? []) api.sandbox.putRecord?.(record)
    expect(times()[0]).toBe(before)
  })
})
