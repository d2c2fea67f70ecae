import { Misconfigured, Rejected, RetryLater } from '../../../lib/core/model/errors.ts'
import { anOdoo } from './an-odoo.ts'

type Odoo = Awaited<ReturnType<typeof anOdoo>>

const search = { domain: [['id', 'in', [14]]], fields: ['id', 'name', 'mobile'] } as const
const searchJson2 = 'POST /json/2/res.partner/search_read'

let odoo: Odoo
async function start(version: string): Promise<Odoo> {
  odoo = await anOdoo(version)
  odoo.server.sandbox.putRecord?.({ id: 14, name: 'Ama Serwaa' })
  return odoo
}
afterEach(() => odoo.server.close())

const failed = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('the dialect of Odoo’s API', () => {
  it.each(['17.0', '18.0', 'saas~18.2'])('is JSON-RPC in Odoo %s, after one login', async (version) => {
    const { api, calls, server } = await start(version)
    expect(await api.searchRead(search)).toEqual([{ id: '14', name: 'Ama Serwaa', mobile: false }])
    await api.searchRead(search)
    expect(calls()).toEqual([
      'GET /web/version',
      'common.version',
      'common.authenticate',
      'object.execute_kw',
      'object.execute_kw',
    ])
    expect(JSON.parse(server.ledger.at(-1)?.body ?? '')).toEqual({
      jsonrpc: '2.0',
      method: 'call',
      id: 1,
      params: {
        service: 'object',
        method: 'execute_kw',
        args: [
          'acme',
          2,
          'key',
          'res.partner',
          'search_read',
          [[['id', 'in', [14]]]],
          { fields: ['id', 'name', 'mobile'], context: { active_test: false } },
        ],
      },
    })
  })

  it.each(['19.0', 'saas~19.1'])('is JSON-2 in Odoo %s, which has no mobile number', async (version) => {
    const { api, calls, server } = await start(version)
    expect(await api.searchRead(search)).toEqual([{ id: '14', name: 'Ama Serwaa' }])
    await api.searchRead(search)
    expect(calls()).toEqual(['GET /web/version', searchJson2, searchJson2])
    const { headers, body } = server.ledger.at(-1) ?? { headers: {}, body: '' }
    expect(headers).toMatchObject({ authorization: 'bearer key', 'x-odoo-database': 'acme' })
    expect(JSON.parse(body)).toEqual({
      domain: [['id', 'in', [14]]],
      fields: ['id', 'name'],
      context: { active_test: false },
    })
  })

  it('needs no database and no user with JSON-2', async () => {
    const { connect } = await start('19.0')
    const api = connect({ database: undefined, user: undefined })
    expect(await api.searchRead(search)).toHaveLength(1)
  })

  it.each([
    ['18.0', { database: undefined }, 'ODOO_DATABASE'],
    ['18.0', { user: undefined }, 'ODOO_USER'],
    ['18.0', { apiKey: undefined }, 'ODOO_ACCESS_TOKEN'],
    ['19.0', { apiKey: undefined }, 'ODOO_ACCESS_TOKEN'],
  ])('of Odoo %s names what is not set: %j', async (version, missing, name) => {
    const { connect } = await start(version)
    const error = await failed(connect(missing).searchRead(search))
    expect(error).toMatchObject({ code: 'NO_ACCESS_TOKEN', message: `${name} is not set` })
  })

  it('is found out again after a failure', async () => {
    const { api, calls, server } = await start('19.0')
    server.setFaults([{ path: '/web/version', effect: 'answer', status: 503, times: 1 }])
    expect(await failed(api.searchRead(search))).toMatchObject({ code: 'CRM_UNAVAILABLE' })
    expect(await api.searchRead(search)).toHaveLength(1)
    expect(calls()).toEqual(['GET /web/version', 'GET /web/version', searchJson2])
  })

  it('is JSON-RPC where a proxy answers the version with a page', async () => {
    const { api, server } = await start('17.0')
    server.setFaults([{ path: '/web/version', effect: 'answer', status: 200, body: '<html>' }])
    expect(await api.searchRead(search)).toHaveLength(1)
  })

  it('makes one call at a time', async () => {
    const { api, calls } = await start('18.0')
    await Promise.all([1, 2, 3].map(() => api.searchRead(search)))
    expect(calls().filter((call) => call === 'common.authenticate')).toHaveLength(1)
    expect(calls()).toHaveLength(6)
  })
})

describe('a refused login', () => {
  it.each([{ apiKey: 'wrong' }, { user: 'other' }, { database: 'other' }])(
    'is not tried again for a minute: %j',
    async (wrong) => {
      const { connect, calls, advance } = await start('18.0')
      const api = connect(wrong)
      for (let times = 0; times < 9; times += 1) {
        const error = await failed(api.searchRead(search))
        expect(error).toBeInstanceOf(Misconfigured)
        expect(error).toMatchObject({ code: 'CRM_DENIED' })
      }
      const logins = () => calls().filter((call) => call === 'common.authenticate').length
      expect(logins()).toBe(1)
      advance(61)
      await failed(api.searchRead(search))
      expect(logins()).toBe(2)
    },
  )

  it('does not lock out the right login', async () => {
    const { api, connect } = await start('18.0')
    const wrong = connect({ apiKey: 'wrong' })
    for (let times = 0; times < 9; times += 1) await failed(wrong.searchRead(search))
    expect(await api.searchRead(search)).toHaveLength(1)
  })

  it('of a key that was revoked meanwhile stops the calls as well', async () => {
    const { api, calls, server } = await start('18.0')
    await api.searchRead(search)
    const body = {
      jsonrpc: '2.0',
      id: 1,
      error: { code: 200, data: { name: 'odoo.exceptions.AccessDenied' } },
    }
    server.setFaults([{ path: '/jsonrpc', effect: 'answer', status: 200, body, times: 1 }])
    const before = calls().length
    for (let times = 0; times < 3; times += 1) {
      expect(await failed(api.searchRead(search))).toMatchObject({ code: 'CRM_DENIED' })
    }
    expect(calls()).toHaveLength(before + 1)
  })
})

