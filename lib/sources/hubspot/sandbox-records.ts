import * as z from 'zod'

export const objects = ['contacts', 'companies'] as const

/**
 * `{object, id, properties}`; `portals` are those whose search finds it (default: the first one). `deleted` moves the record to the recycle bin, `mergedInto` makes the id return that record.
 */
export const inputSchema = z.strictObject({
  object: z.enum(objects),
  id: z.string().regex(/^\d+$/),
  properties: z.record(z.string(), z.string().nullable()).default({}),
  deleted: z.boolean().default(false),
  mergedInto: z.string().regex(/^\d+$/).optional(),
  portals: z.array(z.int()).optional(),
})
export type SandboxInput = z.infer<typeof inputSchema>
export type StoredRecord = SandboxInput & {
  readonly createdAt: string
  readonly updatedAt: string
}

/** The properties that HubSpot returns when `properties` is not given. */
const defaultProperties = {
  contacts: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
  companies: ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name'],
} as const
const changedAt = {
  contacts: 'lastmodifieddate',
  companies: 'hs_lastmodifieddate',
} as const

/** Sets missing times as HubSpot would. A record that is stored again unchanged keeps its own. */
export function store(input: SandboxInput, before: StoredRecord | undefined): StoredRecord {
  const now = new Date().toISOString()
  const properties = { ...before?.properties, ...input.properties }
  const same =
    before &&
    JSON.stringify({ ...before.properties, ...input.properties }) === JSON.stringify(before.properties)
  const updatedAt = input.properties[changedAt[input.object]] ?? (same ? before.updatedAt : now)
  const createdAt = properties['createdate'] ?? before?.createdAt ?? updatedAt
  const own = {
    createdate: createdAt,
    hs_object_id: input.id,
    [changedAt[input.object]]: updatedAt,
  }
  return {
    ...input,
    properties: { ...properties, ...own },
    createdAt,
    updatedAt,
  }
}

/** The record without what `store` sets. */
export function toInput({ createdAt: _c, updatedAt: _u, properties, ...input }: StoredRecord): SandboxInput {
  const own = ['createdate', 'hs_object_id', changedAt[input.object]]
  const entries = Object.entries(properties).filter(([name]) => !own.includes(name))
  return { ...input, properties: Object.fromEntries(entries) }
}

/** The record as the API returns it, with the requested properties. */
export function shown(
  { object, id, properties, createdAt, updatedAt, deleted }: StoredRecord,
  wanted: readonly string[],
) {
  const names = new Set([
    ...(wanted.length > 0 ? wanted : defaultProperties[object]),
    'hs_object_id',
    'createdate',
    changedAt[object],
  ])
  const values = Object.fromEntries([...names].map((name) => [name, properties[name] ?? null]))
  return {
    id,
    properties: values,
    createdAt,
    updatedAt,
    archived: deleted,
    ...(deleted && { archivedAt: updatedAt }),
  }
}
