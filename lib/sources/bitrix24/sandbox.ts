import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { crmScope } from './diagnosis.ts'
import { entityTypeIds } from './entities.ts'
import { listPage, listShape } from './sandbox-lists.ts'
import { addressesOf, inputSchema, requisiteOf, type Stored, shownItem } from './sandbox-records.ts'

const entityTypeId = z.union(Object.values(entityTypeIds).map((id) => z.literal(id)))

/** The methods and their parameters. Others are refused, to catch our mistakes. */
const parameters = {
  scope: z.strictObject({ full: z.boolean().optional() }),
  'crm.item.get': z.strictObject({ entityTypeId, id: z.union([z.int(), z.string()]) }),
  'crm.item.list': z.strictObject({ entityTypeId, ...listShape }),
  'crm.requisite.list': z.strictObject(listShape),
  'crm.address.list': z.strictObject(listShape),
} as const
type Method = keyof typeof parameters
type Given<M extends Method> = z.infer<(typeof parameters)[M]>

const itemFields = ['id', 'createdTime', 'updatedTime', 'title', 'name', 'lastName', 'companyTitle']
const requisiteFields = ['ID', 'ENTITY_TYPE_ID', 'ENTITY_ID', 'NAME', 'ACTIVE']
const addressFields = ['TYPE_ID', 'ENTITY_TYPE_ID', 'ENTITY_ID', 'ANCHOR_TYPE_ID', 'ANCHOR_ID']

type Options = {
  /** `<user>/<code>`, as in `BITRIX24_ACCESS_TOKEN`. */
  readonly accessToken: string
  /** The permissions of the incoming webhook. Default: those that docs/connect/bitrix24.md asks for. */
  readonly scopes?: readonly string[]
}

/** A sandbox of a portal's REST API, for reading leads, contacts, companies, requisites and addresses. It limits no rate. */
export function bitrix24Sandbox({ accessToken, scopes = [crmScope] }: Options): Sandbox {
  const records = new Map<string, Stored>()
  const existing = () => [...records.values()].filter(({ deleted }) => !deleted)

  const listed = (
    rows: readonly Readonly<Record<string, unknown>>[],
    given: Given<'crm.requisite.list'>,
    fields: readonly string[],
    wrap: (page: readonly unknown[]) => unknown,
  ): SandboxResponse => {
    const answer = listPage(rows, given, fields)
    if ('unknown' in answer) {
      return failure(
        400,
        'INVALID_ARG_VALUE',
        `Invalid filter: field '${answer.unknown}' is not allowed in filter`,
      )
    }
    return success(wrap(answer.page), answer.next !== null ? { next: answer.next } : {})
  }

  const methods: { readonly [M in Method]: (given: Given<M>) => SandboxResponse } = {
    scope: () => success(scopes),
    'crm.item.get': ({ entityTypeId: type, id }) => {
      const found = existing().find(
        (record) => entityTypeIds[record.object] === type && record.id === Number(id),
      )
      return found ? success({ item: shownItem(found) }) : failure(400, 'NOT_FOUND', 'Element not found')
    },
    'crm.item.list': ({ entityTypeId: type, ...given }) => {
      const items = existing().filter(({ object }) => entityTypeIds[object] === type)
      return listed(items.map(shownItem), given, itemFields, (page) => ({ items: page }))
    },
    'crm.requisite.list': (given) =>
      listed(
        existing().flatMap((record) => requisiteOf(record) ?? []),
        given,
        requisiteFields,
        (page) => page,
      ),
    'crm.address.list': (given) =>
      listed(existing().flatMap(addressesOf), given, addressFields, (page) => page),
  }

  const call = <M extends Method>(method: M, body: string): SandboxResponse => {
    const { success: isValid, data } = parameters[method].safeParse(parseJson(body))
    if (!isValid) return failure(400, 'INVALID_ARG_VALUE', 'Invalid parameters')
    return methods[method](data as Given<M>)
  }

  const route = ({ method: verb, path, body }: SandboxRequest): SandboxResponse => {
    const [, credentials, name = ''] = /^\/rest\/(\d+\/\w+)\/([\w.]+?)(?:\.json)?\/?$/.exec(path) ?? []
    if (credentials === undefined) return failure(401, 'NO_AUTH_FOUND', 'Wrong authorization data')
    if (credentials !== accessToken) return failure(401, 'INVALID_CREDENTIALS', 'Invalid request credentials')
    if (!isMethod(name) || (name.startsWith('crm.') && !scopes.includes(crmScope))) {
      return failure(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!')
    }
    return verb === 'POST' ? call(name, body) : failure(400, 'INVALID_REQUEST', 'Only POST is used here')
  }

  return {
    name: 'bitrix24',
    handle: route,
    records: () => [...records.values()],
    editableRecords: () => [...records.values()].map(({ updatedTime: _, ...input }) => input),
    putRecord: (record) => {
      const input = inputSchema.parse(record)
      const key = `${input.object}/${input.id}`
      const before = records.get(key)
      records.set(key, { ...before, ...input, updatedTime: updatedTime(input, before) })
    },
  }
}

function isMethod(name: string): name is Method {
  return Object.hasOwn(parameters, name)
}

/** In whole seconds and the portal's time zone. A record that is stored again unchanged keeps its own time. */
function updatedTime(input: Stored, before: Stored | undefined): string {
  if (input.updatedTime) return input.updatedTime
  const { updatedTime: time } = before ?? {}
  const same = JSON.stringify({ ...before, ...input }) === JSON.stringify(before)
  if (same && time) return time
  const there = new Date(Date.now() + 3 * 3_600_000)
  return there.toISOString().replace(/\.\d+Z$/, '+03:00')
}

function success(result: unknown, more: object = {}): SandboxResponse {
  return { status: 200, body: { result, ...more, time: { operating: 0 } } }
}

function failure(status: number, error: string, description: string): SandboxResponse {
  return { status, body: { error, error_description: description } }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
