import type { Sandbox } from '../../../lib/offline/sandbox/sandbox.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { breakOff, rawRequest } from '../../support/raw-request.ts'

let running: RunningSandbox
let records: unknown[]
beforeEach(async () => {
  records = []
  const sandbox: Sandbox = {
    name: 'shop',
    handle: ({ path }) => {
      if (path === '/defect') throw new TypeError('no such thing')
      return { status: 200, body: { id: 1 } }
    },
    records: () => records,
    putRecord: (record) => records.push(record),
  }
  running = await startSandbox(sandbox)
})
afterEach(() => running.close())

const control = (method: string, path: string, body?: string, mediaType = 'application/json') =>
  fetch(`${running.url}/_sandbox/${path}`, {
    method,
    ...(body !== undefined && { body, headers: { 'content-type': mediaType } }),
  })

describe('the control API of a sandbox', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'rejects a body of the media type %s with 415',
    async (mediaType) => {
      expect((await control('PUT', 'records', '{"id":7}', mediaType)).status).toBe(415)
      expect((await control('POST', 'faults', '[{"effect":"reset"}]', mediaType)).status).toBe(415)
      expect(records).toEqual([])
      expect((await fetch(`${running.url}/things`)).status).toBe(200)
    },
  )

  it('accepts JSON with a charset', async () => {
    expect((await control('PUT', 'records', '{"id":7}', 'application/json; charset=utf-8')).status).toBe(200)
    expect(await (await control('GET', 'records')).json()).toEqual([{ id: 7 }])
  })

  it('masks credentials in the requests it shows, but not in the ledger', async () => {
    const headers = {
      authorization: 'Bearer key-of-this-machine',
      'x-api-token': 'token-of-this-machine',
      cookie: 'session=of-this-machine',
      'idempotency-key': 'ik-1',
    }
    await fetch(`${running.url}/things`, { headers })
    const shown = await (await control('GET', 'requests')).text()
    expect(shown).not.toContain('of-this-machine')
    expect(JSON.parse(shown)).toMatchObject([
      { path: '/things', headers: { authorization: '***', 'x-api-token': '***', 'idempotency-key': 'ik-1' } },
    ])
    expect(running.ledger[0]?.headers['authorization']).toBe('Bearer key-of-this-machine')
  })
})

describe('faults', () => {
  const effects =
    '(effects: answer, commit-then-answer, reset, commit-then-reset, hang, commit-then-hang, slow)'

  it.each([
    ['an unknown effect', [{ effect: 'explode' }], 'faults.0.effect: unknown effect'],
    ['no effect', [{ method: 'POST' }], 'faults.0.effect: unknown effect'],
    ['an unknown field', [{ effect: 'reset', time: 1 }], 'faults.0: Unrecognized key: "time"'],
    ['an invalid pattern', [{ effect: 'reset', path: '(' }], 'faults.0.path: expected a regular expression'],
    ['a count below 1', [{ effect: 'reset', times: 0 }], 'faults.0.times: expected a whole number from 1'],
    ['a slow one without a delay', [{ effect: 'slow' }], 'faults.0.delayMs: expected a whole number from 1'],
    ['one fault instead of a list', { effect: 'reset' }, 'faults: expected a list of faults'],
  ])('%s is rejected with one line that lists the effects', async (_, faults, reason) => {
    const response = await control('POST', 'faults', JSON.stringify(faults))
    expect([response.status, await response.json()]).toEqual([400, { message: `${reason} ${effects}` }])
    expect((await fetch(`${running.url}/things`)).status).toBe(200)
  })

  it('hit as many matching requests as they say', async () => {
    await control('POST', 'faults', '[{"effect":"answer","status":503,"path":"^/things$","times":1}]')
    const statuses = []
    for (const path of ['others', 'things', 'things']) {
      statuses.push((await fetch(`${running.url}/${path}`)).status)
    }
    expect(statuses).toEqual([200, 503, 200])
  })

  it.each([
    ['slow', 200, { id: 1 }],
    ['commit-then-answer', 500, { message: 'An unexpected error occurred' }],
  ] as const)('with the effect %s and a delay answer that much later', async (effect, status, body) => {
    running.setFaults([{ effect, delayMs: 300 }])
    const sentAt = performance.now()
    const response = await fetch(`${running.url}/things`)
    expect([response.status, await response.json()]).toEqual([status, body])
    // Timers may be a millisecond early.
    expect(performance.now() - sentAt).toBeGreaterThan(298)
  })
})

describe('a sandbox survives', () => {
  it('an invalid request and an error of its own', async () => {
    const { port } = new URL(running.url)
    expect((await rawRequest(Number(port), { path: '//' })).status).toBe(500)
    expect(await rawRequest(Number(port), { path: '/defect' })).toMatchObject({
      status: 500,
      body: '{"message":"TypeError: no such thing"}',
    })
    expect((await fetch(`${running.url}/things`)).status).toBe(200)
  })

  it('a client that disconnects during a request', async () => {
    await breakOff(Number(new URL(running.url).port), '/things')
    expect((await fetch(`${running.url}/things`)).status).toBe(200)
    expect(running.ledger).toHaveLength(1)
  })
})
