import { type RunningSandbox, startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { type OdooApi, odooApi } from '../../../lib/sources/odoo/api.ts'
import type { Connection } from '../../../lib/sources/odoo/dialects.ts'
import { odooSandbox } from '../../../lib/sources/odoo/sandbox.ts'
import { now } from '../requests.ts'

const credentials = { database: 'acme', user: 'sync@example.com', apiKey: 'key' }

type AnOdoo = {
  readonly server: RunningSandbox
  readonly api: OdooApi
  /** Another function's connection, with these settings. */
  readonly connect: (changes?: Partial<Connection>) => OdooApi
  /** `GET /web/version`, `common.authenticate`, `json/2 search_read` … in order. */
  readonly calls: () => string[]
  readonly advance: (seconds: number) => void
}

/** A database in Odoo of this version, and a connection to it. The clock of both is advanced by hand. */
export async function anOdoo(version: string): Promise<AnOdoo> {
  let time = now.getTime()
  const server = await startSandbox(odooSandbox({ ...credentials, version, now: () => time }))
  const clock = { now: () => new Date(time) }
  const connect = (changes: Partial<Connection> = {}) =>
    odooApi({ origin: server.url, ...credentials, clock, ...changes })
  return {
    server,
    api: connect(),
    connect,
    calls: () =>
      server.ledger.map(({ method, path, body }) => {
        if (path !== '/jsonrpc') return `${method} ${path}`
        const { service, method: name } = JSON.parse(body).params
        return `${service}.${name}`
      }),
    advance: (seconds) => {
      time += seconds * 1000
    },
  }
}