const leak = 'leaked@example.com'
const details = { message: leak, arguments: [leak], context: {}, debug: `Traceback ${leak}` }

const meanings = [
  ['odoo.exceptions.AccessDenied', Misconfigured, 'CRM_DENIED'],
  ['odoo.exceptions.AccessError', Misconfigured, 'CRM_DENIED'],
  ['odoo.exceptions.MissingError', Rejected, 'CRM_REFUSED'],
  ['odoo.exceptions.ValidationError', Rejected, 'CRM_REFUSED'],
  ['odoo.exceptions.UserError', Rejected, 'CRM_REFUSED'],
  ['builtins.ValueError', Misconfigured, 'CRM_FIELD_UNKNOWN'],
  ['psycopg2.errors.SerializationFailure', RetryLater, 'CRM_FAILED'],
  ['builtins.MemoryError', RetryLater, 'CRM_FAILED'],
] as const

describe('an error of Odoo', () => {
  it.each([...meanings, [undefined, RetryLater, 'CRM_FAILED'] as const])(
    'in HTTP 200 is known by its name: %s',
    async (name, type, code) => {
      const { api, server } = await start('18.0')
      await api.searchRead(search)
      const error = { code: 200, message: 'Odoo Server Error', data: name && { name, ...details } }
      server.setFaults([
        { path: '/jsonrpc', effect: 'answer', status: 200, body: { jsonrpc: '2.0', id: 1, error }, times: 1 },
      ])
      const thrown = await failed(api.searchRead(search))
      expect(thrown).toBeInstanceOf(type)
      expect(thrown).toMatchObject({ code })
      expect(JSON.stringify([String(thrown), thrown])).not.toContain(leak)
    },
  )

  it.each(meanings)('of JSON-2 with a status is known by its name: %s', async (name, type, code) => {
    const { api, server } = await start('19.0')
    await api.searchRead(search)
    const body = { name, ...details }
    server.setFaults([{ path: '/json/2/', effect: 'answer', status: 500, body, times: 1 }])
    const thrown = await failed(api.searchRead(search))
    expect(thrown).toBeInstanceOf(type)
    expect(thrown).toMatchObject({ code })
    expect(JSON.stringify([String(thrown), thrown])).not.toContain(leak)
  })

  it.each([
    [401, 'CRM_DENIED'],
    [403, 'CRM_DENIED'],
    [404, 'CRM_NOT_THERE'],
    [409, 'CRM_REFUSED'],
    [422, 'CRM_REFUSED'],
    [429, 'CRM_THROTTLED'],
    [503, 'CRM_UNAVAILABLE'],
  ])('of JSON-2 without a name is known by its status: %s', async (status, code) => {
    const { api, server } = await start('19.0')
    server.setFaults([{ path: '/json/2/res.partner/search_read', effect: 'answer', status, body: details }])
    expect(await failed(api.searchRead(search))).toMatchObject({ code })
  })

  it('names an unknown field of the settings', async () => {
    for (const version of ['18.0', '19.0']) {
      const { api, server } = await start(version)
      const error = await failed(api.searchRead({ ...search, fields: ['id', 'x_unknown'] }))
      expect(error).toMatchObject({ code: 'CRM_FIELD_UNKNOWN', isCertain: false })
      expect(String(error)).not.toContain('quoted@example.com')
      await server.close()
    }
    await start('18.0')
  })

  it.each(['18.0', '19.0'])(
    'of Odoo %s: a page that is not there is not a deleted contact',
    async (version) => {
      const { api, server } = await start(version)
      await api.searchRead(search)
      for (const headers of [{ 'content-type': 'text/html' }, { 'content-type': 'application/json' }]) {
        server.setFaults([{ effect: 'answer', status: 404, headers, body: '' }])
        expect(await failed(api.searchRead(search))).toMatchObject({ code: 'CRM_NOT_THERE' })
      }
    },
  )

  it.each(['18.0', '19.0'])('of Odoo %s: a limit of the rate says how long to wait', async (version) => {
    const { api, server } = await start(version)
    await api.searchRead(search)
    server.setFaults([{ effect: 'answer', status: 429, headers: { 'retry-after': '7' }, body: '' }])
    const error = await failed(api.searchRead(search))
    expect(error).toMatchObject({ code: 'CRM_THROTTLED', afterSeconds: 7, counts: false })
  })

  it('without a result is no empty list', async () => {
    const { api, server } = await start('18.0')
    await api.searchRead(search)
    server.setFaults([
      { path: '/jsonrpc', effect: 'answer', status: 200, body: { jsonrpc: '2.0', id: 1 }, times: 1 },
    ])
    expect(await failed(api.searchRead(search))).toMatchObject({ code: 'CRM_FAILED' })
  })
})
