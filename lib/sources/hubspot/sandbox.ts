import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { parseAccessTokens } from './access-tokens.ts'
import { failure, only, parseJson, rateLimit } from './sandbox-answers.ts'
import { sandboxProperties } from './sandbox-properties.ts'
import { readBatch, readRecord } from './sandbox-read.ts'
import {
  inputSchema,
  objects,
  type SandboxInput,
  type StoredRecord,
  store,
  toInput,
} from './sandbox-records.ts'
import { search } from './sandbox-search.ts'
import { writeRecord } from './sandbox-write.ts'
import { companiesScope, contactsScope, tokenInfoPath, writeScopes } from './tokens.ts'

type Options = {
  /** As in `HUBSPOT_ACCESS_TOKEN`: one token, or `portalId=token` pairs. */
  readonly accessToken: string
  /** The portal of a token without one. Default: the portal of most samples in `events/`. */
  readonly portalId?: number
  /** The scopes of every token. Default: those that docs/connect/hubspot.md asks for. */
  readonly scopes?: readonly string[]
}

const tokenInfoRequestSchema = z.strictObject({ tokenKey: z.string() })

/**
 * A sandbox of HubSpot's CRM objects API v3 for contacts and companies, of their properties, of its account information, and of
 * the information about a private app's token. A record can be read in all portals, and is found by a search in its own.
 */
export function hubspotSandbox({
  accessToken,
  portalId = 48213377,
  scopes = [contactsScope, companiesScope, ...Object.values(writeScopes)],
}: Options): Sandbox {
  const tokens = parseAccessTokens(accessToken)
  const portals = new Map(Object.entries(tokens.byAccount).map(([portal, token]) => [token, Number(portal)]))
  if (tokens.default !== undefined) portals.set(tokens.default, portalId)
  const records = new Map<string, StoredRecord>()
  const find = (object: SandboxInput['object'], id: string) => records.get(`${object}/${id}`)

  const properties = sandboxProperties((object) =>
    [...records.values()].filter((record) => record.object === object),
  )
  const existing = (object: SandboxInput['object'], names: readonly string[]) =>
    names.filter((name) => properties.find(object, name))

  const home = [...portals.values()].find((portal) => portal === portalId) ?? [...portals.values()][0]
  const recordsIn = (portal: number, object: SandboxInput['object']) =>
    [...records.values()].filter(
      (record) => record.object === object && (record.portals ?? [home]).includes(portal),
    )

  const route = (request: SandboxRequest): SandboxResponse => {
    const portal = portals.get(request.headers['authorization']?.replace(/^Bearer /, '') ?? '')
    if (portal === undefined) {
      return failure(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found or invalid')
    }
    if (request.path === '/account-info/v3/details') {
      return only('GET', request, () => ({
        status: 200,
        body: { portalId: portal, accountType: 'DEVELOPER_TEST' },
      }))
    }
    if (request.path === tokenInfoPath) {
      return only('POST', request, () => readTokenInfo(request))
    }
    const [, of, name] = /^\/crm\/v3\/properties\/(contacts|companies)\/(\w+)$/.exec(request.path) ?? []
    if (of && name) {
      return only('GET', request, () => properties.show(of as SandboxInput['object'], name))
    }
    const [, kind, rest = ''] = /^\/crm\/v3\/objects\/(contacts|companies)\/(.+)$/.exec(request.path) ?? []
    const object = objects.find((name) => name === kind)
    if (!object) return failure(404, 'NOT_FOUND', 'No such endpoint')
    if (rest === 'batch/read') {
      return only('POST', request, () => readBatch(object, request, { find, existing }))
    }
    if (rest === 'search') {
      return only('POST', request, () => search(recordsIn(portal, object), request.body))
    }
    const id = decodeURIComponent(rest)
    return request.method === 'PATCH'
      ? write(object, id, request)
      : only('GET', request, () => readRecord(object, id, request, { find, existing }))
  }

  const write = (object: SandboxInput['object'], id: string, request: SandboxRequest): SandboxResponse => {
    if (!scopes.includes(writeScopes[object])) {
      return failure(403, 'MISSING_SCOPES', `This app has not been granted ${writeScopes[object]}`)
    }
    const asked = find(object, id)
    const record = asked?.mergedInto ? find(object, asked.mergedInto) : asked
    return writeRecord(record, request, properties, (next) => {
      records.set(`${object}/${next.id}`, next)
    })
  }

  const readTokenInfo = ({ body }: SandboxRequest): SandboxResponse => {
    const { tokenKey = '' } = tokenInfoRequestSchema.safeParse(parseJson(body)).data ?? {}
    const hubId = portals.get(tokenKey)
    return hubId === undefined
      ? failure(404, 'NOT_FOUND', 'No such token')
      : { status: 200, body: { userId: 1, hubId, appId: 1, scopes } }
  }

  return {
    name: 'hubspot',
    handle: (request) => {
      const response = route(request)
      // HubSpot's search answers without these headers.
      if (request.path.endsWith('/search')) return response
      return { ...response, headers: { ...rateLimit, ...response.headers } }
    },
    records: () => [...records.values()],
    editableRecords: () => [...records.values()].map(toInput),
    putRecord: (record) => {
      if (properties.put(record)) return
      const input = inputSchema.parse(record)
      records.set(`${input.object}/${input.id}`, store(input, find(input.object, input.id)))
    },
  }
}
