import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { parseAccessTokens } from './access-tokens.ts'
import { companiesScope, contactsScope, tokenInfoPath } from './diagnosis.ts'
import { failure, failureBody, only, parseJson, rateLimit } from './sandbox-answers.ts'
import {
  inputSchema,
  objects,
  type SandboxInput,
  type StoredRecord,
  shown,
  store,
  toInput,
} from './sandbox-records.ts'
import { search } from './sandbox-search.ts'

const batchRequestSchema = z.strictObject({
  inputs: z
    .array(z.strictObject({ id: z.string() }))
    .min(1)
    .max(100),
  properties: z.array(z.string()),
  propertiesWithHistory: z.array(z.string()).default([]),
})

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
 * A sandbox of HubSpot's CRM objects API v3 for reading contacts and companies, of its account information, and of the
 * information about a private app's token. A record can be read in all portals, and is found by a search in its own.
 */
export function hubspotSandbox({
  accessToken,
  portalId = 48213377,
  scopes = [contactsScope, companiesScope],
}: Options): Sandbox {
  const tokens = parseAccessTokens(accessToken)
  const portals = new Map(Object.entries(tokens.byAccount).map(([portal, token]) => [token, Number(portal)]))
  if (tokens.default !== undefined) portals.set(tokens.default, portalId)
  const records = new Map<string, StoredRecord>()
  const find = (object: SandboxInput['object'], id: string) => records.get(`${object}/${id}`)

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
    const [, kind, rest = ''] = /^\/crm\/v3\/objects\/(contacts|companies)\/(.+)$/.exec(request.path) ?? []
    const object = objects.find((name) => name === kind)
    if (!object) return failure(404, 'NOT_FOUND', 'No such endpoint')
    if (rest === 'batch/read') {
      return only('POST', request, () => readBatch(object, request))
    }
    if (rest === 'search') {
      return only('POST', request, () => search(recordsIn(portal, object), request.body))
    }
    return only('GET', request, () => readOne(object, decodeURIComponent(rest), request))
  }

  const readTokenInfo = ({ body }: SandboxRequest): SandboxResponse => {
    const { tokenKey = '' } = tokenInfoRequestSchema.safeParse(parseJson(body)).data ?? {}
    const hubId = portals.get(tokenKey)
    return hubId === undefined
      ? failure(404, 'NOT_FOUND', 'No such token')
      : { status: 200, body: { userId: 1, hubId, appId: 1, scopes } }
  }

  const readOne = (
    object: SandboxInput['object'],
    id: string,
    { query }: SandboxRequest,
  ): SandboxResponse => {
    const asked = find(object, id)
    const record = asked?.mergedInto ? find(object, asked.mergedInto) : asked
    const archived = query.get('archived') === 'true'
    if (!record || record.deleted !== archived) return failure(404, 'OBJECT_NOT_FOUND', 'resource not found')
    const wanted = query
      .getAll('properties')
      .flatMap((list) => list.split(','))
      .filter(Boolean)
    return { status: 200, body: shown(record, wanted) }
  }

  // A batch omits deleted and merged records and reports them in a separate field.
  const readBatch = (object: SandboxInput['object'], { body }: SandboxRequest): SandboxResponse => {
    const parsed = batchRequestSchema.safeParse(parseJson(body))
    if (!parsed.success) return failure(400, 'VALIDATION_ERROR', 'Invalid input JSON')
    const ids = [...new Set(parsed.data.inputs.map(({ id }) => id))]
    const found = ids
      .flatMap((id) => find(object, id) ?? [])
      .filter((record) => !record.deleted && !record.mergedInto)
    const missing = ids.filter((id) => !found.some((record) => record.id === id))
    const errors = {
      ...failureBody('OBJECT_NOT_FOUND', 'Could not get some objects'),
      context: { ids: missing },
    }
    return {
      status: missing.length > 0 ? 207 : 200,
      body: {
        status: 'COMPLETE',
        results: found.map((record) => shown(record, parsed.data.properties)),
        ...(missing.length > 0 && {
          numErrors: missing.length,
          errors: [errors],
        }),
      },
    }
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
      const input = inputSchema.parse(record)
      records.set(`${input.object}/${input.id}`, store(input, find(input.object, input.id)))
    },
  }
}
